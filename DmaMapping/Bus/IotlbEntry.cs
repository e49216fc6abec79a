using PfnBuffers;

namespace DmaMapping;

/// <summary>One translation that the hardware remembers: a page of 2^Shift bytes. The default value is none.</summary>
internal readonly struct IotlbEntry(DmaAddress first, PhysicalAddress target, int shift, MemoryAccess access)
{
    internal DmaAddress First { get; } = first;

    internal PhysicalAddress Target { get; } = target;

    internal int Shift { get; } = shift;

    internal MemoryAccess Access { get; } = access;
}
