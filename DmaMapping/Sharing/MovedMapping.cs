using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>A mapping, or a hold of raw pfns, that has moved with the bytes: the same token, range and direction, other addresses. Immutable.</summary>
public sealed class MovedMapping
{
    internal MovedMapping(MappingToken token, ReadOnlyMemory<DmaSegment> segments, long bouncedBytes, PfnSlice pfns)
    {
        Token = token;
        Segments = segments;
        BouncedBytes = bouncedBytes;
        Pfns = pfns;
    }

    /// <summary>The attachment's token, as it was.</summary>
    public MappingToken Token { get; }

    /// <summary>The segments for the device from now on; empty for a hold of pfns.</summary>
    public ReadOnlyMemory<DmaSegment> Segments { get; }

    /// <summary>Bytes that go through bounce memory from now on.</summary>
    public long BouncedBytes { get; }

    /// <summary>The pfns from now on, for a hold of pfns; empty for a mapping.</summary>
    public PfnSlice Pfns { get; }
}
