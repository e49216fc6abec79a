using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>The commonest view of all, without the machinery that mixed ones need.</summary>
public sealed partial class BounceMapper
{
    private const int MostFramesOfOnePiece = BouncePiece.BlockBytes / 4096;

    /// <summary>
    /// Maps a view of which all must bounce and which is one piece: bytes that lie together in one home block. What goes wrong is put
    /// back, for the general way to refuse.
    /// </summary>
    private bool TryMapOnePiece(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, out MapResult result)
    {
        result = default;
        if ((_innerBounces && !_bouncesEverything) || view.Length > BouncePiece.BlockBytes || (options & (MapOptions.Prefix | MapOptions.ZeroCopy)) != 0 || _choice.KeepsFrameBits || !view.TryGetStart(out PhysicalAddress start)) return false;
        ulong lengthLessOne = (ulong)view.Length - 1;
        if (((start.Value ^ (start.Value + lengthLessOne)) >> BouncePiece.BlockShift) != 0 || (!_bouncesEverything && _reach.Touches(start.Value, lengthLessOne)) || !IsPageBacked(start, (long)lengthLessOne)) return false;

        BouncePiece piece = default;
        piece.Home = start.Value;
        piece.Length = (int)lengthLessOne + 1;
        piece.DeviceWrites = direction.DeviceWrites();
        piece.TakesTurns = (options & MapOptions.TakesTurns) != 0;
        piece.BeginsRun = true;
        piece.NextInMapping = BouncePiece.None;
        int count = piece.SlotCount;
        if (!_pool.TryTake(count, _choice.PlacementOfShort(count), out piece.Slot)) return false;
        piece.FirstInMapping = piece.Slot;
        bool entered = false;
        try
        {
            entered = _pool.Homes.TryEnter(piece);
            return entered && TryMapPiece(view, piece, count, direction, segments, options, out result);
        }
        finally
        {
            if (!result.IsMapped)
            {
                if (entered) _pool.Homes.Leave(piece.Slot);
                _pool.Give(piece.Slot, count);
                _pool.GaveUnused();
            }
        }
    }

    private bool TryMapPiece(scoped in PfnView view, in BouncePiece piece, int count, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, out MapResult result)
    {
        // Filled before the device can reach the slots.
        _copies.FillOne(piece);
        Pfn first = _pool.Table.FrameOf(piece.Slot);
        Span<Pfn> frames = stackalloc Pfn[count];
        for (int i = 0; i < frames.Length; i++) frames[i] = first + i;
        MapResult inner = _inner.Map(new PfnView(frames, PageSize.Size4K, piece.FromInFrame, piece.Length), direction, segments, options | Vouches);
        if (inner.IsMapped)
        {
            result = Adopt(inner, direction, options, piece.Slot, count, piece.Length);
            return true;
        }

        // A wrapped mapper's pool has counted its shortage: it is not asked again.
        result = inner.Shortage is null ? default : MapResult.Refused(inner.Status, FrameOf(view, inner.FailedFrame), inner.SegmentsNeeded, inner.Shortage);
        return inner.Shortage is not null;
    }

    private bool IsPageBacked(PhysicalAddress start, long lengthLessOne)
    {
        MemoryRegion region = _pool.Memory.RegionAt(start);
        return region.Kind == MemoryKind.PageBacked && region.Contains(start + lengthLessOne);
    }
}
