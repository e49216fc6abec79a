using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What the laws cannot say in general of bouncing: which frames, how many segments, who conflicts.</summary>
public class BounceTests
{
    [Fact]
    public void Only_the_frames_out_of_reach_are_copied()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Bounce));
        MapperCase one = Given.Case(MapperKind.Bounce, Given.Low(0, 3), Given.High(0, 2), Given.Low(8, 1));
        var parts = new MapPart[8];
        MapPlan plan = rig.Mapper.Plan(one.View, one.Direction, one.Options, parts);
        Assert.Equal(
            [new MapPart(0, 12288, MapTreatment.Direct), new MapPart(12288, 8192, MapTreatment.Bounced), new MapPart(20480, 4096, MapTreatment.Direct)],
            parts.Take(plan.PartCount));
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        Assert.Equal((8192L, 3, true), (result.BouncedBytes, result.SegmentCount, result.NeedsSync));
        Assert.Equal(RigMemory.StartOf(HomeArea.Low), segments[0].Address.Value);
        Assert.InRange(segments[1].Address.Value, RigMemory.Pool, RigMemory.Pool + (64 * 4096) - 1);
    }

    [Fact]
    public void A_contiguous_only_device_gets_exactly_one_segment()
    {
        MapperCase one = Given.Case(MapperKind.Bounce, Given.Scattered(20)) with { Rules = DmaConstraints.ContiguousOnly };
        MapperRig rig = MapperRig.Of(one);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        Assert.Equal(20 * 4096, Assert.Single(segments).Length);
        Assert.Equal(20 * 4096, result.BouncedBytes);
        rig.Mapper.Unmap(result.Token);

        MapperCase contiguous = one with { Home = Given.View(Given.Low(0, 20)) };
        Assert.Equal(0, rig.Map(contiguous, out segments).BouncedBytes);
        Assert.Single(segments);
    }

    [Fact]
    public void A_frame_that_stands_twice_is_bounced_for_reading_only()
    {
        MapperCase one = Given.Case(MapperKind.Bounce, Given.High(0, 1), Given.Low(0, 1), Given.High(0, 1));
        MapperRig rig = MapperRig.Of(one);
        RigState before = rig.State();
        foreach (DmaDirection direction in new[] { DmaDirection.FromDevice, DmaDirection.Bidirectional })
        {
            MapResult refused = rig.Map(one with { Direction = direction }, out _);
            Assert.Equal((MapStatus.WouldDiverge, 2), (refused.Status, refused.FailedFrame));
            Assert.Equal(before, rig.State());
        }

        MapResult result = rig.Map(one with { Direction = DmaDirection.ToDevice }, out _);
        Assert.Equal((MapStatus.Mapped, 8192L), (result.Status, result.BouncedBytes));
    }

    [Fact]
    public void A_partial_frame_that_also_stands_whole_is_not_copied_beside_itself()
    {
        // The device would write one copy and the frame itself, and unmapping would put the copy over the frame.
        MapperCase one = Given.Case(MapperKind.IommuBouncePartial, Given.Low(0, 1), Given.Low(1, 1), Given.Low(0, 1));
        one = one with { Home = one.Home with { Offset = 100, Length = (3 * 4096) - 100 } };
        MapperRig rig = MapperRig.Of(one);
        RigState before = rig.State();
        MapResult head = rig.Map(one, out _);
        Assert.Equal((MapStatus.WouldDiverge, 2), (head.Status, head.FailedFrame));
        MapResult tail = rig.Map(one with { Home = one.Home with { Offset = 0 } }, out _);
        Assert.Equal((MapStatus.WouldDiverge, 2), (tail.Status, tail.FailedFrame));
        Assert.Equal(before, rig.State());
        MapResult reader = rig.Map(one with { Direction = DmaDirection.ToDevice }, out _);
        Assert.True(reader.IsMapped);
        rig.Mapper.Unmap(reader.Token);
        Assert.Equal(8192 - 100, rig.Map(one with { Options = MapOptions.Prefix }, out _).Length);
    }

    [Fact]
    public void Two_copies_of_one_byte_live_only_where_nobody_writes_either()
    {
        MapperCase one = Given.Case(MapperKind.Bounce, Given.High(0, 2));
        MapperRig rig = MapperRig.Of(one);
        MapResult reader = rig.Map(one with { Direction = DmaDirection.ToDevice }, out _);
        MapResult other = rig.Map(one with { Direction = DmaDirection.ToDevice }, out _);
        Assert.True(reader.IsMapped && other.IsMapped);
        Assert.Equal(MapStatus.WouldDiverge, rig.Map(one with { Direction = DmaDirection.FromDevice }, out _).Status);
        rig.Mapper.Unmap(reader.Token);
        rig.Mapper.Unmap(other.Token);
        MapResult writer = rig.Map(one with { Direction = DmaDirection.FromDevice }, out _);
        Assert.True(writer.IsMapped);
        Assert.Equal(MapStatus.WouldDiverge, rig.Map(one with { Direction = DmaDirection.ToDevice }, out _).Status);
    }

    [Fact]
    public void Two_mappers_of_one_pool_know_of_each_others_copies()
    {
        MapperCase one = Given.Case(MapperKind.Bounce, Given.High(0, 1));
        MapperRig rig = MapperRig.Of(one);
        var second = new BounceMapper(new DirectMapper(new DmaDevice("second", new RequesterId(9), one.Constraints)), rig.Pool!);
        MapResult writer = rig.Map(one, out _);
        Assert.True(writer.IsMapped);
        Assert.Equal(MapStatus.WouldDiverge, second.Map(one.View, DmaDirection.ToDevice, new DmaSegment[1]).Status);
        rig.Mapper.Unmap(writer.Token);
        Assert.True(second.Map(one.View, DmaDirection.ToDevice, new DmaSegment[1]).IsMapped);
    }

    [Fact]
    public void Disjoint_halves_of_a_frame_are_bounced_side_by_side()
    {
        MapperCase whole = Given.Case(MapperKind.Bounce, Given.High(0, 1)) with { Direction = DmaDirection.FromDevice };
        MapperCase front = whole with { Home = whole.Home with { Length = 2048 } };
        MapperCase back = whole with { Home = whole.Home with { Offset = 2048, Length = 2048 } };
        MapperRig rig = MapperRig.Of(whole);
        HomeBytes.Scribble(rig.Memory, whole.Home, 1);
        MapResult first = rig.Map(front, out DmaSegment[] firstSegments), second = rig.Map(back, out DmaSegment[] secondSegments);
        Assert.True(first.IsMapped && second.IsMapped);
        byte[] a = HomeBytes.Noise(2048, 2), b = HomeBytes.Noise(2048, 3);
        DeviceBytes.Write(rig.Port, firstSegments, 0, a);
        DeviceBytes.Write(rig.Port, secondSegments, 0, b);
        rig.Mapper.Unmap(first.Token);
        rig.Mapper.Unmap(second.Token);
        Assert.Equal([.. a, .. b], HomeBytes.Read(rig.Memory, whole.Home));
    }

    [Fact]
    public void A_device_that_wrote_nothing_or_a_part_brings_home_what_was_there()
    {
        MapperCase one = Given.Case(MapperKind.Bounce, Given.High(0, 2)) with { Direction = DmaDirection.FromDevice };
        MapperRig rig = MapperRig.Of(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 1);
        byte[] home = HomeBytes.Read(rig.Memory, one.Home);
        rig.Mapper.Unmap(rig.Map(one, out _).Token);
        Assert.Equal(home, HomeBytes.Read(rig.Memory, one.Home));
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        DeviceBytes.Write(rig.Port, segments, 4000, [1, 2, 3]);
        rig.Mapper.Unmap(result.Token);
        new byte[] { 1, 2, 3 }.CopyTo(home, 4000);
        Assert.Equal(home, HomeBytes.Read(rig.Memory, one.Home));
    }

    [Fact]
    public void An_exhausted_pool_is_a_status_that_names_the_frame()
    {
        MapperCase one = Given.Case(MapperKind.Bounce, Given.Low(0, 2), Given.High(0, 3)) with { PoolSlots = 2 };
        MapperRig rig = MapperRig.Of(one);
        MapResult refused = rig.Map(one, out _);
        Assert.Equal((MapStatus.NoBounceSpace, 4), (refused.Status, refused.FailedFrame));
        Assert.Equal(8192, rig.Pool!.FreeBytes);
        Assert.True(rig.Map(one with { Home = Given.View(Given.High(0, 2)) }, out _).IsMapped);
        Assert.Equal(MapStatus.NoBounceSpace, rig.Map(one with { Home = Given.View(Given.High(7, 1)) }, out _).Status);
    }

    [Fact]
    public void Slots_that_cannot_be_placed_as_the_device_likes_are_the_pools_shortage()
    {
        MapperCase one = Given.Case(MapperKind.Bounce, Given.High(0, 2)) with { Rules = new DmaConstraints { Alignment = 65536 }, PoolSlots = 17 };
        MapperRig rig = MapperRig.Of(one);
        Assert.True(rig.Map(one, out _).IsMapped);
        Assert.Equal(MapStatus.NoBounceSpace, rig.Map(one with { Home = Given.View(Given.High(4, 2)) }, out _).Status);
    }

    [Fact]
    public void A_fragmented_pool_gives_runs_where_it_has_them()
    {
        MapperCase single = Given.Case(MapperKind.Bounce, Given.High(0, 1));
        MapperCase run = Given.Case(MapperKind.Bounce, Given.High(600, 3)) with { Rules = DmaConstraints.ContiguousOnly };
        MapperRig rig = MapperRig.Of(run);
        MappingToken[] tokens = [.. Enumerable.Range(0, 64).Select(i => rig.Map(single with { Home = Given.View(Given.High(2 * i, 1)) }, out _).Token)];
        for (int i = 0; i < 64; i += 2) rig.Mapper.Unmap(tokens[i]);
        Assert.Equal(32 * 4096, rig.Pool!.FreeBytes);
        Assert.Equal(MapStatus.NoBounceSpace, rig.Map(run, out _).Status);
        rig.Mapper.Unmap(tokens[41]);
        MapResult result = rig.Map(run, out DmaSegment[] segments);
        Assert.Equal(RigMemory.Pool + (40 * 4096), Assert.Single(segments).Address.Value);
        rig.Mapper.Unmap(result.Token);
        for (int i = 1; i < 64; i += 2) if (i != 41) rig.Mapper.Unmap(tokens[i]);
        Assert.Equal(rig.Pool.Capacity, rig.Pool.FreeBytes);
        Assert.Single(Segments(rig, run with { Home = Given.View(Given.High(0, 64)) }));
    }

    [Theory]
    [InlineData(0x3FFF)]
    [InlineData(0xFFFF)]
    public void Copies_keep_off_boundaries(ulong boundary)
    {
        MapperCase run = Given.Case(MapperKind.Bounce, Given.High(0, 3)) with { Rules = new DmaConstraints { SegmentBoundaryMask = boundary }, Direction = DmaDirection.ToDevice };
        MapperRig rig = MapperRig.Of(run);
        const int Most = 64 / 4; // a run of three takes a block of four
        for (int i = 0; i < Most; i++)
        {
            DmaSegment segment = Assert.Single(Segments(rig, run));
            Assert.Equal(segment.Address.Value & ~boundary, (segment.Address.Value + (ulong)segment.Length - 1) & ~boundary);
        }

        // What is left lies in pieces.
        Assert.Equal(3, Segments(rig, run).Length);
    }

    [Theory]
    [InlineData(HomeArea.Mmio)]
    [InlineData(HomeArea.Protected)]
    public void Memory_without_pages_is_never_copied(HomeArea area)
    {
        MapperCase one = Given.Case(MapperKind.BounceEverything, Given.Low(0, 1), new MappedRun(area, 0, 0, 1));
        MapperRig rig = MapperRig.Of(one);
        MapResult refused = rig.Map(one, out _);
        Assert.Equal((MapStatus.UnreachableFrame, 1), (refused.Status, refused.FailedFrame));
        Assert.Equal(rig.Pool!.Capacity, rig.Pool.FreeBytes);

        // In reach, and bouncing only what must: mapped where it is.
        MapperCase inReach = Given.Case(MapperKind.Bounce, new MappedRun(area, 0, 0, 1)) with { Reach = Reach.All };
        Assert.Equal(0, MapperRig.Of(inReach).Map(inReach, out _).BouncedBytes);
    }

    [Fact]
    public void Zero_copy_is_refused_for_what_would_have_bounced()
    {
        MapperCase one = Given.Case(MapperKind.Bounce, Given.Low(0, 1), Given.High(0, 1)) with { Options = MapOptions.ZeroCopy };
        MapResult refused = MapperRig.Of(one).Map(one, out _);
        Assert.Equal((MapStatus.UnreachableFrame, 1), (refused.Status, refused.FailedFrame));
        MapperCase together = Given.Case(MapperKind.Bounce, Given.Scattered(3)) with { Rules = DmaConstraints.ContiguousOnly, Options = MapOptions.ZeroCopy };
        Assert.Equal(MapStatus.TooManySegments, MapperRig.Of(together).Map(together, out _).Status);
    }

    [Fact]
    public void Address_bits_above_those_of_a_frame_are_kept_in_copies()
    {
        MapperCase one = Given.Case(MapperKind.Bounce, Given.High(5, 2), Given.High(30, 3)) with { Rules = new DmaConstraints { OffsetPreservingMask = 0xFFFF } };
        MapperRig rig = MapperRig.Of(one);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        Assert.True(result.IsMapped);
        Assert.True(one.Constraints.Satisfies(segments, one.View));
        Assert.Equal(5 * 4096, rig.Pool!.Capacity - rig.Pool.FreeBytes);
    }

    [Fact]
    public void A_pool_with_mapped_slots_is_not_disposed()
    {
        MapperCase one = Given.Case(MapperKind.Bounce, Given.High(0, 1));
        MapperRig rig = MapperRig.Of(one);
        MapResult result = rig.Map(one, out _);
        Assert.Throws<InvalidOperationException>(rig.Pool!.Dispose);
        rig.Mapper.Unmap(result.Token);
        rig.Pool.Dispose();
        rig.Pool.Dispose();
        Assert.Equal(rig.PoolSource!.TotalFrames, rig.PoolSource.FreeFrames);
        Assert.Throws<ObjectDisposedException>(() => rig.Map(one, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4095)]
    [InlineData((1L << 42) + 4096)]
    [InlineData(long.MaxValue)]
    public void A_pool_of_a_length_that_cannot_be_is_refused(long length)
    {
        var machine = EmulatedMachine.WithRam(1 << 20);
        ArgumentOutOfRangeException thrown = Assert.Throws<ArgumentOutOfRangeException>(() => new BouncePool(machine, machine.Frames, length));
        Assert.Equal("length", thrown.ParamName);
        Assert.Equal(machine.Frames.TotalFrames, machine.Frames.FreeFrames);
    }

    private static DmaSegment[] Segments(MapperRig rig, MapperCase one)
    {
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        Assert.True(result.IsMapped, result.ToString());
        return segments;
    }
}
