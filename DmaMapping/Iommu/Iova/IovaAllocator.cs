using System.Collections.Generic;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// IOVA space in blocks of 2^order granules, aligned to their size. Each core takes from its own lane: a block that it freed
/// before, or one cut from a span that it has. Behind the lanes stand the spaces, one below 4 GiB and one above. What lanes keep
/// warm is called in before a shortage is told, so nothing is short that is free. Thread-safe.
/// </summary>
internal sealed class IovaAllocator
{
    /// <summary>The first granule that an address of 32 bits does not reach.</summary>
    private const ulong LowEnd = 1ul << (32 - 12);

    private readonly LaneSet _lanes;
    private readonly IovaSpace[] _spaces;
    private readonly ISpanTables _tables;

    /// <summary>The zones that there are, in the order in which they are tried.</summary>
    private readonly int[] _highFirst;
    private readonly int[] _lowFirst;

    /// <summary>A space of pages.</summary>
    /// <param name="intervals">First and last of each, in order and apart.</param>
    /// <param name="tables">Told where tables come to be needed.</param>
    internal IovaAllocator(IReadOnlyList<(ulong First, ulong Last)> intervals, ISpanTables tables)
    {
        var low = new List<(ulong, ulong)>();
        var high = new List<(ulong, ulong)>();
        foreach ((ulong first, ulong last) in intervals)
        {
            if (first < LowEnd) low.Add((first, last < LowEnd ? last : LowEnd - 1));
            if (last >= LowEnd) high.Add((first < LowEnd ? LowEnd : first, last));
        }

        _spaces = [new IovaSpace(low), new IovaSpace(high)];
        _lanes = new LaneSet(_spaces.Length);
        _tables = tables;
        foreach (IovaSpace space in _spaces) Capacity += space.Capacity;
        _highFirst = low.Count == 0 ? [1] : high.Count == 0 ? [0] : [1, 0];
        _lowFirst = low.Count == 0 ? [1] : high.Count == 0 ? [0] : [0, 1];
    }

    /// <summary>Pages that mappings may have.</summary>
    internal ulong Capacity { get; }

    internal LaneSet Lanes => _lanes;

    /// <summary>Pages that are free, those that lanes keep warm included.</summary>
    internal ulong FreePages
    {
        get
        {
            long taken = 0;
            for (int i = 0; i < LaneSet.Count; i++) taken += _lanes[i]?.TakenPages ?? 0;
            return Capacity - (ulong)taken;
        }
    }

    /// <summary>Takes a block, and leaves the lane that it came through held, so that the caller can note there what it is for.</summary>
    /// <param name="order">Its size.</param>
    /// <param name="lowFirst">Whether addresses below 4 GiB are preferred; otherwise those above are.</param>
    /// <param name="block">The block.</param>
    /// <param name="shortage">What there is too little of, where the answer is null.</param>
    internal Lane? Take(int order, bool lowFirst, out IovaBlock block, out MapStatus shortage)
    {
        shortage = MapStatus.Mapped;
        int[] zones = lowFirst ? _lowFirst : _highFirst;
        Lane lane = _lanes.Enter();
        if (lane.TryTake(zones[0], order, out block)) return lane;
        lane.Gate.Exit();
        return TakeBehind(zones, order, out block, out shortage);
    }

    /// <summary>Takes a block back; the hardware has forgotten it.</summary>
    internal void Give(in IovaBlock block)
    {
        Lane lane = EnterFor(block);
        Surplus surplus = GiveHeld(lane, block);
        lane.Gate.Exit();
        Return(surplus);
    }

    /// <summary>The lane that a block goes back through, held.</summary>
    internal Lane EnterFor(in IovaBlock block)
    {
        if (block.Span?.Owner?.Lane is not { } lane) return _lanes.Enter();
        lane.Gate.Enter();
        return lane;
    }

    /// <summary>Puts a block back into the lane that <see cref="EnterFor"/> gave.</summary>
    /// <returns>For <see cref="Return"/>, when the lane is left.</returns>
    internal static Surplus GiveHeld(Lane lane, in IovaBlock block) => lane.Give(ZoneOf(block.Page), block);

    /// <summary>Gives back to the space what lanes do not keep, with the tables that it needs no more.</summary>
    internal void Return(in Surplus surplus)
    {
        if (surplus.IsEmpty) return;
        if (surplus.Block.Order > 0) ReturnBlock(surplus.Block.Page, surplus.Block.Order);
        for (IovaSpan? span = surplus.Spans; span is not null;)
        {
            IovaSpan? next = span.Next;
            _tables.Unlink(span);
            ulong first = span.First;
            bool isBlock = !span.IsPartial;
            _spaces[ZoneOf(first)].Give(span);
            if (isBlock) ReturnBlock(first, IovaSpan.Order);
            span = next;
        }
    }

    /// <summary>Calls in all that lanes keep warm.</summary>
    internal void Trim()
    {
        for (int i = 0; i < LaneSet.Count; i++)
        {
            if (_lanes[i] is not { } lane) continue;
            while (true)
            {
                lane.Gate.Enter();
                bool shed = lane.TryShed(out Surplus surplus);
                lane.Gate.Exit();
                if (!shed) break;
                Return(surplus);
            }
        }
    }

    /// <summary>The order of the largest free block; what lanes keep warm counts as taken. -1 where none is free.</summary>
    internal int LargestFree()
    {
        int largest = -1;
        for (int zone = 0; zone < _spaces.Length; zone++)
        {
            largest = System.Math.Max(largest, _spaces[zone].Largest);
            for (int i = 0; i < LaneSet.Count; i++)
            {
                if (_lanes[i] is not { } lane) continue;
                lane.Gate.Enter();
                largest = System.Math.Max(largest, lane.Zone(zone).Largest);
                lane.Gate.Exit();
            }
        }

        return largest;
    }

    private static int ZoneOf(ulong page) => page < LowEnd ? 0 : 1;

    /// <summary>The lane has nothing of the size: first the space, then what other lanes have, then all that is kept warm.</summary>
    private Lane? TakeBehind(int[] zones, int order, out IovaBlock block, out MapStatus shortage)
    {
        shortage = MapStatus.NoIovaSpace;
        for (int attempt = 0; attempt < 2; attempt++)
        {
            foreach (int zone in zones)
            {
                Lane? through = TakeWarm(zone, order, out block);
                if (through is not null) return through;
                through = order < IovaSpan.Order ? CutInto(zone, order, out block, ref shortage) : TakeWhole(zone, order, out block);
                through ??= TakeFromOthers(zone, order, out block);
                if (through is not null) return through;
            }

            Trim();
        }

        block = default;
        return null;
    }

    private Lane? TakeWarm(int zone, int order, out IovaBlock block)
    {
        Lane lane = _lanes.Enter();
        if (lane.TryTake(zone, order, out block)) return lane;
        lane.Gate.Exit();
        return null;
    }

    private Lane? TakeWhole(int zone, int order, out IovaBlock block)
    {
        block = default;
        if (!_spaces[zone].TryTake(order, out ulong page)) return null;
        block = new IovaBlock(null, page, order);
        Lane lane = _lanes.Enter();
        lane.CountTaken(block);
        return lane;
    }

    private Lane? CutInto(int zone, int order, out IovaBlock block, ref MapStatus shortage)
    {
        block = default;
        while (_spaces[zone].TakeSpan(order) is { } span)
        {
            if (!_tables.TryLink(span))
            {
                shortage = MapStatus.NoTableMemory;
                ulong first = span.First;
                bool isBlock = !span.IsPartial;
                _spaces[zone].Give(span);
                if (isBlock) ReturnBlock(first, IovaSpan.Order);
                return null;
            }

            Lane lane = _lanes.Enter();
            lane.Zone(zone).Add(span);
            if (lane.TryTake(zone, order, out block)) return lane;
            lane.Gate.Exit();
        }

        return null;
    }

    private Lane? TakeFromOthers(int zone, int order, out IovaBlock block)
    {
        block = default;
        for (int i = 0; i < LaneSet.Count; i++)
        {
            if (_lanes[i] is not { } lane) continue;
            lane.Gate.Enter();
            if (lane.TryTake(zone, order, out block)) return lane;
            lane.Gate.Exit();
        }

        return null;
    }

    private void ReturnBlock(ulong page, int order)
    {
        while (_spaces[ZoneOf(page)].Give(ref page, ref order)) _tables.Remove(page, order);
    }
}
