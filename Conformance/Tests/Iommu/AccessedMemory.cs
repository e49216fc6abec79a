using System;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Memory that calls somebody at each access.</summary>
internal sealed class AccessedMemory(IPhysicalMemory memory) : IPhysicalMemory
{
    internal Action? Accessed { get; set; }

    public MemoryRegion RegionAt(PhysicalAddress address) => memory.RegionAt(address);

    public Span<byte> Access(PhysicalAddress address, long length)
    {
        Accessed?.Invoke();
        return memory.Access(address, length);
    }
}
