using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace DmaMapping;

/// <summary>
/// IOVA space in blocks of 2^order granules, aligned to their size. A thread takes from its own lane: a block that was freed
/// there before, or one cut from a span that the lane has. Behind the lanes stand the spaces, one below 4 GiB and one above. What lanes keep
/// warm is called in before a shortage is told, so nothing is short that is free. Thread-safe.
/// </summary>
internal sealed class IovaAllocator
{
    /// <summary>The first granule that an address of 32 bits does not reach.</summary>
    private const ulong LowEnd = 1ul << (32 - 12);

    /// <summary>What others are just ending, or giving back, is neither taken nor free: so a shortage is looked at more than once.</summary>
    private const int MostAttempts = 4;

    private readonly LaneSet _lanes;
    private readonly IovaSpace[] _spaces;
    private readonly ISpanTables _tables;

    /// <summary>The zones that there are, in the order in which they are tried.</summary>
    private readonly int[] _highFirst;
    private readonly int[] _lowFirst;

    /// <summary>The first of each.</summary>
    private readonly int _high;
    private readonly int _low;

    /// <summary>A space of pages.</summary>
    /// <param name="intervals">First and last of each, in order and apart.</param>
    /// <param name="tables">Told where tables come to be needed.</param>
    /// <param name="flush">Where blocks may end lazily.</param>
    internal IovaAllocator(IReadOnlyList<(ulong First, ulong Last)> intervals, ISpanTables tables, LazyFlush? flush = null)
    {
        var low = new List<(ulong, ulong)>();
        var high = new List<(ulong, ulong)>();
        foreach ((ulong first, ulong last) in intervals)
        {
            if (first < LowEnd) low.Add((first, last < LowEnd ? last : LowEnd - 1));
            if (last >= LowEnd) high.Add((first < LowEnd ? LowEnd : first, last));
        }

        _spaces = [new IovaSpace(low), new IovaSpace(high)];
        _lanes = new LaneSet(_spaces.Length, flush);
        _tables = tables;
        foreach (IovaSpace space in _spaces) Capacity += space.Capacity;
        LargestEver = LargestFree();
        _highFirst = low.Count == 0 ? [1] : high.Count == 0 ? [0] : [1, 0];
        _lowFirst = low.Count == 0 ? [1] : high.Count == 0 ? [0] : [0, 1];
        _high = _highFirst[0];
        _low = _lowFirst[0];
    }

    /// <summary>Pages that mappings may have.</summary>
    internal ulong Capacity { get; }

    /// <summary>The order of the largest block that there is when all is free.</summary>
    internal int LargestEver { get; }

    internal LaneSet Lanes => _lanes;

    /// <summary>Pages that are free, those that lanes keep warm included.</summary>
    internal ulong FreePages
    {
        get
        {
            long taken = 0;
            for (int i = 0; i < LaneSet.Count; i++)
            {
                if (_lanes[i] is not { } lane) continue;
                lane.Gate.Enter();
                lane.Reclaim();
                taken += lane.TakenPages;
                Leave(lane);
            }

            return Capacity - (ulong)taken;
        }
    }

    /// <summary>Takes a block, and leaves the lane that it came through held, so that the caller can note there what it is for.</summary>
    /// <param name="order">Its size.</param>
    /// <param name="lowFirst">Whether addresses below 4 GiB are preferred; otherwise those above are.</param>
    /// <param name="slot">The record of the block in that lane.</param>
    /// <param name="shortage">What there is too little of, where the answer is null.</param>
    internal Lane? Take(int order, bool lowFirst, out int slot, out MapStatus shortage)
    {
        shortage = MapStatus.Mapped;
        int[] zones = lowFirst ? _lowFirst : _highFirst;
        Lane lane = _lanes.Enter();
        if (lane.TryTake(zones[0], order, out slot)) return lane;
        Leave(lane);
        return TakeBehind(zones, order, out slot, out shortage);
    }

    /// <summary>Takes a warm block through the thread's own lane, as <see cref="Take"/> does. Null says nothing: there may be others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Lane? TryTakeOwn(int order, bool lowFirst, out int slot)
    {
        slot = -1;
        if (_lanes.TryEnterOwn() is not { } lane) return null;
        if (lane.TryTake(lowFirst ? _low : _high, order, out slot)) return lane;
        Leave(lane);
        return null;
    }

    /// <summary>Leaves a lane, and gives to the space what it does not keep.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Leave(Lane lane)
    {
        if (lane.HasSurplus) LeaveWithSurplus(lane);
        else lane.Gate.Exit();
    }

    /// <summary>Calls in all that lanes keep warm.</summary>
    internal void Trim()
    {
        _tables.Flush();
        for (int i = 0; i < LaneSet.Count; i++)
        {
            if (_lanes[i] is not { } lane) continue;
            lane.Gate.Enter();
            lane.Shed();
            Leave(lane);
        }
    }

    /// <summary>The order of the largest free block; what lanes keep warm counts as taken. -1 where none is free.</summary>
    internal int LargestFree()
    {
        int largest = -1;
        for (int zone = 0; zone < _spaces.Length; zone++)
        {
            largest = Math.Max(largest, _spaces[zone].Largest);
            for (int i = 0; i < LaneSet.Count; i++)
            {
                if (_lanes[i] is not { } lane) continue;
                lane.Gate.Enter();
                largest = Math.Max(largest, lane.LargestOf(zone));
                lane.Gate.Exit();
            }
        }

        return largest;
    }

    internal static int ZoneOf(ulong page) => page < LowEnd ? 0 : 1;

    /// <summary>The lane has nothing of the size in the preferred zone. Zone by zone: its own, the space's, what other lanes have; then all that is kept warm is called in.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Lane? TakeBehind(int[] zones, int order, out int slot, out MapStatus shortage)
    {
        shortage = MapStatus.NoIovaSpace;
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            foreach (int zone in zones)
            {
                Lane? through = TakeWarm(zone, order, out slot);
                if (through is not null) return through;
                through = order < IovaSpan.Order ? CutInto(zone, order, out slot, ref shortage) : TakeWhole(zone, order, out slot);
                through ??= TakeFromOthers(zone, order, out slot);
                if (through is not null) return through;
            }

            Trim();
        }

        slot = -1;
        return null;
    }

    private Lane? TakeWarm(int zone, int order, out int slot)
    {
        Lane lane = _lanes.Enter();
        if (lane.TryTake(zone, order, out slot)) return lane;
        Leave(lane);
        return null;
    }

    private Lane? TakeWhole(int zone, int order, out int slot)
    {
        slot = -1;
        if (!_spaces[zone].TryTake(order, out ulong page)) return null;
        Lane lane = _lanes.Enter();
        if (lane.Records.HasBlank)
        {
            slot = lane.Adopt(new IovaBlock(page, order));
            return lane;
        }

        Leave(lane);
        ReturnBlock(page, order);
        return null;
    }

    private Lane? CutInto(int zone, int order, out int slot, ref MapStatus shortage)
    {
        slot = -1;
        while (_spaces[zone].TakeSpan(order) is { } span)
        {
            bool isLinked = false;
            try
            {
                isLinked = _tables.TryLink(span);
            }
            catch
            {
                GiveSpan(span);
                throw;
            }

            if (!isLinked)
            {
                shortage = MapStatus.NoTableMemory;
                GiveSpan(span);
                return null;
            }

            Lane lane = _lanes.Enter();
            lane.Add(zone, span);
            if (lane.TryTake(zone, order, out slot)) return lane;
            Leave(lane);
        }

        return null;
    }

    private Lane? TakeFromOthers(int zone, int order, out int slot)
    {
        slot = -1;
        for (int i = 0; i < LaneSet.Count; i++)
        {
            if (_lanes[i] is not { } lane) continue;
            lane.Gate.Enter();
            if (lane.TryTake(zone, order, out slot)) return lane;
            Leave(lane);
        }

        return null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LeaveWithSurplus(Lane lane)
    {
        while (true)
        {
            lane.Leave(out IovaSpan? spans, out IovaBlock block);
            if (block.Order > 0) ReturnBlock(block.Page, block.Order);
            while (spans is not null)
            {
                IovaSpan? next = spans.Next;
                bool isGiven = false;
                try
                {
                    Return(spans);
                    isGiven = true;
                }
                finally
                {
                    // Hardware that throws is not asked again for this span, which is lost; the others wait for the next who leaves.
                    if (!isGiven && next is not null) TakeBack(lane, next);
                }

                spans = next;
            }

            if (block.Order == 0) break;

            // There may be more blocks: one at a time, with the lane left in between.
            lane.Gate.Enter();
            if (lane.HasSurplus) continue;
            lane.Gate.Exit();
            break;
        }

        _tables.Freed();
    }

    private static void TakeBack(Lane lane, IovaSpan spans)
    {
        lane.Gate.Enter();
        lane.AddSurplus(spans);
        lane.Gate.Exit();
    }

    /// <summary>Gives a span back of which nothing is taken, with its table.</summary>
    private void Return(IovaSpan span)
    {
        _tables.Unlink(span);
        GiveSpan(span);
    }

    private void GiveSpan(IovaSpan span)
    {
        ulong first = span.First;
        bool isBlock = !span.IsPartial;
        _spaces[ZoneOf(first)].Give(span);
        if (isBlock) ReturnBlock(first, IovaSpan.Order);
    }

    private void ReturnBlock(ulong page, int order)
    {
        while (_spaces[ZoneOf(page)].Give(ref page, ref order)) _tables.Remove(page, order);
    }
}
