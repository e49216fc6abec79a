using System;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>Buffers over the same frames, which are mapped together and unmapped together.</summary>
internal sealed class PfnLive
{
    private readonly WarmIotlb _hardware = new();
    private readonly PfnSlice _buffer;
    private readonly MappingToken[] _tokens;
    private readonly DmaSegment[] _segments = new DmaSegment[1];
    private int _mapped;

    internal PfnLive(Pfn[] frames, int count)
    {
        var buffer = new PfnBuffer(frames, PageSize.Size4K);
        _buffer = buffer.Slice(0, buffer.Length);
        _tokens = new MappingToken[count];
    }

    /// <summary>Maps those that are not mapped.</summary>
    internal ulong Map()
    {
        ulong sum = 0;
        for (; _mapped < _tokens.Length; _mapped++)
        {
            MapResult mapping = _hardware.Mapper.Map(_buffer.View, DmaDirection.Bidirectional, _segments);
            if (!mapping.IsMapped) Throw.Invalid($"The mapping failed: {mapping}.");
            _tokens[_mapped] = mapping.Token;
            sum += _segments[0].Address.Value;
        }

        return sum;
    }

    /// <summary>Unmaps all that are, and tells how many.</summary>
    internal int Unmap()
    {
        int unmapped = _mapped;
        while (_mapped > 0) _hardware.Mapper.Unmap(_tokens[--_mapped]);
        return unmapped;
    }
}
