using System;

namespace PfnBuffers;

/// <summary>
/// A part of a <see cref="PfnBuffer"/> that can be stored: to <see cref="PfnView"/> what Memory is to Span.
/// It holds the buffer alive, owns nothing else, and copies in O(1). The default value is an empty slice of no buffer.
/// </summary>
public readonly struct PfnSlice : IEquatable<PfnSlice>
{
    /// <summary>A part of a buffer.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="offset">Offset of the part in the buffer's bytes.</param>
    /// <param name="length">Length of the part in bytes.</param>
    /// <exception cref="ArgumentNullException">No buffer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The part lies outside the buffer.</exception>
    public PfnSlice(PfnBuffer buffer, long offset, long length)
    {
        Throw.IfRangeOutside(offset, length, Throw.IfNull(buffer, nameof(buffer)).Length);
        Buffer = buffer;
        Offset = offset;
        Length = length;
    }

    /// <summary>The buffer; null for the default value.</summary>
    public PfnBuffer? Buffer { get; }

    /// <summary>Offset of the part in the buffer's bytes.</summary>
    public long Offset { get; }

    /// <summary>Length of the part in bytes.</summary>
    public long Length { get; }

    /// <summary>The frames of the part.</summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public PfnView View => Buffer is null ? default : Buffer.View.Slice(Offset, Length);

    /// <summary>A part of this part.</summary>
    /// <param name="offset">Offset in this slice, 0 to <see cref="Length"/>.</param>
    /// <param name="length">Length in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part lies outside the slice.</exception>
    public PfnSlice Slice(long offset, long length)
    {
        Throw.IfRangeOutside(offset, length, Length);
        return Buffer is null ? default : new PfnSlice(Buffer, Offset + offset, length);
    }

    /// <summary>The same bytes of the same buffer.</summary>
    public static bool operator ==(PfnSlice left, PfnSlice right) => left.Equals(right);

    /// <summary>Other bytes or another buffer.</summary>
    public static bool operator !=(PfnSlice left, PfnSlice right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(PfnSlice other) => ReferenceEquals(Buffer, other.Buffer) && Offset == other.Offset && Length == other.Length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PfnSlice other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (Buffer?.GetHashCode() ?? 0) ^ Offset.GetHashCode() ^ (Length.GetHashCode() * 397);
}
