using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A device that wants address bits kept above a page's gets IOVAs that have them, for each page of its view.</summary>
public sealed class KeptBitsCutTests : IDisposable
{
    private const ulong Mask = 0xFFFF;

    private readonly SparseMemory _memory = RigMemory.Create();
    private readonly DmaSegment[] _segments = new DmaSegment[4];
    private readonly IommuDomain _domain;
    private readonly IommuMapper _mapper;

    public KeptBitsCutTests()
    {
        _domain = new IommuDomain(_memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), new EmulatedIommu(_memory));
        _mapper = new IommuMapper(new DmaDevice("keeper", new RequesterId(1), new DmaConstraints { OffsetPreservingMask = Mask }), _domain);
    }

    public void Dispose() => _domain.Dispose();

    [Theory]
    [InlineData(0x105)]
    [InlineData(0x105, 0x206, 0x307)]
    [InlineData(0x10E, 0x20F, 0x300)]
    public void Frames_whose_bits_follow_each_other_are_one_segment(params int[] frames)
    {
        PfnView view = View(frames);
        Assert.Equal((MapStatus.Mapped, 1, view.Length), Planned(view, MapOptions.None));
        MapResult result = _mapper.Map(view, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Mapped, 1, view.Length), (result.Status, result.SegmentCount, result.Length));
        Assert.Equal((((ulong)frames[0] << 12) & Mask, view.Length), (_segments[0].Address.Value & Mask, _segments[0].Length));
        _mapper.Unmap(result.Token);
    }

    [Theory]
    [InlineData(1, 0x105, 0x200)]
    [InlineData(1, 0x105, 0x205, 0x206)]
    [InlineData(2, 0x105, 0x206, 0x308)]
    public void The_first_frame_whose_bits_do_not_follow_is_to_blame_and_ends_a_prefix(int at, params int[] frames)
    {
        PfnView view = View(frames);
        MapResult refused = _mapper.Map(view, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Unaligned, at, 0), (refused.Status, refused.FailedFrame, _domain.LiveMappings));
        Assert.Equal(MapStatus.Unaligned, Planned(view, MapOptions.None).Status);
        Assert.Equal((MapStatus.Mapped, 1, at * 4096L), Planned(view, MapOptions.Prefix));
        MapResult result = _mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 1, at * 4096L), (result.Status, result.SegmentCount, result.Length));
        Assert.Equal(((ulong)frames[0] << 12) & Mask, _segments[0].Address.Value & Mask);
        _mapper.Unmap(result.Token);
    }

    private static PfnView View(int[] frames) => new(Array.ConvertAll(frames, static frame => new Pfn((ulong)frame)), PageSize.Size4K);

    private (MapStatus Status, int Segments, long Length) Planned(scoped in PfnView view, MapOptions options)
    {
        MapPlan plan = _mapper.Plan(view, DmaDirection.ToDevice, options, default);
        return (plan.Status, plan.SegmentCount, plan.Length);
    }
}
