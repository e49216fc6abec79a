using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a direct mapper answers where it does not map.</summary>
public class DirectMapperTests
{
    private const ulong LastFrame = (1ul << 52) - 1;

    private readonly DmaSegment[] _segments = new DmaSegment[4];

    [Fact]
    public void A_plan_that_is_refused_promises_no_bytes_and_no_parts()
    {
        var mapper = new DirectMapper(Device(new DmaConstraints { Window = DmaWindow.OfBits(32) }));
        var parts = new MapPart[2];
        MapPlan plan = mapper.Plan(new PfnView([new Pfn(0x100), new Pfn(0x10_0000)], PageSize.Size4K), DmaDirection.ToDevice, MapOptions.None, parts);
        Assert.Equal((MapStatus.UnreachableFrame, 1, 0, 0), (plan.Status, plan.FailedFrame, plan.Length, plan.PartCount));
        Assert.Equal(new MapPart[2], parts);
        plan = mapper.Plan(new PfnView([new Pfn(0x100), new Pfn(0x10_0000)], PageSize.Size4K), DmaDirection.ToDevice, MapOptions.Prefix, parts);
        Assert.Equal((MapStatus.Mapped, -1, 4096, 1), (plan.Status, plan.FailedFrame, plan.Length, plan.PartCount));
        Assert.Equal([new MapPart(0, 4096, MapTreatment.Direct), default], parts);
    }

    [Fact]
    public void A_run_that_the_bus_offset_carries_past_the_last_address_is_out_of_reach()
    {
        var mapper = new DirectMapper(Device(default), busOffset: 4096);
        foreach (int before in new[] { 0, 1 })
        {
            PfnView view = new PfnView([new Pfn(0x100), new Pfn(LastFrame - 1), new Pfn(LastFrame)], PageSize.Size4K).Slice((1 - before) * 4096, (2 + before) * 4096);
            MapResult refused = mapper.Map(view, DmaDirection.ToDevice, _segments);
            Assert.Equal((MapStatus.UnreachableFrame, before, before), (refused.Status, refused.FailedFrame, refused.SegmentsNeeded));
            MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice);
            Assert.Equal((MapStatus.UnreachableFrame, before, 0), (plan.Status, plan.FailedFrame, plan.Length));
            MapResult prefix = mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
            Assert.Equal((before == 1, before * 4096), (prefix.IsMapped, prefix.Length));
        }
    }

    [Fact]
    public void A_refusal_names_a_frame_or_segments_and_not_the_other()
    {
        PfnView apart = new([new Pfn(0x100), new Pfn(0x102)], PageSize.Size4K), far = new([new Pfn(0x10_0000)], PageSize.Size4K);
        MapResult refused = new DirectMapper(Device(new DmaConstraints { MaxSegmentCount = 1 })).Map(apart, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.TooManySegments, -1, 2), (refused.Status, refused.FailedFrame, refused.SegmentsNeeded));
        refused = new DirectMapper(Device(default)).Map(apart, DmaDirection.ToDevice, new DmaSegment[1]);
        Assert.Equal((MapStatus.SpanTooShort, -1, 2), (refused.Status, refused.FailedFrame, refused.SegmentsNeeded));
        refused = new DirectMapper(Device(new DmaConstraints { Window = DmaWindow.OfBits(32) })).Map(far, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.UnreachableFrame, 0, 0), (refused.Status, refused.FailedFrame, refused.SegmentsNeeded));
    }

    private static DmaDevice Device(DmaConstraints constraints) => new("device without an IOMMU", new RequesterId(1), constraints);
}
