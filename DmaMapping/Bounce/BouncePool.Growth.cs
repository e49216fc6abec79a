using System;
using System.Collections.Generic;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>How the pool grows when it is short, and gives back what nobody uses.</summary>
public sealed partial class BouncePool
{
    /// <summary>Grows for somebody who found no room for so many slots, or is found to be at its limits.</summary>
    /// <param name="count">The slots.</param>
    /// <param name="oneRun">Whether they must be consecutive; otherwise as many as are missing do, where there is no room for a run of all.</param>
    /// <param name="placement">How they are placed best.</param>
    internal bool TryGrow(long count, bool oneRun, in Placement placement)
    {
        if (count > MostSlotsEver || _disposed) return false;
        lock (_cold)
        {
            if (_disposed) return false;
            long missing = count - (_slots - UsedSlots);
            if (!TryGrowByRun(count, placement) && (oneRun || missing <= 0 || !TryGrowByRun(missing, placement))) return false;
        }

        _waiters.GaveBack();
        return true;
    }

    private bool TryGrowByRun(long count, in Placement placement)
    {
        if (TryAdd(count, placement)) return true;

        // Ranges that nobody uses may make room for one that is longer than any of them.
        Drain();
        long room = MostSlotsEver - _slots;
        bool isIdle = false;
        for (int i = 1; i < _extents.Length; i++)
        {
            FrameAllocator free = _extents[i].Free;
            if (free.LargestFreeRun(placement) >= count) return false;
            if (free.FreeFrames < _extents[i].Count) continue;
            isIdle = true;
            room += _extents[i].Count;
        }

        if (!isIdle || count > room) return false;
        Shrink();
        return TryAdd(count, placement);
    }

    private bool TryAdd(long count, in Placement placement)
    {
        long room = MostSlotsEver - _slots;
        if (count > room) return false;

        // A run that starts at a multiple of its length, rounded up, crosses no boundary that it need not cross.
        ulong alignment = Math.Max(_options.Placement.Alignment, placement.Alignment);
        if (placement.BoundaryMask != 0) alignment = Math.Max(alignment, 1ul << (Bits.CeilLog2((ulong)count) + PageSize.Size4K.Shift));
        Placement where = _options.Placement with { Alignment = alignment };
        foreach (WeakReference<PoolUser> known in _users)
        {
            if (known.TryGetTarget(out PoolUser? user)) where = user.Reach.Narrow(where);
        }

        int slots = (int)Math.Min(room, Math.Max(count, GrowBySlots));
        if (!_source.TryAllocate(slots, where, out Pfn first))
        {
            slots = (int)count;
            if (!_source.TryAllocate(slots, where, out first)) return false;
        }

        var extent = new PoolExtent(first, slots);
        Table.Add(extent);
        Homes.Fit(_slots + slots);
        Volatile.Write(ref _shrinkAt, _slots / 2);
        Volatile.Write(ref _extents, [.. _extents, extent]);
        Volatile.Write(ref _slots, _slots + slots);
        return true;
    }

    private void ShrinkIfIdle()
    {
        long used = UsedSlots;
        if (used > Volatile.Read(ref _shrinkAt) || !Monitor.TryEnter(_cold)) return;
        try
        {
            Shrink();
            if (_extents.Length > 1) Volatile.Write(ref _shrinkAt, Math.Min(_shrinkAt, used / 2));
        }
        finally
        {
            Monitor.Exit(_cold);
        }
    }

    /// <summary>Gives back the extents that it has grown by of which nobody has any slot.</summary>
    private void Shrink()
    {
        if (_extents.Length == 1 || _disposed) return;
        Drain();
        var kept = new List<PoolExtent> { _extents[0] };
        for (int i = 1; i < _extents.Length; i++)
        {
            PoolExtent extent = _extents[i];
            if (!extent.TryTakeAll())
            {
                kept.Add(extent);
                continue;
            }

            Table.Remove(extent);
            Volatile.Write(ref _slots, _slots - extent.Count);
            _source.Free(extent.First, extent.Count);
        }

        Volatile.Write(ref _extents, [.. kept]);
        if (kept.Count == 1) Volatile.Write(ref _shrinkAt, -1);
    }
}
