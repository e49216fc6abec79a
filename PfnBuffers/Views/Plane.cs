using System;

namespace PfnBuffers;

/// <summary>
/// A strided rectangle inside a view: <see cref="Height"/> lines of <see cref="Width"/> bytes, <see cref="Stride"/> bytes
/// from the start of one line to the start of the next. A colour plane of a picture, or a part of one.
/// <code>
///   view     ...|########....|########....|########....
///               |&lt;-Width-&gt;   |
///               |&lt;-- Stride -&gt;|             Height = 3
///         Offset
/// </code>
/// The plane's bytes are those of its lines, in order and packed: byte p of the plane is byte p % Width of line p / Width.
/// What lies between lines is not the plane's. Immutable; holds no view, so one plane serves every buffer of a format.
/// The default value is the empty plane: no line, no byte.
/// Source: Hans Verkuil's answer in the thread, that a DMA engine which takes lines and strides needs a mapping by lines.
/// </summary>
public readonly struct Plane : IEquatable<Plane>
{
    /// <summary>A plane.</summary>
    /// <param name="offset">Offset of the first line in the view, in bytes, 0 or more.</param>
    /// <param name="width">Bytes of a line, at least 1.</param>
    /// <param name="stride">Bytes from line to line, at least the width.</param>
    /// <param name="height">Lines, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number outside its range, or a last byte at 2^63 - 1 or beyond.</exception>
    public Plane(long offset, long width, long stride, int height)
    {
        if (offset < 0) Throw.OutOfRange(nameof(offset), offset, "it must be 0 or more");
        if (width < 1) Throw.OutOfRange(nameof(width), width, "a line has at least 1 byte");
        if (stride < width) Throw.OutOfRange(nameof(stride), stride, $"it must be at least the width, {width}, so that lines do not overlap");
        if (height < 1) Throw.OutOfRange(nameof(height), height, "a plane has at least 1 line");
        if (width > long.MaxValue - offset) Throw.OutOfRange(nameof(width), width, $"from offset {offset} at most {long.MaxValue - offset} bytes can be counted");
        long room = long.MaxValue - offset - width;
        if (height > 1 && stride > room / (height - 1))
            Throw.OutOfRange(nameof(stride), stride, $"for {height} lines of {width} bytes from offset {offset} it must be at most {room / (height - 1)}, so that the plane ends before 2^63");
        (Offset, Width, Stride, Height) = (offset, width, stride, height);
    }

    /// <summary>Offset of the first line in the view, in bytes.</summary>
    public long Offset { get; }

    /// <summary>Bytes of a line.</summary>
    public long Width { get; }

    /// <summary>Bytes from the start of one line to the start of the next.</summary>
    public long Stride { get; }

    /// <summary>Lines.</summary>
    public int Height { get; }

    /// <summary>Whether there is no line: the default value.</summary>
    public bool IsEmpty => Height == 0;

    /// <summary>The plane's bytes: width times height.</summary>
    public long Length => Width * Height;

    /// <summary>Bytes of the view from the plane's first byte to its last, what lies between lines included.</summary>
    public long Extent => IsEmpty ? 0 : (Stride * (Height - 1)) + Width;

    /// <summary>Whether nothing lies between lines, so that the plane is one range of the view.</summary>
    public bool IsPacked => Stride == Width || Height <= 1;

    /// <summary>Offset of a line in the view, in bytes.</summary>
    /// <param name="line">0 to <see cref="Height"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such line.</exception>
    public long LineAt(int line)
    {
        if (line < 0 || line >= Height) Throw.OutOfRange(nameof(line), line, $"the plane has {Height} lines");
        return Offset + (Stride * line);
    }

    /// <summary>
    /// How many pages the lines touch, a page counted once for each line: the segments that a mapping of the plane needs at
    /// most, before the device's constraints cut further, and before segments that adjoin are joined.
    /// Where lines start at pages this is Verkuil's height * ceil(width / page size). O(height).
    /// A bounce pool's pages are of 4 KiB: copies of larger frames can need more.
    /// </summary>
    /// <param name="view">The view that the plane lies in.</param>
    /// <exception cref="ArgumentOutOfRangeException">The view ends before the plane.</exception>
    public long MostSegments(in PfnView view)
    {
        if (Offset + Extent > view.Length)
            Throw.OutOfRange(nameof(view), view.Length, $"it must have at least {Offset + Extent} bytes to hold {this}");
        long most = 0;
        for (int line = 0; line < Height; line++)
        {
            long inPage = (view.Offset + LineAt(line)) & (view.PageSize.Bytes - 1);
            most += view.PageSize.FramesFor(inPage + Width);
        }

        return most;
    }

    /// <summary>The same rectangle.</summary>
    public static bool operator ==(Plane left, Plane right) => left.Equals(right);

    /// <summary>Another rectangle.</summary>
    public static bool operator !=(Plane left, Plane right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Plane other) => Offset == other.Offset && Width == other.Width && Stride == other.Stride && Height == other.Height;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Plane other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (((((Offset.GetHashCode() * 397) ^ Width.GetHashCode()) * 397) ^ Stride.GetHashCode()) * 397) ^ Height;

    /// <summary>The plane as <c>1080 lines of 1920 bytes, stride 2048, from 0</c>.</summary>
    public override string ToString() => IsEmpty ? "no line" : $"{Height} lines of {Width} bytes, stride {Stride}, from {Offset}";
}
