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
        if (view.Frames.Length > MostFramesOfOnePiece || view.Length > BouncePiece.BlockBytes || (options & (MapOptions.Prefix | MapOptions.ZeroCopy)) != 0 || _choice.KeepsFrameBits) return false;
        FrameRuns.Enumerator runs = view.Runs.GetEnumerator();
        if (!runs.MoveNext() || runs.Current is var run && run.Length != view.Length) return false;
        ulong home = run.Address.Value;
        if ((home >> BouncePiece.BlockShift) != ((home + (ulong)view.Length - 1) >> BouncePiece.BlockShift)) return false;
        if (!Profile.BouncesEverything && _reach.Touches(home, (ulong)view.Length - 1)) return false;
        MemoryRegion region = _pool.Memory.RegionAt(run.Address);
        if (region.Kind != MemoryKind.PageBacked || !region.Contains(run.Address + (view.Length - 1))) return false;

        var piece = new BouncePiece
        {
            Home = home,
            Length = (int)view.Length,
            DeviceWrites = direction.DeviceWrites(),
            TakesTurns = (options & MapOptions.TakesTurns) != 0,
            BeginsRun = true,
            NextInMapping = BouncePiece.None,
        };
        int count = piece.SlotCount;
        if (!_pool.TryTake(count, _choice.PlacementOf(count), out int slot)) return false;
        piece.Slot = piece.FirstInMapping = slot;
        bool entered = false;
        try
        {
            if (!_pool.Homes.TryEnter(piece)) return false;
            entered = true;
            Pfn first = _pool.Table.FrameOf(slot);
            Span<Pfn> frames = stackalloc Pfn[count];
            for (int i = 0; i < frames.Length; i++) frames[i] = first + i;
            _copies.Fill(slot, 0, piece.Length);
            _copies.ClearBeside(slot);
            MapResult inner = _inner.Map(new PfnView(frames, PageSize.Size4K, piece.FromInFrame, piece.Length), direction, segments, options | Vouches);
            if (!inner.IsMapped)
            {
                // A wrapped mapper's pool has counted its shortage: it is not asked again.
                if (inner.Shortage is { } shortage) result = MapResult.Refused(inner.Status, FrameOf(view, inner.FailedFrame), inner.SegmentsNeeded, shortage);
                return inner.Shortage is not null;
            }

            result = Adopt(inner, direction, options, slot, count, piece.Length);
            return true;
        }
        finally
        {
            if (!result.IsMapped)
            {
                if (entered) _pool.Homes.Leave(slot);
                _pool.Give(slot, count);
                _pool.GaveUnused();
            }
        }
    }
}
