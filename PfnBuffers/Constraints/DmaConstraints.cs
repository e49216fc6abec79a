using System;
using System.Collections.Generic;

namespace PfnBuffers;

/// <summary>
/// What one device can take, said of the <see cref="DmaAddress"/>es it is given. The default value is no limit at all.
/// <para>
/// Values are kept in one normal form, so that equal meaning is equal value: 0 stands for no limit, a boundary mask
/// is 2^k - 1, alignment and offset-preserving mask + 1 are powers of two. Anything else throws where it is set.
/// </para>
/// <para>
/// Constraints form a meet-semilattice under <see cref="Meet"/> with <see cref="None"/> on top and <see cref="Bottom"/> below:
/// a segment list satisfies <c>a meet b</c> exactly when it satisfies both. That is why the order in which devices
/// attach cannot matter to what they want together.
/// </para>
/// Source: the fields are those of struct device_dma_parameters in Linux, with what Sumit Semwal's RFCv3 of January 2015
/// adds (max_segment_count), and min_align_mask of the later swiotlb.
/// </summary>
public readonly struct DmaConstraints : IEquatable<DmaConstraints>
{
    private readonly long _maxSegmentSize;
    private readonly int _maxSegmentCount;
    private readonly ulong _segmentBoundaryMask;
    private readonly ulong _alignmentMask;
    private readonly long _granularityAboveOne;
    private readonly ulong _offsetPreservingMask;

    /// <summary>No limit: the default value, top of the lattice.</summary>
    public static DmaConstraints None => default;

    /// <summary>What no segment satisfies: the meet of constraints that contradict each other. Only the empty list satisfies it.</summary>
    public static DmaConstraints Bottom => new() { IsBottom = true };

    /// <summary>One segment: a device with no scatter-gather (King's "contiguous only" importer).</summary>
    public static DmaConstraints ContiguousOnly => new() { MaxSegmentCount = 1 };

    /// <summary>Whether this is <see cref="Bottom"/>; other limits then make no difference.</summary>
    public bool IsBottom { get; private init; }

    /// <summary>The addresses that the device can put on the bus.</summary>
    public DmaWindow Window { get; init; }

    /// <summary>Most bytes in one segment; 0 for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public long MaxSegmentSize
    {
        get => _maxSegmentSize;
        init
        {
            if (value < 0) Throw.OutOfRange(nameof(MaxSegmentSize), value, "it must be 0 (no limit) or more");
            _maxSegmentSize = value == long.MaxValue ? 0 : value;
        }
    }

    /// <summary>Most segments in one mapping; 0 for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int MaxSegmentCount
    {
        get => _maxSegmentCount;
        init
        {
            if (value < 0) Throw.OutOfRange(nameof(MaxSegmentCount), value, "it must be 0 (no limit) or more");
            _maxSegmentCount = value == int.MaxValue ? 0 : value;
        }
    }

    /// <summary>
    /// A segment must not cross a multiple of the mask + 1: its first and last byte agree in the bits above the mask.
    /// 2^k - 1; 0 for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not of the form 2^k - 1.</exception>
    public ulong SegmentBoundaryMask
    {
        get => _segmentBoundaryMask;
        init
        {
            if ((value & (value + 1)) != 0) Throw.OutOfRange(nameof(SegmentBoundaryMask), Hex(value), "it must be 2^k - 1, or 0 for no limit");
            _segmentBoundaryMask = value == ulong.MaxValue ? 0 : value;
        }
    }

    /// <summary>Every segment starts at a multiple of this many bytes; a power of two; 1 (or 0) for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a power of two.</exception>
    public ulong Alignment
    {
        get => _alignmentMask + 1;
        init
        {
            if ((value & (value - 1)) != 0) Throw.OutOfRange(nameof(Alignment), Hex(value), "it must be a power of two, or 0 for no limit");
            _alignmentMask = value == 0 ? 0 : value - 1;
        }
    }

    /// <summary>The length of every segment is a multiple of this many bytes; 1 (or 0) for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public long Granularity
    {
        get => _granularityAboveOne + 1;
        init
        {
            if (value < 0) Throw.OutOfRange(nameof(Granularity), value, "it must be 0 (no limit) or more");
            _granularityAboveOne = value == 0 ? 0 : value - 1;
        }
    }

    /// <summary>
    /// The address bits of a segment's start that must equal those of the byte's home, also where it is bounced (NVMe
    /// wants 4095, its page size less one). 2^k - 1; 0 for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not of the form 2^k - 1.</exception>
    public ulong OffsetPreservingMask
    {
        get => _offsetPreservingMask;
        init
        {
            if ((value & (value + 1)) != 0) Throw.OutOfRange(nameof(OffsetPreservingMask), Hex(value), "it must be 2^k - 1, or 0 for no limit");
            _offsetPreservingMask = value;
        }
    }

    /// <summary>
    /// What two devices can both take: the weakest constraints that are as strong as each.
    /// Commutative, associative, idempotent and monotone. The meet of windows that do not overlap, or of granularities
    /// whose least common multiple exceeds 2^63 - 1, is <see cref="Bottom"/>: a value, not an error.
    /// </summary>
    /// <param name="a">The constraints of one device.</param>
    /// <param name="b">The constraints of the other.</param>
    public static DmaConstraints Meet(in DmaConstraints a, in DmaConstraints b)
    {
        if (a.IsBottom || b.IsBottom) return Bottom;
        ulong first = Math.Max(a.Window.First.Value, b.Window.First.Value);
        ulong last = Math.Min(a.Window.Last.Value, b.Window.Last.Value);
        long granularity = LeastCommonMultiple(a.Granularity, b.Granularity);
        if (first > last || granularity == 0) return Bottom;

        return new DmaConstraints
        {
            Window = new DmaWindow(new DmaAddress(first), new DmaAddress(last)),
            MaxSegmentSize = LeastLimit(a.MaxSegmentSize, b.MaxSegmentSize),
            MaxSegmentCount = (int)LeastLimit(a.MaxSegmentCount, b.MaxSegmentCount),
            SegmentBoundaryMask = a.SegmentBoundaryMask == 0 ? b.SegmentBoundaryMask
                : b.SegmentBoundaryMask == 0 ? a.SegmentBoundaryMask
                : Math.Min(a.SegmentBoundaryMask, b.SegmentBoundaryMask),
            Alignment = Math.Max(a.Alignment, b.Alignment),
            Granularity = granularity,
            OffsetPreservingMask = a.OffsetPreservingMask | b.OffsetPreservingMask,
        };
    }

    /// <summary>
    /// Whether there is any segment at all that satisfies them. Constraints can be unsatisfiable without being
    /// <see cref="Bottom"/>: a granularity above the greatest size, or a window without an aligned address, contradict too.
    /// </summary>
    public bool TakesAnySegment
    {
        get
        {
            if (IsBottom || (_maxSegmentSize != 0 && Granularity > _maxSegmentSize)) return false;
            ulong least = (ulong)Granularity - 1;
            if (_segmentBoundaryMask != 0 && least > _segmentBoundaryMask) return false;

            // The first aligned start in the window; if a boundary cuts it short there, the first one behind the boundary.
            ulong start = AlignUp(Window.First.Value, _alignmentMask);
            if (_segmentBoundaryMask != 0 && least > _segmentBoundaryMask - (start & _segmentBoundaryMask))
                start = AlignUp(start, _segmentBoundaryMask | _alignmentMask);
            return start >= Window.First.Value && start <= Window.Last.Value && least <= Window.Last.Value - start;
        }
    }

    /// <summary>
    /// Whether a device with these constraints can take a segment list. The empty list satisfies everything; no device
    /// takes an empty segment, for many read a length of 0 as the longest there is.
    /// </summary>
    /// <param name="segments">The segments, in the order they are given to the device.</param>
    /// <remarks>The offset-preserving mask speaks of home addresses, which the list alone does not tell: see the other form.</remarks>
    public bool Satisfies(ReadOnlySpan<DmaSegment> segments)
    {
        if (segments.IsEmpty) return true;
        if (IsBottom || (_maxSegmentCount != 0 && segments.Length > _maxSegmentCount)) return false;
        foreach (ref readonly DmaSegment segment in segments)
        {
            if (!TakesSegment(segment)) return false;
        }

        return true;
    }

    /// <summary>
    /// Whether a device with these constraints can take a segment list that stands for a view: as the other form, and
    /// the list has exactly the view's bytes, and each segment's start keeps its home's low address bits.
    /// </summary>
    /// <param name="segments">The segments, in the order they are given to the device.</param>
    /// <param name="home">The bytes they stand for, in the same order.</param>
    /// <exception cref="ArgumentOutOfRangeException">A frame lies beyond 2^64 bytes.</exception>
    public bool Satisfies(ReadOnlySpan<DmaSegment> segments, in PfnView home)
    {
        if (!Satisfies(segments)) return false;
        long at = 0;
        foreach (ref readonly DmaSegment segment in segments)
        {
            if (segment.Length > home.Length - at) return false;
            if (((segment.Address.Value ^ home.AddressAt(at).Value) & _offsetPreservingMask) != 0) return false;
            at += segment.Length;
        }

        return at == home.Length;
    }

    /// <summary>Whether a device with these constraints can take bytes that lie together as one segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="home">Where its first byte is in memory.</param>
    public bool TakesAlone(in DmaSegment segment, PhysicalAddress home)
        => !IsBottom && TakesSegment(segment) && ((segment.Address.Value ^ home.Value) & _offsetPreservingMask) == 0;

    /// <summary>Same limits.</summary>
    public static bool operator ==(DmaConstraints left, DmaConstraints right) => left.Equals(right);

    /// <summary>Other limits.</summary>
    public static bool operator !=(DmaConstraints left, DmaConstraints right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(DmaConstraints other)
        => IsBottom || other.IsBottom ? IsBottom == other.IsBottom
        : Window == other.Window
        && _maxSegmentSize == other._maxSegmentSize
        && _maxSegmentCount == other._maxSegmentCount
        && _segmentBoundaryMask == other._segmentBoundaryMask
        && _alignmentMask == other._alignmentMask
        && _granularityAboveOne == other._granularityAboveOne
        && _offsetPreservingMask == other._offsetPreservingMask;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DmaConstraints other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (IsBottom) return 1;
        ulong hash = (ulong)_maxSegmentSize;
        hash = (hash * 31) + (ulong)_maxSegmentCount;
        hash = (hash * 31) + _segmentBoundaryMask;
        hash = (hash * 31) + _alignmentMask;
        hash = (hash * 31) + (ulong)_granularityAboveOne;
        hash = (hash * 31) + _offsetPreservingMask;
        return hash.GetHashCode() ^ Window.GetHashCode();
    }

    /// <summary>The limits that are set, as <c>window 0x0-0xffffffff, segments of at most 65536 bytes</c>; <c>no limit</c>; or <c>unsatisfiable</c>.</summary>
    public override string ToString()
    {
        if (IsBottom) return "unsatisfiable";
        var parts = new List<string>();
        if (Window != default) parts.Add($"window {Window}");
        if (_maxSegmentCount != 0) parts.Add(_maxSegmentCount == 1 ? "one segment" : $"at most {_maxSegmentCount} segments");
        if (_maxSegmentSize != 0) parts.Add($"segments of at most {_maxSegmentSize} bytes");
        if (_segmentBoundaryMask != 0) parts.Add($"boundary mask {Hex(_segmentBoundaryMask)}");
        if (_alignmentMask != 0) parts.Add($"alignment {Hex(Alignment)}");
        if (_granularityAboveOne != 0) parts.Add($"granularity {Granularity}");
        if (_offsetPreservingMask != 0) parts.Add($"offset-preserving mask {Hex(_offsetPreservingMask)}");
        return parts.Count == 0 ? "no limit" : string.Join(", ", parts);
    }

    private bool TakesSegment(in DmaSegment segment)
    {
        if (segment.Length <= 0 || !Window.Contains(segment.Address, segment.Length)) return false;
        if (_maxSegmentSize != 0 && segment.Length > _maxSegmentSize) return false;
        if ((segment.Address.Value & _alignmentMask) != 0) return false;
        if (_granularityAboveOne != 0 && segment.Length % Granularity != 0) return false;
        return _segmentBoundaryMask == 0
            || (ulong)segment.Length - 1 <= _segmentBoundaryMask - (segment.Address.Value & _segmentBoundaryMask);
    }

    private static long LeastLimit(long a, long b) => a == 0 ? b : b == 0 ? a : Math.Min(a, b);

    /// <summary>The least common multiple, or 0 where it exceeds 2^63 - 1.</summary>
    private static long LeastCommonMultiple(long a, long b)
    {
        long x = a, y = b;
        while (y != 0) (x, y) = (y, x % y);
        long factor = b / x;
        return a > long.MaxValue / factor ? 0 : a * factor;
    }

    /// <summary>The next multiple of a power of two; 0 where that is 2^64.</summary>
    private static ulong AlignUp(ulong value, ulong mask) => (value + mask) & ~mask;

    private static string Hex(ulong value) => new DmaAddress(value).ToString();
}
