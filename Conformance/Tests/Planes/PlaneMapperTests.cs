using System;
using System.Linq;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class PlaneMapperTests
{
    public static TheoryData<MapperKind> Kinds => [.. Enum.GetValues<MapperKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Mapping_and_planning_allocate_nothing(MapperKind kind)
    {
        // Half of the lines are out of reach where the mapper can bounce them, and each lies across two frames.
        MapperRig rig = MapperRig.Of(Given.Case(kind) with { PoolSlots = 512, Reach = kind == MapperKind.Bounce ? Reach.Bits32 : Reach.All });
        for (int i = 0; i < 512; i++) rig.Memory.Access(new PhysicalAddress(RigMemory.Pool + (4096ul * (ulong)i)), 1);
        Pfn[] frames = Given.Frames(RigMemory.StartOf(HomeArea.Low) >> 12, 128, 3);
        for (int i = 64; i < 128; i++) frames[i] += 0x10_0000;
        var buffer = new PfnBuffer(frames, PageSize.Size4K);
        var planes = new PlaneMapper(rig.Mapper);
        Plane[] formats = [new(100, 3000, 4096, 100), new(100, 3000, 5000, 100), new(0, 500, 600, 30), new(0, 4096, 4096, 10)];
        var segments = new DmaSegment[512];
        Assert.Equal(0, Allocations.Of(() =>
        {
            foreach (Plane plane in formats)
            {
                if (!planes.Plan(buffer.View, plane, 0, DmaDirection.Bidirectional).Succeeds) throw new InvalidOperationException();
                MapResult result = planes.Map(buffer.View, plane, 0, DmaDirection.Bidirectional, segments);
                if (!result.IsMapped) throw new InvalidOperationException(result.ToString());
                planes.SyncForCpu(result.Token, 0, result.Length);
                planes.SyncForDevice(result.Token, 0, result.Length);
                planes.Unmap(result.Token);
                for (long at = 0; at < plane.Length; at += result.Length)
                {
                    result = planes.Map(buffer.View, plane, at, DmaDirection.ToDevice, segments.AsSpan(0, 7), MapOptions.Prefix);
                    planes.Unmap(result.Token);
                }
            }
        }));
    }

    [Fact]
    public void Windows_of_a_device_of_few_segments_hold_whole_lines_while_they_fit_and_then_a_part()
    {
        // Lines of two pages that lie apart, for a device of three segments: one line, and half of the next.
        MapperRig rig = Rig(MapperKind.Direct, new DmaConstraints { MaxSegmentCount = 3 }, 8, out PfnBuffer buffer);
        var planes = new PlaneMapper(rig.Mapper);
        var plane = new Plane(0, 6000, 8192, 4);
        var segments = new DmaSegment[16];
        MapResult first = planes.Map(buffer.View, plane, 0, DmaDirection.ToDevice, segments, MapOptions.Prefix);
        Assert.Equal((6000 + 4096, 3), (first.Length, first.SegmentCount));
        MapResult second = planes.Map(buffer.View, plane, first.Length, DmaDirection.ToDevice, segments, MapOptions.Prefix);
        Assert.Equal((1904 + 6000, 3), (second.Length, second.SegmentCount));
        Assert.Equal(2, planes.LiveMappings);
        MapResult whole = planes.Map(buffer.View, plane, 0, DmaDirection.ToDevice, segments);
        Assert.Equal((MapStatus.TooManySegments, 8), (whole.Status, whole.SegmentsNeeded));
    }

    [Fact]
    public void A_window_ends_where_the_next_one_can_start()
    {
        // A segment may be 3000 bytes long but must start at a multiple of 512: two windows of 2560, not 3000 and no way on.
        MapperRig rig = Rig(MapperKind.Direct, new DmaConstraints { MaxSegmentCount = 1, MaxSegmentSize = 3000, Alignment = 512 }, 8, out PfnBuffer buffer);
        var planes = new PlaneMapper(rig.Mapper);
        var plane = new Plane(0, 4000, 8192, 2);
        var segments = new DmaSegment[4];
        long[] lengths = [2560, 1440, 2560, 1440];
        long at = 0;
        foreach (long expected in lengths)
        {
            MapResult window = planes.Map(buffer.View.Slice(0, plane.Extent), plane, at, DmaDirection.ToDevice, segments, MapOptions.Prefix);
            Assert.Equal(expected, window.Length);
            planes.Unmap(window.Token);
            at += window.Length;
        }
    }

    [Fact]
    public void Lines_that_adjoin_in_place_are_joined()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Direct));
        var planes = new PlaneMapper(rig.Mapper);
        Pfn[] frames = [new(0x10000), new(0x20000), new(0x10001), new(0x20002), new(0x10003)];
        var view = new PfnView(frames, PageSize.Size4K);
        var segments = new DmaSegment[3];
        var plane = new Plane(0, 4096, 8192, 3);
        Assert.Equal(2, planes.Plan(view, plane, 0, DmaDirection.ToDevice).SegmentCount);
        MapResult result = planes.Map(view, plane, 0, DmaDirection.ToDevice, segments);
        Assert.Equal(2, result.SegmentCount);
        Assert.Equal([new DmaSegment(new DmaAddress(0x1000_0000), 8192), new DmaSegment(new DmaAddress(0x1000_3000), 4096)], segments.Take(2));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Lines_that_share_a_frame_do_not_disturb_each_other(MapperKind kind)
    {
        MapperCase one = Given.Case(kind);
        MapperRig rig = MapperRig.Of(one);
        var planes = new PlaneMapper(rig.Mapper);
        HomeBytes.Scribble(rig.Memory, one.Home, 1);
        byte[] expected = HomeBytes.Read(rig.Memory, one.Home);
        var plane = new Plane(50, 100, 200, 20);
        var room = new DmaSegment[20];
        MapResult result = planes.Map(one.View, plane, 0, DmaDirection.FromDevice, room);
        DmaSegment[] segments = [.. room.Take(result.SegmentCount)];

        // The device writes every other line; the CPU writes between them.
        for (int line = 0; line < 20; line += 2)
        {
            byte[] written = HomeBytes.Noise(100, line);
            DeviceBytes.Write(rig.Port, segments, line * 100, written);
            written.CopyTo(expected, (int)plane.LineAt(line));
            byte[] between = HomeBytes.Noise(100, 1000 + line);
            HomeBytes.Write(rig.Memory, one.Home, plane.LineAt(line) + 100, between);
            between.CopyTo(expected, (int)plane.LineAt(line) + 100);
        }

        planes.Unmap(result.Token);
        Assert.Equal(expected, HomeBytes.Read(rig.Memory, one.Home));
    }

    [Fact]
    public void A_line_out_of_reach_is_told_by_its_frame_in_the_view()
    {
        MapperCase one = Given.Case(MapperKind.Direct, Given.Low(0, 5), Given.High(0, 1), Given.Low(9, 2));
        MapperRig rig = MapperRig.Of(one);
        RigState before = rig.State();
        var planes = new PlaneMapper(rig.Mapper);
        MapResult result = planes.Map(one.View, new Plane(100, 4096, 8192, 4), 0, DmaDirection.ToDevice, new DmaSegment[8]);
        Assert.Equal((MapStatus.UnreachableFrame, 5), (result.Status, result.FailedFrame));
        Assert.Equal(5, planes.Plan(one.View, new Plane(100, 4096, 8192, 4), 0, DmaDirection.ToDevice).FailedFrame);
        Assert.Equal(before, rig.State());
    }

    [Fact]
    public void Lines_that_together_exhaust_the_pool_are_all_given_back()
    {
        MapperCase one = Given.Case(MapperKind.BounceEverything, Given.Low(0, 8)) with { PoolSlots = 5 };
        MapperRig rig = MapperRig.Of(one);
        RigState before = rig.State();
        var planes = new PlaneMapper(rig.Mapper);
        var plane = new Plane(0, 4096, 4097, 7);
        var segments = new DmaSegment[16];
        Assert.Equal(MapStatus.NoBounceSpace, planes.Map(one.View, plane, 0, DmaDirection.Bidirectional, segments).Status);
        Assert.Equal(before, rig.State());
        Assert.Equal(0, planes.LiveMappings);
        MapResult window = planes.Map(one.View, plane, 0, DmaDirection.Bidirectional, segments, MapOptions.Prefix);
        Assert.Equal(3 * 4096, window.Length);
        planes.Unmap(window.Token);
        Assert.Equal(before, rig.State());
    }

    [Fact]
    public void A_mapper_that_throws_midway_leaves_nothing_mapped()
    {
        MapperCase one = Given.Case(MapperKind.Iommu, Given.Low(0, 8));
        MapperRig rig = MapperRig.Of(one);
        RigState before = rig.State();
        var planes = new PlaneMapper(new ThrowsAtThird(rig));
        Assert.Throws<ObjectDisposedException>(() => { planes.Map(one.View, new Plane(0, 100, 4096, 8), 0, DmaDirection.ToDevice, new DmaSegment[8]); });
        Assert.Equal(before, rig.State());
    }

    [Fact]
    public void Wrong_arguments_are_told_with_parameter_value_and_limit()
    {
        MapperCase one = Given.Case(MapperKind.Direct);
        MapperRig rig = MapperRig.Of(one);
        var planes = new PlaneMapper(rig.Mapper);
        var plane = new Plane(0, 10, 20, 3);
        var room = new DmaSegment[8];
        Assert.Equal("inner", Assert.Throws<ArgumentNullException>(() => new PlaneMapper(null!)).ParamName);
        foreach (Action<Plane, long, DmaDirection> call in new Action<Plane, long, DmaDirection>[] { (p, from, way) => planes.Map(one.View, p, from, way, room), (p, from, way) => planes.Plan(one.View, p, from, way) })
        {
            Assert.Equal("plane", Assert.Throws<ArgumentException>(() => call(default, 0, DmaDirection.ToDevice)).ParamName);
            var outside = Assert.Throws<ArgumentOutOfRangeException>(() => call(new Plane(4000, 97, 97, 1), 0, DmaDirection.ToDevice));
            Assert.Equal("plane", outside.ParamName);
            Assert.Contains("4096", outside.Message, StringComparison.Ordinal);
            Assert.Contains("4097", outside.Message, StringComparison.Ordinal);
            foreach (long from in new[] { -1, 30, long.MaxValue })
            {
                var wrong = Assert.Throws<ArgumentOutOfRangeException>(() => call(plane, from, DmaDirection.ToDevice));
                Assert.Equal("from", wrong.ParamName);
                Assert.Contains("29", wrong.Message, StringComparison.Ordinal);
            }

            Assert.Equal("direction", Assert.Throws<ArgumentOutOfRangeException>(() => call(plane, 0, DmaDirection.None)).ParamName);
        }

        MapResult result = planes.Map(one.View, plane, 5, DmaDirection.ToDevice, room);
        foreach (Action<MappingToken, long, long> sync in new Action<MappingToken, long, long>[] { planes.SyncForCpu, planes.SyncForDevice })
        {
            Assert.Equal("offset", Assert.Throws<ArgumentOutOfRangeException>(() => sync(result.Token, 26, 0)).ParamName);
            Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => sync(result.Token, 20, 6)).ParamName);
            Assert.Equal("token", Assert.Throws<ArgumentException>(() => sync(default, 0, 0)).ParamName);
            sync(result.Token, 25, 0);
            sync(result.Token, 0, 25);
        }

        planes.Unmap(result.Token);
        var stale = Assert.Throws<ArgumentException>(() => planes.Unmap(result.Token));
        Assert.Contains("stale", stale.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_map_planes_at_the_same_time()
    {
        MapperRig rig = Rig(MapperKind.IommuBouncePartial, default, 64, out PfnBuffer buffer);
        RigState before = rig.State();
        var planes = new PlaneMapper(rig.Mapper);
        Parallel.For(0, 4, thread =>
        {
            var segments = new DmaSegment[64];
            for (int i = 0; i < 200; i++)
            {
                MapResult result = planes.Map(buffer.View, new Plane(thread * 500, 300 + i, 4096, 3 + (i % 9)), 0, DmaDirection.ToDevice, segments);
                if (result.IsMapped) planes.Unmap(result.Token);
                else Assert.Equal(MapStatus.NoBounceSpace, result.Status);
            }
        });
        Assert.Equal(before, rig.State());
        Assert.Equal(0, planes.LiveMappings);
    }

    /// <summary>A rig and a buffer of frames that lie apart.</summary>
    private static MapperRig Rig(MapperKind kind, DmaConstraints rules, int frames, out PfnBuffer buffer)
    {
        buffer = new PfnBuffer(Given.Frames(RigMemory.StartOf(HomeArea.Low) >> 12, frames, 2), PageSize.Size4K);
        return MapperRig.Of(Given.Case(kind) with { Rules = rules });
    }

    private sealed class ThrowsAtThird(MapperRig rig) : MapperDecorator(rig)
    {
        private int _maps;

        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
            => ++_maps == 3 ? throw new ObjectDisposedException("domain") : base.Map(view, direction, segments, options);
    }
}
