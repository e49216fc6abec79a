using System;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>The example of docs/physical-memory.md, as it stands there.</summary>
public sealed class GuestRam(Memory<byte> ram) : IPhysicalMemory
{
    private readonly MemoryRegion _region = new(default, ram.Length, MemoryKind.PageBacked);

    public MemoryRegion RegionAt(PhysicalAddress address)
        => _region.Contains(address)
            ? _region
            : new MemoryRegion(new PhysicalAddress(address.Value & ~4095UL), 4096, MemoryKind.Absent);

    public Span<byte> Access(PhysicalAddress address, long length)
    {
        if (length < 1 || !_region.Contains(address))
            throw new ArgumentOutOfRangeException(nameof(address), address, "No guest RAM is there.");
        int start = (int)address.Value;
        return ram.Span.Slice(start, (int)Math.Min(length, ram.Length - start));
    }
}
