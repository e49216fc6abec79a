using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A pool grows where it is short, as far as it may, and where its devices reach.</summary>
public class PoolGrowthTests
{
    private const long Slot = PoolRig.Slot;

    [Fact]
    public void A_mapping_that_finds_no_room_makes_some()
    {
        var rig = new PoolRig(16, most: 64);
        BounceMapper mapper = rig.Mapper(DmaConstraints.ContiguousOnly);
        PoolRig.Map(mapper, PoolRig.High(0, 10));
        Assert.Equal((16 * Slot, 64 * Slot), (rig.Pool.Capacity, rig.Pool.MostCapacity));
        PoolRig.Map(mapper, PoolRig.High(20, 10), out ulong[] slots);
        Assert.Equal((32 * Slot, 12 * Slot, 0L), (rig.Pool.Capacity, rig.Pool.FreeBytes, rig.Pool.Shortages));
        Assert.Equal(slots[0] + 9, slots[9]);
        Assert.InRange(rig.Pool.HighWaterBytes, 20 * Slot, 22 * Slot);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(48)]
    public void It_grows_by_a_run_as_long_as_is_wanted(int slots)
    {
        var rig = new PoolRig(16, most: 64);
        BounceMapper mapper = rig.Mapper(DmaConstraints.ContiguousOnly);
        PoolRig.Map(mapper, PoolRig.High(0, slots));
        Assert.Equal((16 + slots) * Slot, rig.Pool.Capacity);
        Assert.Equal(MapStatus.NoBounceSpace, PoolRig.Try(mapper, PoolRig.High(100, 17)).Status);
    }

    [Fact]
    public void It_never_grows_beyond_the_most()
    {
        var rig = new PoolRig(16, most: 40, growBy: 16, source: 1000);
        BounceMapper mapper = rig.Mapper();
        for (int i = 0; i < 40; i++) PoolRig.Map(mapper, PoolRig.High(2 * i, 1));
        MapResult refused = PoolRig.Try(mapper, PoolRig.High(200, 1));
        Assert.Equal(MapStatus.NoBounceSpace, refused.Status);
        Assert.Equal((40 * Slot, 960L), (rig.Pool.Capacity, rig.Source.FreeFrames));
    }

    [Fact]
    public void Slots_of_all_ranges_together_serve_a_device_of_any_number_of_segments()
    {
        var rig = new PoolRig(16, most: 64);
        MappingToken all = PoolRig.Map(rig.Mapper(), PoolRig.High(0, 64), out ulong[] slots);
        Assert.False(all.IsNone);
        Assert.Equal(64, slots.Distinct().Count());
        Assert.Equal((64 * Slot, 0L), (rig.Pool.Capacity, rig.Pool.FreeBytes));
    }

    [Fact]
    public void Only_what_must_bounce_counts()
    {
        var rig = new PoolRig(16, most: 32);
        BounceMapper mapper = rig.Mapper();
        PoolRig.Map(mapper, PoolRig.High(500, 16));
        Pfn[] frames = [.. PoolRig.Low(0, 100, 2).View.Frames, .. PoolRig.High(0, 10, 2).View.Frames];
        PoolRig.Map(mapper, new PfnBuffer(frames, PageSize.Size4K));
        Assert.Equal((32 * Slot, 6 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
    }

    [Fact]
    public void Ranges_that_nobody_uses_make_room_for_a_longer_one()
    {
        var rig = new PoolRig(16, most: 80, growBy: 8);
        BounceMapper mapper = rig.Mapper(), contiguous = rig.Mapper(DmaConstraints.ContiguousOnly, "contiguous");
        MappingToken[] tokens = [.. Enumerable.Range(0, 10).Select(i => PoolRig.Map(mapper, PoolRig.High(i * 8, 8)))];
        Assert.Equal(80 * Slot, rig.Pool.Capacity);

        // Too few for the pool to shrink of itself: more than half of what there was before is in use.
        foreach (MappingToken token in tokens.Skip(5).Take(4)) mapper.Unmap(token);
        PoolRig.Map(contiguous, PoolRig.High(1000, 32));
        Assert.Equal((80 * Slot, 0L), (rig.Pool.Capacity, rig.Pool.FreeBytes));
    }

    [Fact]
    public void A_source_without_frames_is_a_status_and_nothing_has_changed()
    {
        var rig = new PoolRig(16, most: 64, source: 20);
        BounceMapper mapper = rig.Mapper(DmaConstraints.ContiguousOnly);
        MappingToken held = PoolRig.Map(mapper, PoolRig.High(0, 12));
        MapResult refused = PoolRig.Try(mapper, PoolRig.High(100, 5));
        Assert.Equal(MapStatus.NoBounceSpace, refused.Status);
        Assert.Equal((16 * Slot, 4 * Slot, 4L, 1L), (rig.Pool.Capacity, rig.Pool.FreeBytes, rig.Source.FreeFrames, rig.Pool.Shortages));
        Assert.True(PoolRig.Try(mapper, PoolRig.High(100, 4)).IsMapped);
        mapper.Unmap(held);
        rig.Pool.Dispose();
        Assert.Equal(rig.Source.TotalFrames, rig.Source.FreeFrames);
    }

    [Fact]
    public void Less_than_it_grows_by_is_taken_where_the_source_has_no_more()
    {
        var rig = new PoolRig(16, most: 64, source: 20);
        BounceMapper mapper = rig.Mapper(DmaConstraints.ContiguousOnly);
        PoolRig.Map(mapper, PoolRig.High(0, 14));
        PoolRig.Map(mapper, PoolRig.High(100, 3));
        Assert.Equal(19 * Slot, rig.Pool.Capacity);
    }

    [Fact]
    public void What_it_grows_by_is_within_reach_of_all_its_mappers_and_of_its_placement()
    {
        MemoryZone[] zones = [new("low", new PhysicalAddress(1 << 24), 16 * Slot), new("middle", new PhysicalAddress(1 << 28), 64 * Slot), new("high", new PhysicalAddress(1ul << 32), 64 * Slot)];
        var source = new FrameAllocator(zones);
        var near = new DmaDevice("near", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(26) });
        var pool = new BouncePool(RigMemory.Create(), source, new BouncePoolOptions { Length = 4 * Slot, MostLength = 100 * Slot, Placement = new Placement { First = new PhysicalAddress((1 << 24) + (ulong)(2 * Slot)), Last = Placement.Below(26).Last } });
        var far = new BounceMapper(new DirectMapper(new DmaDevice("far", new RequesterId(2), new DmaConstraints { Window = DmaWindow.OfBits(30) })), pool);
        var nearest = new BounceMapper(new DirectMapper(near), pool);
        for (int i = 0; i < 14; i++)
        {
            PoolRig.Map(far, PoolRig.High(2 * i, 1), out ulong[] slot);
            Assert.InRange(slot[0], (1ul << 12) + 2, (1ul << 12) + 15);
        }

        Assert.Equal(MapStatus.NoBounceSpace, PoolRig.Try(far, PoolRig.High(100, 1)).Status);
        Assert.Equal((14 * Slot, 130L), (pool.Capacity, source.FreeFrames));
        GC.KeepAlive(nearest);
    }

    [Fact]
    public void A_mapper_that_comes_later_reaches_all_of_a_pool_that_has_grown()
    {
        var source = new FrameAllocator([new MemoryZone("low", new PhysicalAddress(1 << 24), 4 * Slot), new MemoryZone("high", new PhysicalAddress(1 << 28), 4 * Slot)]);
        var pool = new BouncePool(RigMemory.Create(), source, new BouncePoolOptions { Length = 4 * Slot, MostLength = 8 * Slot, Placement = Placement.Below(30) });
        Assert.Equal(1ul << 28, pool.Start.Value);
        var far = new BounceMapper(new DirectMapper(new DmaDevice("far", new RequesterId(2), new DmaConstraints { Window = DmaWindow.OfBits(30) })), pool);
        MappingToken token = PoolRig.Map(far, PoolRig.High(0, 8));
        var inner = new DirectMapper(new DmaDevice("near", new RequesterId(1), new DmaConstraints { Window = new DmaWindow(new DmaAddress(1 << 28), new DmaAddress((1 << 28) + 16383)) }));
        Assert.Contains("out of reach of near", Assert.Throws<ArgumentException>("pool", () => new BounceMapper(inner, pool)).Message, StringComparison.Ordinal);
        far.Unmap(token);
        pool.Trim();
        Assert.True(PoolRig.Try(new BounceMapper(inner, pool), PoolRig.High(0, 4)).IsMapped);
    }

    [Fact]
    public void A_run_that_must_not_cross_a_boundary_fits_where_it_grows()
    {
        // The source goes on two frames before a multiple of sixteen.
        var rig = new PoolRig(4, most: 24, source: 1000, skipped: 10);
        BounceMapper mapper = rig.Mapper(new DmaConstraints { MaxSegmentCount = 1, SegmentBoundaryMask = 0xFFFF });
        for (int i = 0; i < 4; i++) PoolRig.Map(mapper, PoolRig.High(10 * i, 4));
        Assert.Equal((16 * Slot, 0L), (rig.Pool.Capacity, rig.Pool.FreeBytes));
    }

    [Fact]
    public void Where_it_may_not_grow_by_all_that_is_wanted_it_grows_by_what_is_missing()
    {
        var rig = new PoolRig(16, most: 24);
        BounceMapper mapper = rig.Mapper();
        PoolRig.Map(mapper, PoolRig.High(0, 12, 2));
        PoolRig.Map(mapper, PoolRig.High(100, 10, 2));
        Assert.Equal((24 * Slot, 2 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
    }

    [Fact]
    public void It_grows_at_addresses_that_its_placement_asks_for()
    {
        var source = new FrameAllocator(new PhysicalAddress(RigMemory.Pool), 100 * Slot);
        var pool = new BouncePool(RigMemory.Create(), source, new BouncePoolOptions { Length = Slot, MostLength = 4 * Slot, Placement = new Placement { Alignment = 16 * (ulong)Slot } });
        var mapper = new BounceMapper(new DirectMapper(new DmaDevice("device", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(32) })), pool);
        PoolRig.Map(mapper, PoolRig.High(0, 3), out ulong[] slots);
        Assert.Equal((0ul, 4 * Slot), (slots[0] % 16, pool.Capacity));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(64)]
    public void Planning_makes_room_as_mapping_does(int slots)
    {
        var planned = new PoolRig(8, most: 64);
        var mapped = new PoolRig(8, most: 64);
        BounceMapper first = planned.Mapper(), second = mapped.Mapper();
        MapPlan plan = first.Plan(PoolRig.High(0, slots).View, DmaDirection.ToDevice);
        MapResult result = PoolRig.Try(second, PoolRig.High(0, slots), DmaDirection.ToDevice);
        Assert.Equal((result.IsMapped, result.SegmentCount, result.BouncedBytes), (plan.Succeeds, plan.SegmentCount, plan.BouncedBytes));
        Assert.True(plan.Succeeds);
        Assert.Equal(planned.Pool.Capacity, planned.Pool.FreeBytes);
        Assert.True(planned.Pool.Capacity >= slots * Slot);
    }

    [Fact]
    public void A_pool_does_not_grow_for_what_another_one_lacks()
    {
        // The outer mapper brings nothing into reach that the inner one would not copy again.
        var outer = new PoolRig(8, most: 64);
        var small = new BouncePool(outer.Memory, new FrameAllocator(new PhysicalAddress(RigMemory.StartOf(HomeArea.Below)), Slot), Slot);
        var inner = new BounceMapper(new DirectMapper(outer.Device()), small, BounceMode.Everything);
        var mapper = new BounceMapper(inner, outer.Pool, BounceMode.Everything);
        Assert.Equal(MapStatus.NoBounceSpace, mapper.Plan(PoolRig.High(0, 2).View, DmaDirection.ToDevice).Status);
        Assert.Equal(8 * Slot, outer.Pool.Capacity);
        MapResult refused = PoolRig.Try(mapper, PoolRig.High(0, 2), DmaDirection.ToDevice);
        Assert.Equal((MapStatus.NoBounceSpace, 8 * Slot), (refused.Status, outer.Pool.Capacity));
        Assert.Equal((0L, 1L), (outer.Pool.Shortages, small.Shortages));
        Assert.Equal((2 * Slot, Slot), (refused.Shortage!.Needed, refused.Shortage.Free));
    }

    [Fact]
    public void A_prefix_grows_a_pool_by_what_can_be_had()
    {
        var rig = new PoolRig(8, most: 12);
        BounceMapper mapper = rig.Mapper();
        MappingToken full = PoolRig.Map(mapper, PoolRig.High(0, 8));
        PfnBuffer large = PoolRig.High(100, 20);
        Assert.Equal(MapStatus.NoBounceSpace, PoolRig.Try(mapper, large).Status);
        MapResult prefix = mapper.Map(large.View, DmaDirection.ToDevice, new DmaSegment[20], MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 4 * Slot), (prefix.Status, prefix.Length));
        mapper.Unmap(prefix.Token);
        mapper.Unmap(full);
    }
}
