using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// One translation that the hardware remembers: of a granule of 4 KiB, also where it is part of a larger page, as hardware may
/// split pages. So every access is to one granule, and holds one lock. The default value leads nowhere.
/// </summary>
internal readonly struct IotlbEntry(PhysicalAddress target, MemoryAccess access)
{
    internal PhysicalAddress Target { get; } = target;

    internal MemoryAccess Access { get; } = access;
}
