using System;

namespace PfnBuffers;

/// <summary>
/// The size of a page frame: 4 KiB, 16 KiB, 64 KiB, 2 MiB or 1 GiB. Every array of pfns has exactly one.
/// The default value is 4 KiB.
/// </summary>
public readonly struct PageSize : IEquatable<PageSize>
{
    private const int SmallestShift = 12;

    private readonly byte _shiftAboveSmallest;

    private PageSize(int shift) => _shiftAboveSmallest = (byte)(shift - SmallestShift);

    /// <summary>4,096 bytes.</summary>
    public static PageSize Size4K => default;

    /// <summary>16,384 bytes.</summary>
    public static PageSize Size16K => new(14);

    /// <summary>65,536 bytes.</summary>
    public static PageSize Size64K => new(16);

    /// <summary>2,097,152 bytes.</summary>
    public static PageSize Size2M => new(21);

    /// <summary>1,073,741,824 bytes.</summary>
    public static PageSize Size1G => new(30);

    /// <summary>Base-2 logarithm of the size: 12, 14, 16, 21 or 30.</summary>
    public int Shift => SmallestShift + _shiftAboveSmallest;

    /// <summary>The size in bytes.</summary>
    public long Bytes => 1L << Shift;

    /// <summary>The page size of so many bytes.</summary>
    /// <param name="bytes">4096, 16384, 65536, 2097152 or 1073741824.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number of bytes.</exception>
    public static PageSize FromBytes(long bytes)
    {
        if (bytes is not (4096 or 16384 or 65536 or 2097152 or 1073741824))
            Throw.OutOfRange(nameof(bytes), bytes, "a page has 4096, 16384, 65536, 2097152 or 1073741824 bytes");
        return new PageSize(Bits.Log2((ulong)bytes));
    }

    /// <summary>How many frames so many bytes touch when they start at a frame's first byte.</summary>
    /// <param name="bytes">A length in bytes, 0 or more.</param>
    public long FramesFor(long bytes) => (long)(((ulong)bytes + (ulong)Bytes - 1) >> Shift);

    /// <summary>Equal sizes.</summary>
    public static bool operator ==(PageSize left, PageSize right) => left.Equals(right);

    /// <summary>Different sizes.</summary>
    public static bool operator !=(PageSize left, PageSize right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(PageSize other) => _shiftAboveSmallest == other._shiftAboveSmallest;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PageSize other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _shiftAboveSmallest;

    /// <summary>The size as engineers write it: <c>4K</c>, <c>16K</c>, <c>64K</c>, <c>2M</c>, <c>1G</c>.</summary>
    public override string ToString() => Shift switch
    {
        12 => "4K",
        14 => "16K",
        16 => "64K",
        21 => "2M",
        _ => "1G",
    };
}
