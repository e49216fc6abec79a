using System;
using PfnBuffers;

namespace Conformance;

/// <summary>Memory of which one access throws, before a byte is touched.</summary>
public sealed class FaultyMemory(IPhysicalMemory inner, Injection throws) : IPhysicalMemory
{
    /// <inheritdoc/>
    public MemoryRegion RegionAt(PhysicalAddress address) => inner.RegionAt(address);

    /// <inheritdoc/>
    public Span<byte> Access(PhysicalAddress address, long length)
    {
        throws.Throw("memory");
        return inner.Access(address, length);
    }
}
