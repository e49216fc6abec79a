using System;

namespace DmaMapping;

/// <summary>A range of a view's bytes that is treated alike.</summary>
/// <param name="offset">Offset of the range in the view.</param>
/// <param name="length">Its bytes.</param>
/// <param name="treatment">How the device comes to them.</param>
public readonly struct MapPart(long offset, long length, MapTreatment treatment) : IEquatable<MapPart>
{
    /// <summary>Offset of the range in the view.</summary>
    public long Offset { get; } = offset;

    /// <summary>Bytes in the range.</summary>
    public long Length { get; } = length;

    /// <summary>How the device comes to them.</summary>
    public MapTreatment Treatment { get; } = treatment;

    /// <summary>The same range, treated alike.</summary>
    public static bool operator ==(MapPart left, MapPart right) => left.Equals(right);

    /// <summary>Another range or treatment.</summary>
    public static bool operator !=(MapPart left, MapPart right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(MapPart other) => Offset == other.Offset && Length == other.Length && Treatment == other.Treatment;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MapPart other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Offset.GetHashCode() ^ (Length.GetHashCode() * 397) ^ (int)Treatment;

    /// <summary>The part as <c>4096 + 8192 Bounced</c>.</summary>
    public override string ToString() => $"{Offset} + {Length} {Treatment}";
}
