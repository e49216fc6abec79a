using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>Ours, map and unmap alone: one buffer is built beforehand and mapped again and again. No mapping is cached: each unmap is strict.</summary>
internal sealed class PfnRemap(PfnBuffer buffer) : IContestant
{
    private readonly PfnWholeLife _life = new(buffer.View.Frames.ToArray());

    /// <inheritdoc/>
    public string Name => "pfn array, map + unmap";

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        for (int i = 0; i < times; i++)
        {
            MapResult mapping = _life.Map(buffer);
            sum += _life.Segment(0).Address.Value + (ulong)mapping.SegmentCount;
            _life.Hardware.Mapper.Unmap(mapping.Token);
        }

        return sum;
    }
}
