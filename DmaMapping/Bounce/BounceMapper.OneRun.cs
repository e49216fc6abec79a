using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>The commonest view of all, without the machinery that mixed ones need.</summary>
public sealed partial class BounceMapper
{
    /// <summary>Copies of longer runs take so long that nothing else shows.</summary>
    private const int MostBytesOfOneRun = 512 << 10;
    private const int MostPiecesOfOneRun = (MostBytesOfOneRun / BouncePiece.BlockBytes) + 1;

    /// <summary>
    /// Maps a view of which all must bounce, and whose bytes lie together. What goes wrong is put back, for the general way to refuse.
    /// </summary>
    /// <param name="view">The bytes.</param>
    /// <param name="direction">Which way they go.</param>
    /// <param name="segments">Receives where the device finds them.</param>
    /// <param name="options">How they are mapped.</param>
    /// <param name="mapped">Receives what there is to tell of the mapping.</param>
    /// <param name="shortage">A refusal that is final: what a wrapped mapper's pool was short of is counted, and not asked for again.</param>
    private bool TryMapOneRun(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, out MappedRun mapped, out MapResult shortage)
    {
        mapped = default;
        shortage = default;
        if ((_innerBounces && !_bouncesEverything) || view.Length > MostBytesOfOneRun || (options & (MapOptions.Prefix | MapOptions.ZeroCopy)) != 0 || _choice.KeepsFrameBits || !view.TryGetStart(out PhysicalAddress start)) return false;
        ulong lengthLessOne = (ulong)view.Length - 1;
        if ((!_bouncesEverything && _reach.Touches(start.Value, lengthLessOne)) || !IsPageBacked(start, (long)lengthLessOne)) return false;

        BouncePiece run = default;
        run.Home = start.Value;
        run.Length = (int)lengthLessOne + 1;
        run.DeviceWrites = direction.DeviceWrites();
        run.TakesTurns = (options & MapOptions.TakesTurns) != 0;
        run.BeginsRun = true;
        run.NextInMapping = BouncePiece.None;
        int count = run.SlotCount;
        if (!_pool.TryTake(count, _choice.PlacementOf(count), out run.Slot)) return false;
        run.FirstInMapping = run.Slot;
        bool entered = false, isMapped = false;
        try
        {
            entered = ((run.Home ^ (run.Home + lengthLessOne)) >> BouncePiece.BlockShift) == 0 ? _pool.Homes.TryEnter(run) : TryEnterCut(run);
            if (entered) isMapped = _direct is null ? TryMapRun(view, run, count, direction, segments, options, out mapped, out shortage) : TryMapRun(_direct, run, count, segments, out mapped);
            return isMapped;
        }
        finally
        {
            if (!isMapped)
            {
                if (entered) _pool.Homes.LeaveAll(run.Slot);
                _pool.Give(run.Slot, count);
                _pool.GaveUnused();
            }
        }
    }

    /// <summary>Enters a run, cut where home blocks end.</summary>
    private bool TryEnterCut(in BouncePiece run)
    {
        const int MaskInBlock = BouncePiece.BlockBytes - 1;
        Span<BouncePiece> pieces = stackalloc BouncePiece[MostPiecesOfOneRun];
        int count = 0;
        for (int at = 0; at < run.Length; count++)
        {
            ref BouncePiece piece = ref pieces[count];
            piece = run;
            piece.Home += (ulong)at;
            piece.ViewOffset = at;
            piece.Length = Math.Min(run.Length - at, BouncePiece.BlockBytes - ((int)piece.Home & MaskInBlock));
            piece.Slot += (run.FromInFrame + at) >> PageSize.Size4K.Shift;
            piece.BeginsRun = at == 0;
            at += piece.Length;
            if (at < run.Length) piece.NextInMapping = piece.EndSlot;
        }

        return _pool.Homes.TryEnter(pieces.Slice(0, count), keep: true, out _);
    }

    private bool TryMapRun(DirectMapper direct, in BouncePiece run, int count, Span<DmaSegment> segments, out MappedRun mapped)
    {
        mapped = default;
        PhysicalAddress copy = _pool.Table.FrameOf(run.Slot).ToAddress(PageSize.Size4K) + run.FromInFrame;
        if (!direct.TryCutOne(copy, run.Length, segments)) return false;

        // Filled before the device is told where the slots are.
        _copies.FillRun(run);
        direct.Began(run.Length);
        mapped = new MappedRun(Keep(default, run, count), 1, run.Length);
        return true;
    }

    private bool TryMapRun(scoped in PfnView view, in BouncePiece run, int count, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, out MappedRun mapped, out MapResult shortage)
    {
        // Filled before the device can reach the slots.
        _copies.FillRun(run);
        Pfn first = _pool.Table.FrameOf(run.Slot);
        Span<Pfn> frames = stackalloc Pfn[count];
        for (int i = 0; i < frames.Length; i++) frames[i] = first + i;
        MapResult inner = _inner.Map(new PfnView(frames, PageSize.Size4K, run.FromInFrame, run.Length), direction, segments, options | Vouches);
        mapped = default;
        shortage = default;
        if (inner.IsMapped)
        {
            mapped = new MappedRun(Keep(inner.Token, run, count), inner.SegmentCount, inner.BouncedBytes + run.Length);
            return true;
        }

        if (inner.Shortage is not null) shortage = MapResult.Refused(inner.Status, FrameOf(view, inner.FailedFrame), inner.SegmentsNeeded, inner.Shortage);
        return false;
    }

    private MappingToken Keep(MappingToken inner, in BouncePiece run, int count)
    {
        MappingToken token = _mappings.Add(new Record(inner, run.Slot, run.Length, run.DeviceWrites, run.TakesTurns), count);
        MappingMetrics.Bounced(Profile.Device.Name, run.Length);
        return token;
    }

    private bool IsPageBacked(PhysicalAddress start, long lengthLessOne)
    {
        MemoryRegion region = _pool.Memory.RegionAt(start);
        return region.Kind == MemoryKind.PageBacked && region.Contains(start + lengthLessOne);
    }

    /// <summary>A mapping of one run; a <see cref="MapResult"/> is made of it where the caller has room for one.</summary>
    private readonly struct MappedRun(MappingToken token, int segmentCount, long bouncedBytes)
    {
        internal MappingToken Token { get; } = token;

        internal int SegmentCount { get; } = segmentCount;

        internal long BouncedBytes { get; } = bouncedBytes;
    }
}
