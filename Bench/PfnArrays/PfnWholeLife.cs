using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>
/// Ours: a filled pfn array is adopted by a buffer (its run summary made anew each time), mapped through the IOMMU,
/// strictly unmapped, and dropped. Nothing is kept between two lives.
/// </summary>
internal sealed class PfnWholeLife(Pfn[] frames) : IContestant
{
    private readonly WarmIotlb _hardware = new();
    private readonly DmaSegment[] _segments = new DmaSegment[16];

    /// <inheritdoc/>
    public string Name => "pfn array";

    internal WarmIotlb Hardware => _hardware;

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        IommuMapper mapper = _hardware.Mapper;
        ulong sum = 0;
        for (int i = 0; i < times; i++)
        {
            var buffer = new PfnBuffer(frames, PageSize.Size4K);
            MapResult mapping = mapper.Map(buffer.View, DmaDirection.Bidirectional, _segments);
            if (!mapping.IsMapped) Throw.Invalid($"The mapping failed: {mapping}.");
            for (int s = 0; s < mapping.SegmentCount; s++) sum += _segments[s].Address.Value + (ulong)_segments[s].Length;
            mapper.Unmap(mapping.Token);
        }

        return sum;
    }

    /// <summary>Maps a buffer; the segments stay valid until the next call.</summary>
    internal MapResult Map(PfnBuffer buffer)
    {
        MapResult mapping = _hardware.Mapper.Map(buffer.View, DmaDirection.Bidirectional, _segments);
        if (!mapping.IsMapped) Throw.Invalid($"The mapping failed: {mapping}.");
        return mapping;
    }

    /// <summary>The segments of the last mapping.</summary>
    internal DmaSegment Segment(int index) => _segments[index];
}
