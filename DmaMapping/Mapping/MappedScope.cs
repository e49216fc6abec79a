using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>A mapping that ends with its scope: <c>using MappedScope dma = mapper.MapScoped(view, direction, segments);</c></summary>
public readonly ref struct MappedScope
{
    private readonly IDmaMapper _mapper;
    private readonly ReadOnlySpan<DmaSegment> _segments;

    internal MappedScope(IDmaMapper mapper, MapResult result, ReadOnlySpan<DmaSegment> segments)
    {
        _mapper = mapper;
        Result = result;
        _segments = segments;
    }

    /// <summary>What mapping gave.</summary>
    public MapResult Result { get; }

    /// <summary>The segments for the device.</summary>
    public ReadOnlySpan<DmaSegment> Segments => _segments;

    /// <summary>Ends the mapping.</summary>
    public void Dispose() => _mapper?.Unmap(Result.Token);
}
