using System.Diagnostics.CodeAnalysis;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// What one access of a device remembers on its way from page to page: the region of memory that it was in last, which is not asked for again, and what its path
/// holds. The default value is an access that begins.
/// </summary>
internal ref struct BusCursor
{
    private MemoryRegion _region;

    /// <summary>What the path holds for the page in use, in its own terms; 0 where nothing.</summary>
    internal int Held;

    /// <summary>The region around an address.</summary>
    [UnscopedRef]
    internal ref readonly MemoryRegion RegionAt(IPhysicalMemory memory, PhysicalAddress address)
    {
        // An address below the start is further from it than any region is long.
        if (address.Value - _region.Start.Value >= (ulong)_region.Length) _region = memory.RegionAt(address);
        return ref _region;
    }
}
