using System;

namespace PfnBuffers;

/// <summary>
/// The frames of one zone. Three answers are tried, each slower and each missing less than the one before:
/// <list type="number">
/// <item>the block of that order that was freed last (<see cref="RecentBlocks"/>);</item>
/// <item>the smallest free block that has the range in it (<see cref="BuddyLists"/>), again with the recent blocks merged;</item>
/// <item>for ranges that are no naturally aligned block, a walk over the runs of free frames.</item>
/// </list>
/// So a range is refused only where no free run of the zone has room for it. Not thread-safe.
/// </summary>
internal sealed class BuddyZone
{
    private readonly BuddyLists _lists;
    private readonly RecentBlocks _recent = new();
    private readonly FrameBits _used;
    private FrameBits? _held;

    internal BuddyZone(long first, long count)
    {
        First = first;
        End = first + count;
        FreeFrames = count;
        _used = new FrameBits(count);
        _lists = new BuddyLists(first, count);
        _lists.AddRun(first, End);
    }

    /// <summary>The lowest frame.</summary>
    internal long First { get; }

    /// <summary>The frame after the highest.</summary>
    internal long End { get; }

    internal long FreeFrames { get; private set; }

    /// <summary>Takes consecutive frames placed as asked.</summary>
    /// <param name="demand">The least that will do; not <see cref="FrameDemand.IsImpossible"/>.</param>
    /// <param name="atMost">The wanted number, or for a block a multiple of it: as many are taken as lie conveniently together.</param>
    /// <param name="first">The first frame taken.</param>
    /// <param name="taken">Frames taken.</param>
    internal bool TryTake(in FrameDemand demand, long atMost, out long first, out long taken)
    {
        first = taken = 0;
        if (demand.Frames > FreeFrames || demand.First >= End || demand.End <= First) return false;
        if (demand.IsBlock && _recent.TryPop(demand, out first)) taken = demand.Frames;
        else if (!_lists.TryTake(demand, atMost, out first, out taken) && !TryTakeMerged(demand, atMost, out first, out taken)) return false;

        _used.Set(first - First, taken);
        FreeFrames -= taken;
        return true;
    }

    /// <summary>Marks frames as free, all of them or none; <see cref="Recycle"/> or <see cref="Merge"/> is to follow.</summary>
    /// <param name="first">The first frame.</param>
    /// <param name="count">Frames, all in the zone.</param>
    /// <param name="wrong">The first frame that is not allocated, where the answer is false.</param>
    internal bool TryUnmark(long first, long count, out long wrong)
    {
        long at = first - First;
        if (_held is not null || !_used.TryClearInWord(at, count))
        {
            long end = at + count;
            long bad = _used.NextClear(at, end);
            if (_held is not null) bad = Math.Min(bad, _held.NextSet(at, end));
            if (bad < end)
            {
                wrong = First + bad;
                return false;
            }

            _used.Clear(at, count);
        }

        FreeFrames += count;
        wrong = 0;
        return true;
    }

    /// <summary>Undoes <see cref="TryUnmark"/>.</summary>
    internal void MarkAgain(long first, long count)
    {
        _used.Set(first - First, count);
        FreeFrames -= count;
    }

    /// <summary>Takes unmarked frames back so that they are the next to be handed out.</summary>
    internal void Recycle(long first, long count)
    {
        for (long end = first + count; first < end;)
        {
            int order = count == 1 ? 0 : BuddyLists.OrderAt(first, end);
            if (order >= RecentBlocks.Orders)
            {
                _lists.Merge(first, order);
            }
            else
            {
                if (_recent.IsFull(order)) _recent.SpillHalf(order, _lists);
                _recent.Push(order, first);
            }

            first += 1L << order;
        }
    }

    /// <summary>Takes unmarked frames back behind all others.</summary>
    internal void Merge(long first, long count) => _lists.MergeRun(first, count);

    /// <summary>Frames in the longest free range under a placement, found by walking.</summary>
    internal long LongestRun(in FrameDemand demand)
    {
        long longest = 0;
        for (long at = NextFree(First); at < End;)
        {
            long end = NextUsed(at);
            long length = demand.LongestIn(at, end);
            if (length > longest) longest = length;
            at = NextFree(end);
        }

        return longest;
    }

    /// <summary>
    /// Occupies frames so that stretches of 1 to <paramref name="longestRun"/> free frames alternate with stretches of 1 to
    /// one more occupied ones, and picks at random from now on.
    /// </summary>
    /// <param name="longestRun">Most consecutive frames that stay free.</param>
    /// <param name="startsOccupied">A free run that starts the zone starts with an occupied stretch: another zone's run may end there.</param>
    /// <param name="random">Chooses the stretches.</param>
    /// <returns>The frames occupied, for <see cref="Restore"/>.</returns>
    internal FrameBits Fragment(int longestRun, bool startsOccupied, XorShift random)
    {
        var taken = new FrameBits(End - First);
        for (long at = NextFree(First); at < End;)
        {
            long end = NextUsed(at);
            if (!startsOccupied || at != First) at += random.Between(1, longestRun);
            while (at < end)
            {
                long count = Math.Min(random.Between(1, longestRun + 1L), end - at);
                taken.Set(at - First, count);
                FreeFrames -= count;
                at += count + random.Between(1, longestRun);
            }

            at = NextFree(end);
        }

        _used.Add(taken);
        (_held ??= new FrameBits(End - First)).Add(taken);
        Rebuild();
        _lists.Scatter = random;
        return taken;
    }

    /// <summary>Gives back what <see cref="Fragment"/> occupied.</summary>
    /// <param name="taken">The frames occupied.</param>
    /// <param name="last">Nothing is held by another fragmentation: frames are picked from low addresses again.</param>
    internal void Restore(FrameBits taken, bool last)
    {
        long end = End - First;
        for (long at = taken.NextSet(0, end); at < end;)
        {
            long clear = taken.NextClear(at, end);
            FreeFrames += clear - at;
            at = taken.NextSet(clear, end);
        }

        _used.Remove(taken);
        _held!.Remove(taken);
        if (last)
        {
            _held = null;
            _lists.Scatter = null;
        }

        Rebuild();
    }

    private bool TryTakeMerged(in FrameDemand demand, long atMost, out long first, out long taken)
    {
        if (_recent.Flush(_lists) && _lists.TryTake(demand, atMost, out first, out taken)) return true;
        taken = demand.Frames;
        if (demand.IsNatural || !TryFindRun(demand, out first))
        {
            first = 0;
            return false;
        }

        _lists.Carve(first, taken);
        return true;
    }

    /// <summary>The lowest free range placed as asked. A run of n frames has a free block of about half as many, or there is none.</summary>
    private bool TryFindRun(in FrameDemand demand, out long first)
    {
        first = 0;
        if (!_lists.HasAny(Bits.Log2((ulong)demand.Frames + 1) - 1)) return false;
        long limit = Math.Min(demand.End, End) - First;
        for (long at = Math.Max(demand.First - First, 0); (at = _used.NextClearRun(at, limit, demand.Frames)) < limit;)
        {
            long end = _used.NextSet(at, limit);
            if (demand.TryFit(First + at, First + end, demand.AlignOrder, out first)) return true;
            at = end;
        }

        return false;
    }

    private void Rebuild()
    {
        _recent.Forget();
        _lists.Clear();
        for (long at = NextFree(First); at < End;)
        {
            long end = NextUsed(at);
            _lists.AddRun(at, end);
            at = NextFree(end);
        }
    }

    private long NextFree(long frame) => First + _used.NextClear(frame - First, End - First);

    private long NextUsed(long frame) => First + _used.NextSet(frame - First, End - First);
}
