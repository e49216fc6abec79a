using System;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>Map and unmap of one built buffer through any mapper.</summary>
internal sealed class MapLoop(string name, IDmaMapper mapper, PfnBuffer buffer, DmaDirection direction = DmaDirection.Bidirectional) : IContestant
{
    /// <summary>Segments of nobody before and after: two cache lines, so that what two threads write does not meet.</summary>
    private const int Apart = 8;

    private readonly DmaSegment[] _room = new DmaSegment[buffer.View.Frames.Length + (2 * Apart)];

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        Span<DmaSegment> segments = _room.AsSpan(Apart, _room.Length - (2 * Apart));
        for (int i = 0; i < times; i++)
        {
            MapResult mapping = mapper.Map(buffer.View, direction, segments, MapOptions.None);
            if (!mapping.IsMapped) Throw.Invalid($"The mapping failed: {mapping}.");
            sum += segments[0].Address.Value + (ulong)segments[mapping.SegmentCount - 1].Length;
            mapper.Unmap(mapping.Token);
        }

        return sum;
    }
}
