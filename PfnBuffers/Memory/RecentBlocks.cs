using System;

namespace PfnBuffers;

/// <summary>
/// The blocks freed last, per order, in front of the buddy lists: the last one in is the first one out, still warm in
/// the CPU's caches and without a split or a merge. Holds up to 64 blocks of each order up to 2 MiB. Not thread-safe.
/// </summary>
internal sealed class RecentBlocks
{
    internal const int Orders = 10;
    internal const int Depth = 64;

    private readonly long[] _blocks = new long[Orders * Depth];
    private readonly int[] _counts = new int[Orders];

    internal bool IsFull(int order) => _counts[order] == Depth;

    internal void Push(int order, long block) => _blocks[(order * Depth) + _counts[order]++] = block;

    /// <summary>Takes the block freed last among those that are placed as asked; the demand is for one block.</summary>
    internal bool TryPop(in FrameDemand demand, out long block)
    {
        block = 0;
        int order = demand.Order;
        if (order >= Orders) return false;
        Span<long> stack = _blocks.AsSpan(order * Depth, _counts[order]);
        for (int i = stack.Length - 1; i >= 0; i--)
        {
            if (!demand.AllowsBlock(stack[i])) continue;
            block = stack[i];
            if (i != stack.Length - 1) stack.Slice(i + 1).CopyTo(stack.Slice(i));
            _counts[order]--;
            return true;
        }

        return false;
    }

    /// <summary>Merges the older half of one order back, to make room.</summary>
    internal void SpillHalf(int order, BuddyLists lists)
    {
        Span<long> stack = _blocks.AsSpan(order * Depth, Depth);
        foreach (long block in stack.Slice(0, Depth / 2)) lists.Merge(block, order);
        stack.Slice(Depth / 2).CopyTo(stack);
        _counts[order] = Depth / 2;
    }

    /// <summary>Holds nothing any more; somebody else accounts for the blocks.</summary>
    internal void Forget() => Array.Clear(_counts, 0, Orders);

    /// <summary>Merges everything back.</summary>
    /// <returns>Whether there was anything.</returns>
    internal bool Flush(BuddyLists lists)
    {
        bool any = false;
        for (int order = 0; order < Orders; order++)
        {
            foreach (long block in _blocks.AsSpan(order * Depth, _counts[order])) lists.Merge(block, order);
            any |= _counts[order] != 0;
            _counts[order] = 0;
        }

        return any;
    }
}
