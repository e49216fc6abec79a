using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Where windows of planes end, line by line and inside lines.</summary>
public class PlaneWindowTests
{
    // Every other frame is a line, and follows that of the line before.
    private static readonly Pfn[] Interleaved = [new(0x10000), new(0x20000), new(0x10001), new(0x20002), new(0x10002)];
    private static readonly Plane EveryOther = new(0, 4096, 8192, 3);

    [Fact]
    public void A_window_without_room_is_told_that_it_needs_one_segment()
    {
        PlaneMapper planes = Planes(default);
        var view = new PfnView(Interleaved, PageSize.Size4K);
        MapResult none = planes.Map(view, EveryOther, 4096, DmaDirection.ToDevice, default, MapOptions.Prefix);
        Assert.Equal((MapStatus.SpanTooShort, 1, 0), (none.Status, none.SegmentsNeeded, planes.LiveMappings));
        Assert.True(planes.Map(view, EveryOther, 4096, DmaDirection.ToDevice, new DmaSegment[1], MapOptions.Prefix).IsMapped);
    }

    [Fact]
    public void A_segment_that_ends_with_a_line_goes_on_into_one_that_adjoins()
    {
        PlaneMapper planes = Planes(new DmaConstraints { MaxSegmentCount = 1, MaxSegmentSize = 6144 });
        var view = new PfnView(Interleaved, PageSize.Size4K);
        Assert.Equal([6144, 6144], Windows(planes, view, EveryOther, 4));
        var segments = new DmaSegment[4];
        MapResult second = planes.Map(view, EveryOther, 6144, DmaDirection.ToDevice, segments, MapOptions.Prefix);
        Assert.Equal((1, new DmaSegment(new DmaAddress(0x1000_1800), 6144)), (second.SegmentCount, segments[0]));
    }

    [Fact]
    public void A_window_ends_with_a_line_rather_than_inside_one_where_none_can_start()
    {
        // 904 bytes more would go into the segment, and no segment starts there.
        PlaneMapper planes = Planes(new DmaConstraints { MaxSegmentCount = 1, MaxSegmentSize = 5000, Alignment = 4096 });
        Assert.Equal([4096, 4096, 4096], Windows(planes, new PfnView(Interleaved, PageSize.Size4K), EveryOther, 4));
    }

    [Fact]
    public void A_window_ends_with_the_last_byte_within_reach()
    {
        // The reach ends off the alignment, and there is no window after it that would have to start there.
        PlaneMapper planes = Planes(new DmaConstraints { Window = new DmaWindow(new DmaAddress(0), new DmaAddress(0x1000_0000 + 4799)), Alignment = 512 });
        var view = new PfnView(Given.Frames(0x10000, 5), PageSize.Size4K);
        var plane = new Plane(0, 8192, 8704, 2);
        Assert.Equal([4800], Windows(planes, view, plane, 4));
        MapResult next = planes.Map(view, plane, 4800, DmaDirection.ToDevice, new DmaSegment[4], MapOptions.Prefix);
        Assert.Equal((MapStatus.UnreachableFrame, 1), (next.Status, next.FailedFrame));
    }

    [Fact]
    public void A_window_is_not_cut_for_a_start_that_the_mapper_does_not_go_to()
    {
        // No segment starts after 3000 bytes; it would after 2560, but of these the mapper takes 1500.
        var planes = new PlaneMapper(new MapsUnits(new DmaConstraints { MaxSegmentCount = 1, MaxSegmentSize = 3000, Alignment = 512 }));
        MapResult window = planes.Map(new PfnView(Given.Frames(0x10000, 8, 2), PageSize.Size4K), new Plane(0, 4000, 8192, 2), 0, DmaDirection.ToDevice, new DmaSegment[4], MapOptions.Prefix);
        Assert.Equal((3000, 1), (window.Length, window.SegmentCount));
    }

    [Fact]
    public void A_window_inside_its_first_line_takes_all_segments_that_there_is_room_for()
    {
        PlaneMapper planes = Planes(default);
        var view = new PfnView(Given.Frames(0x10000, 51, 2), PageSize.Size4K);
        MapResult window = planes.Map(view, new Plane(0, 25 * 4096, 26 * 4096, 2), 0, DmaDirection.ToDevice, new DmaSegment[20], MapOptions.Prefix);
        Assert.Equal((20 * 4096, 20), (window.Length, window.SegmentCount));
    }

    [Fact]
    public void Whole_lines_of_a_window_are_copied_where_they_must_be()
    {
        // The second half of each line is out of reach: a prefix of the line alone would end before it.
        MapperCase one = Given.Case(MapperKind.Bounce, Given.Low(0, 1), Given.High(0, 1), Given.Low(10, 1), Given.Low(20, 1), Given.High(10, 1));
        var planes = new PlaneMapper(MapperRig.Of(one).Mapper);
        var plane = new Plane(0, 8192, 12288, 2);
        MapResult window = planes.Map(one.View, plane, 0, DmaDirection.ToDevice, new DmaSegment[8], MapOptions.Prefix);
        Assert.Equal((16384, 8192, 4), (window.Length, window.BouncedBytes, window.SegmentCount));
        MapPlan plan = planes.Plan(one.View, plane, 0, DmaDirection.ToDevice, MapOptions.Prefix);
        Assert.Equal((16384, 8192, 4), (plan.Length, plan.BouncedBytes, plan.SegmentCount));
    }

    [Fact]
    public void The_part_of_a_line_that_ends_a_window_takes_the_slots_that_are_left()
    {
        // Three slots for the first line, and one of the two that the segments would reach for in the second.
        MapperCase one = Given.Case(MapperKind.BounceEverything, Given.Low(0, 7)) with { PoolSlots = 4, Rules = new DmaConstraints { MaxSegmentSize = 4096 } };
        MapperRig rig = MapperRig.Of(one);
        RigState before = rig.State();
        var planes = new PlaneMapper(rig.Mapper);
        MapResult window = planes.Map(one.View, new Plane(0, 3 * 4096, 4 * 4096, 2), 0, DmaDirection.Bidirectional, new DmaSegment[5], MapOptions.Prefix);
        Assert.Equal((4 * 4096, 4), (window.Length, window.SegmentCount));
        planes.Unmap(window.Token);
        Assert.Equal(before, rig.State());
    }

    [Fact]
    public void Many_windows_are_mapped_at_once()
    {
        PlaneMapper planes = Planes(default);
        var view = new PfnView(Given.Frames(0x10000, 18, 2), PageSize.Size4K);
        var segments = new DmaSegment[2];
        for (int round = 0; round < 2; round++)
        {
            var live = new List<MappingToken>();
            for (long at = 0; at < 18 * 100; at += 200)
            {
                MapResult window = planes.Map(view, new Plane(0, 100, 4096, 18), at, DmaDirection.ToDevice, segments, MapOptions.Prefix);
                Assert.Equal(200, window.Length);
                live.Add(window.Token);
            }

            Assert.Equal((9, 9), (live.Distinct().Count(), planes.LiveMappings));
            foreach (MappingToken token in live) planes.Unmap(token);
            Assert.Equal(0, planes.LiveMappings);
        }
    }

    private static PlaneMapper Planes(DmaConstraints rules) => new(new DirectMapper(new DmaDevice("windows of planes", new RequesterId(1), rules)));

    /// <summary>The lengths of the windows that follow each other, up to the end or a refusal.</summary>
    private static List<long> Windows(PlaneMapper planes, in PfnView view, Plane plane, int room)
    {
        var lengths = new List<long>();
        var segments = new DmaSegment[room];
        for (long at = 0; at < plane.Length; at += lengths[^1])
        {
            MapResult window = planes.Map(view, plane, at, DmaDirection.ToDevice, segments, MapOptions.Prefix);
            if (!window.IsMapped) break;
            planes.Unmap(window.Token);
            lengths.Add(window.Length);
        }

        return lengths;
    }

    /// <summary>Ends prefixes that are longer than a unit of its own, 1500 bytes, with one.</summary>
    private sealed class MapsUnits(DmaConstraints rules) : MapperWrapper(new DirectMapper(new DmaDevice("units", new RequesterId(1), rules)))
    {
        public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
            => base.Plan(view.Slice(0, Units(view.Length, options)), direction, options, parts);

        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
            => base.Map(view.Slice(0, Units(view.Length, options)), direction, segments, options);

        private static long Units(long length, MapOptions options) => options != MapOptions.Prefix || length < 1500 ? length : length - (length % 1500);
    }
}
