using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What is told of a plane before it is mapped, and of one that is not.</summary>
public class PlanePlanTests
{
    // A device of this reach has a slot for what lies before, and for what lies after.
    private const ulong FirstReached = 0x2000, LastReached = 0x2_FFFF;

    public static TheoryData<MapperKind> Kinds => [.. Enum.GetValues<MapperKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_plan_sums_up_those_of_the_lines(MapperKind kind)
    {
        MapperCase one = Given.Case(kind, Given.Low(0, 8));
        IDmaMapper mapper = MapperRig.Of(one).Mapper;
        var plane = new Plane(100, 5000, 9000, 3);
        (long Length, long Iova, long Bounced, int Invalidations, int Parts) sum = default;
        for (int line = 0; line < 3; line++)
        {
            MapPlan ofLine = mapper.Plan(one.View.Slice(plane.LineAt(line), plane.Width), DmaDirection.Bidirectional, MapOptions.None, default);
            sum = (sum.Length + ofLine.Length, sum.Iova + ofLine.IovaBytes, sum.Bounced + ofLine.BouncedBytes, sum.Invalidations + ofLine.Invalidations, sum.Parts + ofLine.PartCount);
        }

        MapPlan plan = new PlaneMapper(mapper).Plan(one.View, plane, 0, DmaDirection.Bidirectional);
        Assert.Equal(sum, (plan.Length, plan.IovaBytes, plan.BouncedBytes, plan.Invalidations, plan.PartCount));
        Assert.True(sum.Length == 15_000 && sum.Parts >= 3, plan.ToString());
    }

    [Fact]
    public void A_span_too_short_is_told_what_all_lines_need()
    {
        PlaneMapper planes = Planes(new DmaConstraints { MaxSegmentCount = 4 });
        var view = new PfnView(Given.Frames(0x10000, 4, 2), PageSize.Size4K);
        var plane = new Plane(0, 6000, 8192, 2);
        foreach (int room in new[] { 0, 1, 3 })
        {
            MapResult refused = planes.Map(view, plane, 0, DmaDirection.ToDevice, new DmaSegment[room]);
            Assert.Equal((MapStatus.SpanTooShort, 4, -1), (refused.Status, refused.SegmentsNeeded, refused.FailedFrame));
        }

        Assert.Equal(4, planes.Map(view, plane, 0, DmaDirection.ToDevice, new DmaSegment[4]).SegmentCount);
    }

    [Fact]
    public void A_line_that_is_too_much_by_itself_is_told_with_what_the_others_need()
    {
        // Lines of one segment, of three and of two, for a device of two.
        Pfn[] frames = [.. new ulong[] { 0x10000, 0x10001, 0x10002, 0x20000, 0x10100, 0x10110, 0x10120, 0x20000, 0x10200, 0x10201, 0x10210 }.Select(number => new Pfn(number))];
        var view = new PfnView(frames, PageSize.Size4K);
        PlaneMapper planes = Planes(new DmaConstraints { MaxSegmentCount = 2 });
        var plane = new Plane(0, 12288, 16384, 3);
        MapResult refused = planes.Map(view, plane, 0, DmaDirection.ToDevice, new DmaSegment[8]);
        Assert.Equal((MapStatus.TooManySegments, 6, -1), (refused.Status, refused.SegmentsNeeded, refused.FailedFrame));
        MapPlan plan = planes.Plan(view, plane, 0, DmaDirection.ToDevice);
        Assert.Equal((MapStatus.TooManySegments, 6, -1), (plan.Status, plan.SegmentCount, plan.FailedFrame));
    }

    [Fact]
    public void A_refusal_that_is_about_no_frame_names_none()
    {
        // Lines of 20 granules, in an aperture of 16.
        MapperCase one = Given.Case(MapperKind.Iommu, Given.Low(0, 48)) with { Reach = Reach.Tiny };
        var planes = new PlaneMapper(MapperRig.Of(one).Mapper);
        var plane = new Plane(4096, 20 * 4096, 24 * 4096, 2);
        MapPlan plan = planes.Plan(one.View, plane, 0, DmaDirection.ToDevice);
        MapResult refused = planes.Map(one.View, plane, 0, DmaDirection.ToDevice, new DmaSegment[8]);
        Assert.Equal((MapStatus.NoIovaSpace, -1), (plan.Status, plan.FailedFrame));
        Assert.Equal((MapStatus.NoIovaSpace, -1), (refused.Status, refused.FailedFrame));
    }

    [Theory]
    [InlineData(2 * 4096, 1024)]
    [InlineData(5 * 4096, 256)]
    public void In_a_plane_without_gaps_a_frame_is_told_by_its_place_in_the_view(int offset, int width)
    {
        MapperCase one = Given.Case(MapperKind.Direct, Given.Low(0, 5), Given.High(0, 1), Given.Low(9, 1));
        var planes = new PlaneMapper(MapperRig.Of(one).Mapper);
        var plane = new Plane(offset, width, width, 16);
        MapPlan plan = planes.Plan(one.View, plane, 0, DmaDirection.ToDevice);
        MapResult refused = planes.Map(one.View, plane, 0, DmaDirection.ToDevice, new DmaSegment[8]);
        Assert.Equal((MapStatus.UnreachableFrame, 5), (plan.Status, plan.FailedFrame));
        Assert.Equal((MapStatus.UnreachableFrame, 5), (refused.Status, refused.FailedFrame));
    }

    [Fact]
    public void A_window_of_a_plane_without_gaps_is_planned_as_it_is_mapped()
    {
        // It ends as the mapper's own prefixes do, though no segment starts after 3000 bytes.
        PlaneMapper planes = Planes(new DmaConstraints { MaxSegmentCount = 1, MaxSegmentSize = 3000, Alignment = 512 });
        var view = new PfnView(Given.Frames(0x10000, 4), PageSize.Size4K);
        var plane = new Plane(4096, 2000, 2000, 4);
        MapPlan plan = planes.Plan(view, plane, 0, DmaDirection.ToDevice, MapOptions.Prefix);
        MapResult window = planes.Map(view, plane, 0, DmaDirection.ToDevice, new DmaSegment[4], MapOptions.Prefix);
        Assert.Equal((3000, 1), (plan.Length, plan.SegmentCount));
        Assert.Equal((3000, 1), (window.Length, window.SegmentCount));
    }

    [Fact]
    public void Copies_are_not_counted_with_the_lines_in_place_that_their_homes_adjoin()
    {
        // The first line lies just before what the device reaches, the last one just after it.
        IDmaMapper mapper = MapperRig.Of(Given.Case(MapperKind.Bounce) with { Reach = Reach.Tiny }).Mapper;
        var planes = new PlaneMapper(mapper);
        ulong[] numbers = [FirstReached - 1, FirstReached, FirstReached + 1, LastReached, LastReached + 1];
        Pfn[] frames = [.. numbers.SelectMany(number => new[] { new Pfn(number), new Pfn(0x9000) })];
        var view = new PfnView(frames, PageSize.Size4K);
        var plane = new Plane(0, 4096, 8192, 5);
        MapPlan plan = planes.Plan(view, plane, 0, DmaDirection.ToDevice);
        Assert.Equal((4, 8192), (plan.SegmentCount, plan.BouncedBytes));
        var segments = new DmaSegment[8];
        MapResult result = planes.Map(view, plane, 0, DmaDirection.ToDevice, segments);
        Assert.Equal((4, 8192), (result.SegmentCount, result.BouncedBytes));
        Assert.Equal([new DmaSegment(new DmaAddress(FirstReached << 12), 8192), new DmaSegment(new DmaAddress(LastReached << 12), 4096)], segments[1..3]);
    }

    [Fact]
    public void A_copy_that_comes_to_lie_beside_a_line_in_place_is_a_segment_of_its_own()
    {
        // So that the plan, which does not know where it will lie, is right.
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Bounce) with { Reach = Reach.Tiny });
        var planes = new PlaneMapper(rig.Mapper);
        var view = new PfnView([new Pfn((RigMemory.Pool >> 12) - 1), new Pfn(0x9000), new Pfn(LastReached + 1)], PageSize.Size4K);
        var segments = new DmaSegment[4];
        MapResult result = planes.Map(view, new Plane(0, 4096, 8192, 2), 0, DmaDirection.ToDevice, segments);
        Assert.Equal(segments[0].Address + 4096, segments[1].Address);
        Assert.Equal((2, 4096), (result.SegmentCount, result.BouncedBytes));
        Assert.Equal(2, planes.Plan(view, new Plane(0, 4096, 8192, 2), 0, DmaDirection.ToDevice).SegmentCount);
    }

    private static PlaneMapper Planes(DmaConstraints rules) => new(new DirectMapper(new DmaDevice("plans of planes", new RequesterId(1), rules)));
}
