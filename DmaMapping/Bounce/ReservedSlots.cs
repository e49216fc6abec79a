using System;
using System.Collections.Generic;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Slots that are taken for mappings to come. A mapping takes them run by run, from each run's start; one that is refused puts them back as
/// they were. Used by one thread at a time.
/// </summary>
internal sealed class ReservedSlots(BouncePool pool)
{
    private readonly List<SlotRun> _runs = [];

    /// <summary>For each run, how many of its slots are in use or passed over.</summary>
    private readonly List<int> _used = [];

    /// <summary>Slots that were passed over, for a run in use to be placed well.</summary>
    private readonly List<SlotRun> _gaps = [];

    private int _busy;

    /// <summary>How many slots there are in all.</summary>
    internal int Count { get; private set; }

    internal void Add(in SlotRun run)
    {
        _runs.Add(run);
        _used.Add(0);
        Count += run.Count;
    }

    /// <summary>Makes the calling thread the one that uses it, until it exits; whoever ends it never does.</summary>
    internal bool TryEnter() => Interlocked.CompareExchange(ref _busy, 1, 0) == 0;

    internal void Exit() => Volatile.Write(ref _busy, 0);

    /// <summary>Takes consecutive slots.</summary>
    internal bool TryTake(int count, in Placement placement, out int slot)
    {
        for (int i = 0; i < _runs.Count; i++)
        {
            SlotRun run = _runs[i];
            int first = _used[i];
            ulong frame = pool.Table.FrameOf(run.Slot).Value;
            ulong step = placement.Alignment >> PageSize.Size4K.Shift;
            int gap = step > 1 ? (int)((step - ((frame + (ulong)first) & (step - 1))) & (step - 1) & int.MaxValue) : 0;
            if (placement.BoundaryMask != 0)
            {
                // Past the boundary that it would cross, which is aligned as well as that is.
                ulong at = (frame + (ulong)(first + gap)) << PageSize.Size4K.Shift;
                ulong room = placement.BoundaryMask - (at & placement.BoundaryMask);
                if (((ulong)count << PageSize.Size4K.Shift) - 1 > room) gap += (int)Math.Min((room + 1) >> PageSize.Size4K.Shift, int.MaxValue / 2);
            }

            if ((long)first + gap + count > run.Count) continue;
            slot = run.Slot + first + gap;
            if (!placement.Allows(pool.Table.FrameOf(slot).ToAddress(PageSize.Size4K), (long)count << PageSize.Size4K.Shift)) continue;
            if (gap > 0) _gaps.Add(new SlotRun(run.Slot + first, gap));
            _used[i] = first + gap + count;
            return true;
        }

        slot = BouncePiece.None;
        return false;
    }

    /// <summary>All of them, the first last.</summary>
    internal int[] List()
    {
        var all = new int[Count];
        int at = all.Length;
        foreach (SlotRun run in _runs)
        {
            for (int i = 0; i < run.Count; i++) all[--at] = run.Slot + i;
        }

        return all;
    }

    /// <summary>Notes slots that were taken and are not used after all.</summary>
    internal void PassOver(int slot, int count) => _gaps.Add(new SlotRun(slot, count));

    /// <summary>Puts everything back that was taken.</summary>
    internal void Reset()
    {
        for (int i = 0; i < _used.Count; i++) _used[i] = 0;
        _gaps.Clear();
    }

    /// <summary>Ends it: what a mapping has is that mapping's, the rest goes back.</summary>
    internal void End(PoolUser user)
    {
        user.AddReserved(-Count);
        GiveBack();
        pool.Ended();
    }

    /// <summary>Gives the pool what no mapping has.</summary>
    internal void GiveBack()
    {
        for (int i = 0; i < _runs.Count; i++)
        {
            SlotRun run = _runs[i];
            if (run.Count > _used[i]) pool.Give(run.Slot + _used[i], run.Count - _used[i]);
        }

        foreach (SlotRun gap in _gaps) pool.Give(gap.Slot, gap.Count);
        _runs.Clear();
        _used.Clear();
        _gaps.Clear();
        Count = 0;
    }
}
