using System;

namespace PfnBuffers;

/// <summary>
/// Cuts memory, given piece by piece in order, into the fewest segments that a device's constraints allow. This is the
/// only place where window, boundary, size, count, alignment and granularity are applied; every mapper goes through it.
/// <code>
///   var segmenter = new Segmenter(constraints, segments);
///   foreach (FrameRun run in view.Runs) segmenter.Add(addressOf(run), run.Address, run.Length);
///   SegmentingStatus status = segmenter.Finish();
/// </code>
/// Pieces that follow each other in the device's address space are joined into a stretch, and each stretch is cut
/// greedily. Greedy is optimal: the farthest end that a segment can reach never moves back when its start moves forward.
/// <para>
/// In counting mode (an empty span and <c>countOnly</c>) nothing is written. In prefix mode the longest prefix that fits
/// is cut, and <see cref="Length"/> tells how long it is; otherwise all bytes must fit.
/// </para>
/// Lives on the stack, allocates nothing, is used by one thread.
/// </summary>
public ref struct Segmenter
{
    private readonly Span<DmaSegment> _segments;
    private readonly DmaConstraints _constraints;
    private readonly ulong _boundary;
    private readonly ulong _keptBits;
    private readonly long _size;
    private readonly long _lastSize;
    private readonly long _step;
    private readonly long _longest;
    private readonly int _capacity;
    private readonly bool _prefix;
    private readonly bool _unlimited;

    private ulong _start;
    private long _pending;
    private bool _stopped;

    /// <summary>Starts cutting.</summary>
    /// <param name="constraints">What the device can take.</param>
    /// <param name="segments">Where the segments go.</param>
    /// <param name="prefix">Cut the longest prefix that fits, instead of all or nothing.</param>
    /// <param name="countOnly">Write nothing and take the span for endless: <see cref="Count"/> then tells how long it must be.</param>
    public Segmenter(scoped in DmaConstraints constraints, Span<DmaSegment> segments, bool prefix = false, bool countOnly = false)
    {
        _constraints = constraints;
        _segments = countOnly ? default : segments;
        _prefix = prefix;
        int most = constraints.MaxSegmentCount == 0 ? int.MaxValue : constraints.MaxSegmentCount;
        _capacity = countOnly ? most : Math.Min(most, segments.Length);
        _unlimited = constraints == default;
        if (_unlimited) return;

        // Inside a stretch each cut is the next segment's start, so lengths there are multiples of both alignment and
        // granularity; the last segment of a stretch need only be a multiple of the granularity.
        long most64 = constraints.MaxSegmentSize == 0 ? long.MaxValue : constraints.MaxSegmentSize;
        _boundary = constraints.SegmentBoundaryMask;
        _keptBits = constraints.OffsetPreservingMask;
        _lastSize = most64 - (most64 % constraints.Granularity);
        _step = StepOf(constraints);
        _size = _step == 0 ? 0 : most64 - (most64 % _step);
        _longest = Math.Min(_size, ToBoundary(0));
    }

    /// <summary>What came out so far; final after <see cref="Finish"/>.</summary>
    public SegmentingStatus Status { readonly get; private set; }

    /// <summary>Segments cut. After <see cref="SegmentingStatus.TooManySegments"/> or <see cref="SegmentingStatus.SpanTooShort"/>, the segments that all bytes need; 2^31 - 1 where there are more.</summary>
    public int Count { readonly get; private set; }

    /// <summary>Bytes in the segments cut: the length of the prefix in prefix mode.</summary>
    public long Length { readonly get; private set; }

    /// <summary>Offset, in the bytes given so far, of the first byte that could not be placed; -1 where there is none.</summary>
    public long FailedAt { readonly get; private set; } = -1;

    /// <summary>What it means that one more segment than the capacity is needed.</summary>
    private readonly SegmentingStatus OverCapacity
        => _constraints.MaxSegmentCount != 0 && Count >= _constraints.MaxSegmentCount ? SegmentingStatus.TooManySegments : SegmentingStatus.SpanTooShort;

    /// <summary>Whether the device wants address bits kept at or above a bit: then where each piece's home is matters there.</summary>
    /// <param name="bit">0 to 63.</param>
    public readonly bool KeepsBitsAbove(int bit) => _keptBits >> bit != 0;

    /// <summary>Gives the next bytes.</summary>
    /// <param name="address">Where the device sees them.</param>
    /// <param name="home">Where they are in memory; its low bits are compared under the offset-preserving mask.</param>
    /// <param name="length">How many, 0 or more, contiguous on both sides.</param>
    /// <returns>False where further bytes cannot change the outcome, so that the caller may stop.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative length, one that runs past 2^64, or more than 2^63 - 1 bytes in all.</exception>
    public bool Add(DmaAddress address, PhysicalAddress home, long length)
    {
        if (length <= 0)
        {
            if (length < 0) Throw.OutOfRange(nameof(length), length, "it must be 0 or more");
            return !_stopped;
        }

        if ((ulong)length - 1 > ulong.MaxValue - address.Value)
            Throw.OutOfRange(nameof(length), length, $"from {address} the address space ends after {ulong.MaxValue - address.Value} more bytes");
        if (_stopped) return false;
        if (Length + _pending + length < 0)
            Throw.OutOfRange(nameof(length), length, "all bytes together must be at most 2^63 - 1");

        if (_pending > 0 && _start + (ulong)_pending == address.Value && address.Value != 0 && ((address.Value ^ home.Value) & _keptBits) == 0)
        {
            _pending += length;
            return true;
        }

        Flush();
        if (_stopped) return false;
        if (((address.Value ^ home.Value) & _keptBits) != 0)
        {
            Stop(SegmentingStatus.Unaligned, Length);
            return false;
        }

        _start = address.Value;
        _pending = length;
        return true;
    }

    /// <summary>Gives bytes whose home does not matter, or is at the same low address bits.</summary>
    /// <param name="address">Where the device sees them.</param>
    /// <param name="length">How many, 0 or more.</param>
    /// <returns>False where further bytes cannot change the outcome.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative length, one that runs past 2^64, or more than 2^63 - 1 bytes in all.</exception>
    public bool Add(DmaAddress address, long length) => Add(address, new PhysicalAddress(address.Value), length);

    /// <summary>
    /// Ends a stretch: what is given next is not joined to what was given before, though it may adjoin. For neighbours that
    /// come to lie side by side by chance, where the number of segments is not to depend on that.
    /// </summary>
    public void EndStretch()
    {
        if (!_stopped) Flush();
    }

    /// <summary>Ends with bytes that cannot be placed at all, because they have no address that the device could use.</summary>
    /// <param name="status">Why.</param>
    public void Reject(SegmentingStatus status)
    {
        if (!_stopped) Flush();
        if (!_stopped) Stop(status, Length);
    }

    /// <summary>Cuts what is pending and gives the outcome. In prefix mode it is <see cref="SegmentingStatus.Fits"/> as soon as one byte fits.</summary>
    public SegmentingStatus Finish()
    {
        if (!_stopped) Flush();
        _pending = 0;
        _stopped = true;
        if (_prefix)
        {
            if (Count > 0) Status = SegmentingStatus.Fits;
        }
        else if ((Count > _capacity || Count == int.MaxValue) && Status == SegmentingStatus.Fits)
        {
            Status = _constraints.MaxSegmentCount != 0 && Count > _constraints.MaxSegmentCount
                ? SegmentingStatus.TooManySegments
                : SegmentingStatus.SpanTooShort;
        }

        return Status;
    }

    private void Flush()
    {
        if (_pending == 0) return;
        if (_unlimited)
        {
            if (Emit(_start, _pending)) _pending = 0;
            return;
        }

        CutStretch();
        _pending = 0;
    }

    private void CutStretch()
    {
        if (_constraints.IsBottom || _start < _constraints.Window.First.Value || _start > _constraints.Window.Last.Value)
        {
            Stop(SegmentingStatus.OutsideWindow, Length);
            return;
        }

        if ((_start & (_constraints.Alignment - 1)) != 0)
        {
            Stop(SegmentingStatus.Unaligned, Length);
            return;
        }

        ulong roomInWindow = _constraints.Window.Last.Value - _start;
        bool leavesWindow = (ulong)_pending - 1 > roomInWindow;
        long left = leavesWindow ? (long)roomInWindow + 1 : _pending;
        if (leavesWindow && !_prefix)
        {
            Stop(SegmentingStatus.OutsideWindow, Length + left);
            return;
        }

        ulong at = _start;
        while (left > 0)
        {
            if (Count >= _segments.Length && left >> 3 > _longest) CountEqual(ref at, ref left);
            long reach = Reach(at, left);
            bool last = reach == left;
            long cut = last ? Granular(left) : Inner(ToBoundary(at));
            if (_prefix && !last && (cut == 0 || Count == _capacity - 1 || Granular(reach) == cut + Granular(Reach(at + (ulong)cut, left - cut))))
            {
                // Nothing can follow, or nothing that gets further: so this segment need not end where another one may start.
                cut = Granular(reach);
                if (cut > 0 && Emit(at, cut)) Stop(Count < _capacity ? SegmentingStatus.Unaligned : OverCapacity, Length);
                if (_stopped) return;
            }

            if (cut == 0)
            {
                // Where the window ends the stretch, more of it would have made a segment.
                Stop(last && leavesWindow ? SegmentingStatus.OutsideWindow : SegmentingStatus.Unaligned, Length + Granular(reach));
                return;
            }

            if (!Emit(at, cut)) return;
            at += (ulong)cut;
            left -= cut;
        }

        if (leavesWindow) Stop(SegmentingStatus.OutsideWindow, Length);
    }

    /// <summary>
    /// Segments that nobody receives are only counted, and equal ones that follow each other at once: there can be more than anybody could
    /// wait for. Some before the next boundary, the end and the capacity are left to be cut one by one.
    /// </summary>
    private void CountEqual(ref ulong at, ref long left)
    {
        const int Margin = 3;
        if (_size == 0) return;
        if (_boundary is > 0 and < long.MaxValue && (at & _boundary) == 0)
        {
            long between = (long)_boundary + 1;
            long segments = ((between - 1) / _size) + 1, times = (left / between) - Margin;
            if (_prefix) times = Math.Min(times, ((_capacity - (long)Margin - Count) / segments) - 1);
            if (between % _step == 0) Skip(between, segments, times, ref at, ref left);
        }

        long equal = (Math.Min(left, ToBoundary(at)) / _size) - Margin;
        if (_prefix) equal = Math.Min(equal, _capacity - (long)Margin - Count);
        Skip(_size, 1, equal, ref at, ref left);
    }

    private void Skip(long bytes, long segments, long times, ref ulong at, ref long left)
    {
        if (times <= 0) return;
        Count = segments * times > int.MaxValue - Count ? int.MaxValue : Count + (int)(segments * times);
        Length += bytes * times;
        at += (ulong)(bytes * times);
        left -= bytes * times;
    }

    /// <summary>The longest that a segment can be which starts here, before granularity.</summary>
    private readonly long Reach(ulong at, long left) => Math.Min(Math.Min(left, _lastSize), ToBoundary(at));

    private readonly long Granular(long length) => length - (length % _constraints.Granularity);

    /// <summary>Bytes up to the next multiple of the boundary, at most 2^63 - 1.</summary>
    private readonly long ToBoundary(ulong address)
    {
        if (_boundary == 0) return long.MaxValue;
        ulong room = _boundary - (address & _boundary);
        return room >= long.MaxValue ? long.MaxValue : (long)room + 1;
    }

    /// <summary>The longest segment after which another one may start.</summary>
    private readonly long Inner(long toBoundary)
    {
        if (_step == 0) return 0;
        long room = Math.Min(_size, toBoundary);
        return room - (room % _step);
    }

    /// <summary>Least common multiple of alignment and granularity; 0 where no two segments can follow each other.</summary>
    private static long StepOf(in DmaConstraints constraints)
    {
        ulong alignment = constraints.Alignment;
        long granularity = constraints.Granularity;
        int shared = Math.Min(Bits.TrailingZeros(alignment), Bits.TrailingZeros((ulong)granularity));
        ulong factor = alignment >> shared;
        return factor > (ulong)(long.MaxValue / granularity) ? 0 : granularity * (long)factor;
    }

    private bool Emit(ulong address, long length)
    {
        if (Count >= _capacity && _prefix)
        {
            Stop(OverCapacity, Length);
            return false;
        }

        if (Count < _segments.Length) _segments[Count] = new DmaSegment(new DmaAddress(address), length);
        if (Count < int.MaxValue) Count++;
        Length += length;
        return true;
    }

    private void Stop(SegmentingStatus status, long failedAt)
    {
        Status = status;
        FailedAt = failedAt;
        _pending = 0;
        _stopped = true;
    }
}
