using System;

namespace PfnBuffers;

/// <summary>
/// The free blocks of a zone: a block of order k is 2^k frames that start at a multiple of 2^k, and two free halves of
/// a block never stand side by side, for they are kept as the block. One <see cref="HierarchicalBitmap"/> an order
/// finds the lowest block in a window at once. Frames are absolute numbers, so alignment is that of addresses.
/// Source: K. Knowlton, A fast storage allocator, CACM 8(10), 1965. Not thread-safe.
/// </summary>
internal sealed class BuddyLists
{
    private readonly long _first;
    private readonly long _last;
    private readonly HierarchicalBitmap[] _blocks;
    private ulong _ordersInUse;

    /// <summary>No free block yet.</summary>
    internal BuddyLists(long first, long count)
    {
        _first = first;
        _last = first + count - 1;
        int orders = Bits.Log2((ulong)count) + 1;
        _blocks = new HierarchicalBitmap[orders];
        for (int order = 0; order < orders; order++) _blocks[order] = new HierarchicalBitmap((_last >> order) - (first >> order) + 1);
    }

    /// <summary>Null: blocks are taken from low addresses up. Else: from places that this chooses.</summary>
    internal XorShift? Scatter { get; set; }

    /// <summary>
    /// Takes frames out of the smallest free block that has the wanted number at natural alignment inside the window.
    /// </summary>
    /// <param name="demand">The least that will do.</param>
    /// <param name="atMost">The wanted number, or for a block a multiple of it: as many are taken as lie in one free block.</param>
    /// <param name="first">The first frame taken.</param>
    /// <param name="taken">Frames taken.</param>
    internal bool TryTake(in FrameDemand demand, long atMost, out long first, out long taken)
    {
        int alignOrder = Math.Max(demand.Order, demand.AlignOrder);
        for (ulong orders = alignOrder > 63 ? 0 : _ordersInUse >> alignOrder << alignOrder; orders != 0; orders &= orders - 1)
        {
            int order = Bits.TrailingZeros(orders);
            if (!TryFind(demand, order, alignOrder, out long block, out first)) continue;
            long end = block + (1L << order);
            long room = Math.Min(end, demand.End) - first;
            taken = demand.AlignOrder > demand.Order ? demand.Frames : room >= atMost ? atMost : room & -demand.Frames;
            Remove(block, order);
            AddRun(block, first);
            AddRun(first + taken, end);
            return true;
        }

        first = taken = 0;
        return false;
    }

    /// <summary>Whether a free block of an order or a larger one exists.</summary>
    internal bool HasAny(int order) => order < 64 && _ordersInUse >> order != 0;

    /// <summary>Takes a range all of whose frames are free, whatever blocks it lies in.</summary>
    internal void Carve(long first, long count)
    {
        long end = first + count;
        for (long at = first; at < end;)
        {
            int order = 0;
            while (!_blocks[order].Contains(Index(at, order))) order++;
            long block = at >> order << order;
            long blockEnd = block + (1L << order);
            Remove(block, order);
            AddRun(block, at);
            AddRun(end, blockEnd);
            at = blockEnd;
        }
    }

    /// <summary>Gives a block back and joins it with its buddy, and the two with theirs, as far as they are free.</summary>
    internal void Merge(long block, int order)
    {
        for (; order + 1 < _blocks.Length; order++)
        {
            long buddy = block ^ (1L << order);
            if (buddy < _first || !_blocks[order].Contains(Index(buddy, order))) break;
            Remove(buddy, order);
            block &= ~(1L << order);
        }

        Add(block, order);
    }

    /// <summary>Gives a range back and joins it with its surroundings.</summary>
    internal void MergeRun(long first, long count)
    {
        for (long end = first + count; first < end;)
        {
            int order = OrderAt(first, end);
            Merge(first, order);
            first += 1L << order;
        }
    }

    /// <summary>Adds a range as the fewest blocks. No free block may lie beside it that it could join.</summary>
    internal void AddRun(long first, long end)
    {
        while (first < end)
        {
            int order = OrderAt(first, end);
            Add(first, order);
            first += 1L << order;
        }
    }

    /// <summary>Forgets every free block.</summary>
    internal void Clear()
    {
        foreach (HierarchicalBitmap blocks in _blocks) blocks.Clear();
        _ordersInUse = 0;
    }

    /// <summary>Order of the largest block that starts at a frame and ends at <paramref name="end"/> or before.</summary>
    internal static int OrderAt(long first, long end) => Math.Min(Bits.TrailingZeros((ulong)first), Bits.Log2((ulong)(end - first)));

    /// <summary>
    /// Finds a free block of one order with room for the demand. Only the first block of the window can be cut so that
    /// it is too short while a later one would do: two looks are enough.
    /// </summary>
    private bool TryFind(in FrameDemand demand, int order, int alignOrder, out long block, out long first)
    {
        long low = Index(Math.Max(demand.First, _first), order);
        if (Scatter is not null)
        {
            long high = Index(Math.Min(demand.End - 1, _last), order);
            if (high > low && TryFindFrom(Scatter.Between(low, high), demand, order, alignOrder, out block, out first)) return true;
        }

        if (TryFindFrom(low, demand, order, alignOrder, out block, out first)) return true;
        return block >= 0 && block < demand.First
            && TryFindFrom(Index(block, order) + 1, demand, order, alignOrder, out block, out first);
    }

    private bool TryFindFrom(long index, in FrameDemand demand, int order, int alignOrder, out long block, out long first)
    {
        long found = _blocks[order].FirstFrom(index);
        block = found < 0 ? -1 : (found + (_first >> order)) << order;
        first = 0;
        return found >= 0 && demand.TryFit(block, block + (1L << order), alignOrder, out first);
    }

    private void Add(long block, int order)
    {
        _blocks[order].Add(Index(block, order));
        _ordersInUse |= 1UL << order;
    }

    private void Remove(long block, int order)
    {
        if (_blocks[order].Remove(Index(block, order))) _ordersInUse &= ~(1UL << order);
    }

    private long Index(long frame, int order) => (frame >> order) - (_first >> order);
}
