using System;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>How slots are taken and given back: through the lane of a core, or else from the extents.</summary>
public sealed partial class BouncePool
{
    /// <summary>Takes consecutive slots, if nobody waits for any or they are for who waits.</summary>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    internal bool TryTake(int count, in Placement placement, out int slot, bool served = false)
    {
        if (_waiters.Any && !served)
        {
            slot = BouncePiece.None;
            return false;
        }

        SlotLane lane = _lanes.Enter();
        bool taken = lane.TryTake(count, placement, out slot);
        lane.Gate.Exit();
        return taken || TryTakeCold(count, placement, out slot);
    }

    /// <summary>Gives consecutive slots back; whose mapping that ends says so by <see cref="Ended"/>.</summary>
    internal void Give(int slot, int count)
    {
        SlotLane lane = _lanes.Enter();
        bool kept = lane.TryGive(slot, count);
        lane.Gate.Exit();
        if (!kept) GiveCold(lane, slot, count);
    }

    /// <summary>Says that slots were given back which a mapping or a reservation had.</summary>
    internal void Ended()
    {
        _waiters.Freed();
        if (Volatile.Read(ref _shrinkAt) >= 0) ShrinkIfIdle();
    }

    /// <summary>Says that slots were given back which no mapping or reservation came to hold.</summary>
    internal void GaveUnused() => _waiters.GaveBack();

    private void GiveCold(SlotLane lane, int slot, int count)
    {
        if (lane.Keeps(count))
        {
            // What was freed before makes room for what is warmest.
            lock (_cold) Drain(lane);
            lane.Gate.Enter();
            bool kept = lane.TryGive(slot, count);
            lane.Gate.Exit();
            if (kept) return;
        }

        Table.ExtentOf(slot).Give(slot, count);
        Interlocked.Add(ref _usedCold, -count);
    }

    private bool TryTakeCold(int count, in Placement placement, out int slot)
    {
        ThrowIfDisposed();
        if (TryTakeFrom(_extents, count, placement, out slot)) return true;
        lock (_cold)
        {
            ThrowIfDisposed();
            Drain();
            return TryTakeFrom(_extents, count, placement, out slot);
        }
    }

    private bool TryTakeFrom(PoolExtent[] extents, int count, in Placement placement, out int slot)
    {
        foreach (PoolExtent extent in extents)
        {
            if (count > extent.Count || !extent.TryTake(count, placement, out slot)) continue;
            Table.Prepare(slot, count);
            Interlocked.Add(ref _usedCold, count);
            NoteOut(extents);
            return true;
        }

        slot = BouncePiece.None;
        return false;
    }

    private void NoteOut(PoolExtent[] extents)
    {
        long now = 0;
        foreach (PoolExtent extent in extents) now += extent.Count - extent.Free.FreeFrames;
        long most = Volatile.Read(ref _mostOut);
        while (now > most)
        {
            long seen = Interlocked.CompareExchange(ref _mostOut, now, most);
            if (seen == most) break;
            most = seen;
        }
    }

    /// <summary>Gives what lanes keep back to the extents, where runs grow together.</summary>
    private void Drain()
    {
        for (int i = 0; i < CoreLane.Most; i++)
        {
            if (_lanes[i] is { } lane) Drain(lane);
        }
    }

    private void Drain(SlotLane lane)
    {
        while (TryEmptyLong(lane, out SlotRun run)) Table.ExtentOf(run.Slot).Give(run.Slot, run.Count);
        lane.Gate.Enter();
        int[]? heads = lane.TryEmpty();
        lane.Gate.Exit();
        if (heads is null) return;
        for (int count = 1; count < heads.Length; count++)
        {
            // From the oldest on, so that there too the newest is the first one out.
            int oldest = BouncePiece.None;
            for (int slot = heads[count]; slot != BouncePiece.None;)
            {
                ref int next = ref Table[slot].NextInMapping;
                (oldest, slot, next) = (slot, next, oldest);
            }

            while (oldest != BouncePiece.None)
            {
                int slot = oldest;
                oldest = Table[slot].NextInMapping;
                Table.ExtentOf(slot).Give(slot, count);
            }
        }

        lane.Emptied(heads);
    }

    private static bool TryEmptyLong(SlotLane lane, out SlotRun run)
    {
        lane.Gate.Enter();
        bool any = lane.TryEmptyLong(out run);
        lane.Gate.Exit();
        return any;
    }
}
