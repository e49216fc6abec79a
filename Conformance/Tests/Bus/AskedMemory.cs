using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Memory that remembers what it is asked for. Of one thread.</summary>
internal sealed class AskedMemory(IPhysicalMemory memory) : IPhysicalMemory
{
    /// <summary>What bytes were asked for, in order: the first one's address, and how many.</summary>
    internal List<(ulong At, long Length)> Asked { get; } = [];

    /// <summary>How often it was asked for a region.</summary>
    internal int Regions { get; private set; }

    /// <summary>No more bytes lie together than up to the next multiple of this.</summary>
    internal ulong Block { get; init; } = ulong.MaxValue;

    /// <summary>Called before bytes are given.</summary>
    internal Action<PhysicalAddress>? Asking { get; set; }

    /// <inheritdoc/>
    public MemoryRegion RegionAt(PhysicalAddress address)
    {
        Regions++;
        return memory.RegionAt(address);
    }

    /// <inheritdoc/>
    public Span<byte> Access(PhysicalAddress address, long length)
    {
        Asked.Add((address.Value, length));
        Asking?.Invoke(address);
        return memory.Access(address, (long)Math.Min((ulong)length, Block - (address.Value % Block)));
    }
}
