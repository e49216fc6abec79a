namespace PfnBuffers;

/// <summary>
/// What stands behind a range of physical addresses. It belongs to the range in the physical memory map, not to a pfn.
/// The default value is <see cref="Absent"/>: nothing answers there.
/// </summary>
public enum MemoryKind
{
    /// <summary>No memory: a device that goes there gets a master abort.</summary>
    Absent,

    /// <summary>Ordinary RAM, with a page behind every frame that the CPU can map and copy.</summary>
    PageBacked,

    /// <summary>Device memory (a PCI BAR): frames without a page. A peer device can reach them, nobody copies them away.</summary>
    Mmio,

    /// <summary>Opaque memory that only trusted devices may reach and that the CPU may not copy.</summary>
    Protected,
}
