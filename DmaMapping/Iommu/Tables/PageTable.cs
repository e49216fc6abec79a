using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The tables of one domain, as its driver writes them. A call is made once a mapping, never once a page.
/// Guarded by its domain's lock; the hardware walks the same memory without one.
/// </summary>
internal abstract class PageTable
{
    /// <summary>The root table.</summary>
    internal abstract PhysicalAddress Root { get; }

    /// <summary>Bits of an input address (an IOVA).</summary>
    internal abstract int InputBits { get; }

    /// <summary>Bits of an output address.</summary>
    internal abstract int OutputBits { get; }

    /// <summary>Tables that lead somewhere, the root included.</summary>
    internal abstract int LiveTables { get; }

    /// <summary>Maps the 4 KiB granules that hold a view's bytes at consecutive IOVAs from a page on, where nothing is mapped.</summary>
    /// <returns>False where there is no memory for a table; nothing is mapped then, and tables emptied by that are retired.</returns>
    internal abstract bool TryMap(ulong page, scoped in PfnView view, MemoryAccess access);

    /// <summary>Clears a range that was mapped as a whole. Emptied tables are unlinked and wait, retired, for <see cref="FreeRetired"/>.</summary>
    internal abstract void Unmap(ulong page, long pages);

    /// <summary>Frees the tables that were retired: only after the hardware was told to forget the ranges that they were for.</summary>
    internal abstract void FreeRetired();

    /// <summary>Frees every table, the root too.</summary>
    internal abstract void FreeAll();
}
