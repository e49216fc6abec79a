using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// What one access of a device knows on its way from page to page: who makes it, the memory, and the region of it that it was in last,
/// which is not asked for again. Its path adds what it holds there.
/// </summary>
internal ref struct BusCursor(DmaDevice device, IPhysicalMemory memory)
{
    private MemoryRegion _region;

    internal readonly DmaDevice Device => device;

    internal readonly IPhysicalMemory Memory => memory;

    /// <summary>What the path holds for the page in use, in its own terms; 0 where nothing.</summary>
    internal int Held;

    /// <summary>The region around an address.</summary>
    internal MemoryRegion RegionAt(PhysicalAddress address)
    {
        // An address below the start is further from it than any region is long.
        if (address.Value - _region.Start.Value >= (ulong)_region.Length) _region = memory.RegionAt(address);
        return _region;
    }
}
