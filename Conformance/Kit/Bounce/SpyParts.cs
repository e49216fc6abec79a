using DmaMapping;

namespace Conformance;

/// <summary>What a spied world is put together from: the library's own parts. To see the spy find something, override one and give back something broken.</summary>
public class SpyParts
{
    /// <summary>The library's own.</summary>
    public static SpyParts Library { get; } = new();

    /// <summary>What a device's bounce mapper is told to bounce.</summary>
    public virtual BounceMode Mode(SpyDevice device, BounceMode mode) => mode;

    /// <summary>What stands between a device's bounce mapper and the mapper that it wraps.</summary>
    public virtual IDmaMapper Below(SpyDevice device, SpyMemory memory, IDmaMapper inner) => inner;

    /// <summary>What stands before a device's bounce mapper.</summary>
    public virtual IDmaMapper Above(SpyDevice device, SpyMemory memory, IDmaMapper mapper) => mapper;
}
