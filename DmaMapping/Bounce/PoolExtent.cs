using PfnBuffers;

namespace DmaMapping;

/// <summary>Consecutive frames of a pool. A slot is named by its number in the extent and the extent's first.</summary>
internal sealed class PoolExtent(Pfn first, int count)
{
    internal Pfn First { get; } = first;

    internal int Count { get; } = count;

    /// <summary>What of it no lane and no mapping has.</summary>
    internal FrameAllocator Free { get; } = new(first.ToAddress(PageSize.Size4K), (long)count << PageSize.Size4K.Shift);

    /// <summary>The number of its first slot.</summary>
    internal int FirstSlot { get; set; }

    internal bool TryTake(int slots, in Placement placement, out int slot)
    {
        bool taken = Free.TryAllocate(slots, placement, out Pfn frame);
        slot = taken ? FirstSlot + (int)(frame - First) : BouncePiece.None;
        return taken;
    }

    internal void Give(int slot, int slots) => Free.Free(First + (slot - FirstSlot), slots);

    /// <summary>Takes all of it, so that nobody else gets any; only where nobody has any.</summary>
    internal bool TryTakeAll() => Free.FreeFrames == Count && Free.TryAllocate(Count, default, out _);
}
