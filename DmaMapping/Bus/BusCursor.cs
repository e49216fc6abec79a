using System;
using System.Diagnostics.CodeAnalysis;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// What one access of a device remembers on its way from page to page: the region of memory that it was in last, which is not asked for again,
/// and what its path adds. The default value is a short access that begins.
/// </summary>
internal ref struct BusCursor
{
    private MemoryRegion _region;

    /// <summary>The lock that the path holds for the page in use, in its own terms; 0 where none.</summary>
    internal int Held;

    /// <summary>Whether it is worth while to remember tables on the way.</summary>
    internal bool IsLong;

    /// <summary>The hold under which what follows is remembered; 0 where none.</summary>
    internal int Hold;

    /// <summary>The connection whose tables were walked.</summary>
    internal IommuContext? Context;

    /// <summary>The region of the hold.</summary>
    internal long Region;

    /// <summary>The region's last table; empty where a large page is all of it.</summary>
    internal ReadOnlySpan<ulong> Table;

    /// <summary>The large page's entry.</summary>
    internal ulong Page;

    /// <summary>The level of that entry; 0 where nothing was found, or a table.</summary>
    internal int PageLevel;

    /// <summary>The region around an address.</summary>
    [UnscopedRef]
    internal ref readonly MemoryRegion RegionAt(IPhysicalMemory memory, PhysicalAddress address)
    {
        // An address below the start is further from it than any region is long.
        if (address.Value - _region.Start.Value >= (ulong)_region.Length) _region = memory.RegionAt(address);
        return ref _region;
    }
}
