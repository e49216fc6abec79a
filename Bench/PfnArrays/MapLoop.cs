using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>Map and unmap of one built buffer through any mapper.</summary>
internal sealed class MapLoop(string name, IDmaMapper mapper, PfnBuffer buffer, DmaDirection direction = DmaDirection.Bidirectional) : IContestant
{
    private readonly DmaSegment[] _segments = new DmaSegment[buffer.View.Frames.Length];

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        for (int i = 0; i < times; i++)
        {
            MapResult mapping = mapper.Map(buffer.View, direction, _segments, MapOptions.None);
            if (!mapping.IsMapped) Throw.Invalid($"The mapping failed: {mapping}.");
            sum += _segments[0].Address.Value + (ulong)_segments[mapping.SegmentCount - 1].Length;
            mapper.Unmap(mapping.Token);
        }

        return sum;
    }
}
