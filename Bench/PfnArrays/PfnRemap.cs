using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>Ours, map and unmap alone: one buffer is built beforehand and mapped again and again. No mapping is cached: each unmap is strict.</summary>
internal sealed class PfnRemap(PfnBuffer buffer) : IContestant
{
    private readonly WarmIotlb _hardware = new();
    private readonly DmaSegment[] _segments = new DmaSegment[16];

    /// <inheritdoc/>
    public string Name => "pfn array, map + unmap";

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        IommuMapper mapper = _hardware.Mapper;
        ulong sum = 0;
        for (int i = 0; i < times; i++)
        {
            MapResult mapping = mapper.Map(buffer.View, DmaDirection.Bidirectional, _segments);
            if (!mapping.IsMapped) Throw.Invalid($"The mapping failed: {mapping}.");
            sum += _segments[0].Address.Value + (ulong)mapping.SegmentCount;
            mapper.Unmap(mapping.Token);
        }

        return sum;
    }
}
