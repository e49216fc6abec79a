using System;

namespace PfnBuffers;

/// <summary>
/// Where frames may be taken from: a window of physical addresses, an alignment of the first byte, and a boundary that
/// a contiguous range must not cross. The default value takes any frames.
/// </summary>
public readonly struct Placement : IEquatable<Placement>
{
    private readonly ulong _aboveLast;
    private readonly ulong _alignmentMask;
    private readonly ulong _boundaryMask;

    /// <summary>The lowest address that a frame may start at.</summary>
    public PhysicalAddress First { get; init; }

    /// <summary>The highest address that a frame's last byte may have; 2^64 - 1 unless set.</summary>
    public PhysicalAddress Last
    {
        get => new(~_aboveLast);
        init => _aboveLast = ~value.Value;
    }

    /// <summary>A contiguous range starts at a multiple of this many bytes; a power of two; 1 (or 0) for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a power of two.</exception>
    public ulong Alignment
    {
        get => _alignmentMask + 1;
        init
        {
            if ((value & (value - 1)) != 0) Throw.OutOfRange(nameof(Alignment), value, "it must be a power of two, or 0 for no limit");
            _alignmentMask = value == 0 ? 0 : value - 1;
        }
    }

    /// <summary>A contiguous range does not cross a multiple of the mask + 1; 2^k - 1; 0 for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not of the form 2^k - 1.</exception>
    public ulong BoundaryMask
    {
        get => _boundaryMask;
        init
        {
            if ((value & (value + 1)) != 0) Throw.OutOfRange(nameof(BoundaryMask), value, "it must be 2^k - 1, or 0 for no limit");
            _boundaryMask = value == ulong.MaxValue ? 0 : value;
        }
    }

    /// <summary>Frames that end below 2^<paramref name="bits"/>.</summary>
    /// <param name="bits">1 to 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number of bits.</exception>
    public static Placement Below(int bits)
    {
        if (bits is < 1 or > 64) Throw.OutOfRange(nameof(bits), bits, "it must lie in 1 to 64");
        return new Placement { Last = new PhysicalAddress(ulong.MaxValue >> (64 - bits)) };
    }

    /// <summary>Whether a contiguous range is placed as asked.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="length">Its bytes, at least 1.</param>
    public bool Allows(PhysicalAddress start, long length)
        => start >= First && start <= Last && (ulong)length - 1 <= Last.Value - start.Value
        && (start.Value & _alignmentMask) == 0
        && (_boundaryMask == 0 || (ulong)length - 1 <= _boundaryMask - (start.Value & _boundaryMask));

    /// <summary>Same limits.</summary>
    public static bool operator ==(Placement left, Placement right) => left.Equals(right);

    /// <summary>Other limits.</summary>
    public static bool operator !=(Placement left, Placement right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Placement other)
        => First == other.First && _aboveLast == other._aboveLast && _alignmentMask == other._alignmentMask && _boundaryMask == other._boundaryMask;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Placement other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => First.GetHashCode() ^ _aboveLast.GetHashCode() ^ _alignmentMask.GetHashCode() ^ _boundaryMask.GetHashCode();

    /// <summary>The limits that are set, as <c>0x0-0xffffffff, alignment 0x1000</c>.</summary>
    public override string ToString()
    {
        string alignment = _alignmentMask == 0 ? string.Empty : $", alignment 0x{Alignment:x}";
        string boundary = _boundaryMask == 0 ? string.Empty : $", boundary mask 0x{_boundaryMask:x}";
        return $"{First}-{Last}{alignment}{boundary}";
    }
}
