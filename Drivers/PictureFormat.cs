using System;

namespace Drivers;

/// <summary>How a picture lies in a buffer: lines one after the other, four bytes a pixel (red, green, blue, alpha), no padding.</summary>
public readonly struct PictureFormat : IEquatable<PictureFormat>
{
    /// <summary>Bytes of one pixel.</summary>
    public const int BytesPerPixel = 4;

    /// <summary>A picture of so many pixels.</summary>
    /// <param name="width">Pixels in a line, at least 1.</param>
    /// <param name="height">Lines, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side below 1, or more bytes than an array holds.</exception>
    public PictureFormat(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if ((long)width * height * BytesPerPixel > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(height), height, $"with lines of {width} pixels the picture exceeds {Array.MaxLength} bytes");
        Width = width;
        Height = height;
    }

    /// <summary>Pixels in a line.</summary>
    public int Width { get; }

    /// <summary>Lines.</summary>
    public int Height { get; }

    /// <summary>Bytes in a line.</summary>
    public int Stride => Width * BytesPerPixel;

    /// <summary>Bytes in the picture.</summary>
    public int Length => Stride * Height;

    /// <summary>Same size.</summary>
    public static bool operator ==(PictureFormat left, PictureFormat right) => left.Equals(right);

    /// <summary>Another size.</summary>
    public static bool operator !=(PictureFormat left, PictureFormat right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(PictureFormat other) => Width == other.Width && Height == other.Height;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PictureFormat other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Width, Height);

    /// <summary>The size as <c>1021 x 683</c>.</summary>
    public override string ToString() => $"{Width} x {Height}";
}
