using System;
using System.Linq;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>When a pool grows, gives back and grants, to the slot: no sooner, no later, and nothing for what that would not mend.</summary>
public sealed class PoolRoomTests
{
    private const long Slot = PoolRig.Slot;

    [Fact]
    public void Idle_ranges_go_back_for_a_longer_one_only_where_that_then_fits()
    {
        var rig = new PoolRig(16, most: 80, growBy: 8, source: 200);
        BounceMapper mapper = rig.Mapper(), contiguous = rig.Mapper(DmaConstraints.ContiguousOnly, "contiguous");
        MappingToken[] tokens = [.. Enumerable.Range(0, 10).Select(i => PoolRig.Map(mapper, PoolRig.High(i * 8, 8)))];

        // Five ranges of eight are idle, and three are in use.
        foreach (MappingToken token in tokens.Skip(4).Take(5)) mapper.Unmap(token);
        Assert.Equal(MapStatus.NoBounceSpace, PoolRig.Try(contiguous, PoolRig.High(1000, 41)).Status);
        Assert.Equal((80 * Slot, 40 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        PoolRig.Map(contiguous, PoolRig.High(1000, 36));
        Assert.Equal((76 * Slot, 0L), (rig.Pool.Capacity, rig.Pool.FreeBytes));
    }

    [Fact]
    public void A_view_that_more_slots_do_not_help_makes_no_pool_grow()
    {
        // Four slots are free for four frames, none beside another; and no slot moves a byte to another place in its frame.
        var rig = new PoolRig(8, most: 10, source: 10);
        BounceMapper mapper = rig.Mapper(), words = rig.Mapper(new DmaConstraints { Alignment = 4 }, "words");
        ulong[][] slots = new ulong[8][];
        MappingToken[] tokens = [.. Enumerable.Range(0, 8).Select(i => PoolRig.Map(mapper, PoolRig.High(2 * i, 1), out slots[i]))];
        for (int i = 0; i < 8; i++) if ((slots[i][0] & 1) == 0) mapper.Unmap(tokens[i]);
        PfnView view = PoolRig.High(100, 4).View.Slice(2, 3 * Slot);
        Assert.False(words.Plan(view, DmaDirection.ToDevice).Succeeds);
        Assert.False(words.Map(view, DmaDirection.ToDevice, new DmaSegment[4], MapOptions.None).IsMapped);
        Assert.Equal((8 * Slot, 4 * Slot, 2L), (rig.Pool.Capacity, rig.Pool.FreeBytes, rig.Source.FreeFrames));
    }

    [Fact]
    public void A_run_that_is_free_and_that_does_not_help_is_no_reason_to_ask_for_it_again()
    {
        // Two frames apart must both be copied to where a pair of slots begins, and there is one such place.
        var rig = new PoolRig(8, most: 10, growBy: 2, source: 10);
        BounceMapper mapper = rig.Mapper(), pairs = rig.Mapper(new DmaConstraints { Alignment = 8192 }, "pairs");
        MappingToken held = PoolRig.Map(mapper, PoolRig.High(500, 8));
        pairs.Unmap(PoolRig.Map(pairs, PoolRig.High(0, 2)));
        Assert.Equal((10 * Slot, 2 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        PfnBuffer apart = new([.. PoolRig.High(0, 1).View.Frames, .. PoolRig.Low(0, 1).View.Frames, .. PoolRig.High(10, 1).View.Frames], PageSize.Size4K);
        Assert.Equal(MapStatus.NoBounceSpace, PoolRig.Try(pairs, apart).Status);
        Assert.Equal((10 * Slot, 2 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        mapper.Unmap(held);
        Assert.True(PoolRig.Try(pairs, apart).IsMapped);
    }

    [Fact]
    public void A_range_that_a_boundary_would_cut_is_not_taken_from_the_source()
    {
        // The source has eight frames for the pool to begin with, and six around a multiple of sixteen.
        var source = new FrameAllocator([new MemoryZone("whole", new PhysicalAddress(1 << 28), 8 * Slot), new MemoryZone("cut", new PhysicalAddress((1 << 24) - (3 * Slot)), 6 * Slot)]);
        var rig = new PoolRig(1);
        var pool = new BouncePool(rig.Memory, source, new BouncePoolOptions { Length = 8 * Slot, MostLength = 16 * Slot });
        var mapper = new BounceMapper(new DirectMapper(rig.Device()), pool);
        var cut = new BounceMapper(new DirectMapper(rig.Device(new DmaConstraints { MaxSegmentCount = 1, SegmentBoundaryMask = 0xFFFF }, "cut")), pool);
        PoolRig.Map(mapper, PoolRig.High(500, 8));
        Assert.Equal(MapStatus.NoBounceSpace, PoolRig.Try(cut, PoolRig.High(0, 5)).Status);
        Assert.Equal((8 * Slot, 6L), (pool.Capacity, source.FreeFrames));
        PoolRig.Map(cut, PoolRig.High(0, 3), out ulong[] slots);
        Assert.Equal((11 * Slot, 3L, 1ul << 12), (pool.Capacity, source.FreeFrames, slots[0]));
    }

    [Fact]
    public void A_pool_that_nothing_else_keeps_low_grows_within_reach_of_its_mappers()
    {
        // What the source hands out first, from high addresses down, is too short for the pool to begin with.
        var source = new FrameAllocator([new MemoryZone("low", new PhysicalAddress(1 << 24), 20 * Slot), new MemoryZone("high", new PhysicalAddress(1 << 28), 8 * Slot)]);
        var pool = new BouncePool(RigMemory.Create(), source, new BouncePoolOptions { Length = 10 * Slot, MostLength = 15 * Slot, GrowBy = 5 * Slot });
        var near = new BounceMapper(new DirectMapper(new DmaDevice("near", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(26) })), pool);
        PoolRig.Map(near, PoolRig.High(0, 10));
        PoolRig.Map(near, PoolRig.High(20, 5), out ulong[] slots);
        Assert.All(slots, slot => Assert.InRange(slot, 1ul << 12, (1ul << 12) + 19));
        Assert.Equal((15 * Slot, 0L), (pool.Capacity, pool.FreeBytes));
        GC.KeepAlive(near);
    }

    [Fact]
    public void What_could_not_go_back_is_looked_at_again_when_half_as_much_is_used()
    {
        // Two mappings in each of four ranges of eight, and by half of 24 nothing is idle.
        var rig = new PoolRig(8, most: 32);
        BounceMapper mapper = rig.Mapper();
        MappingToken[] tokens = [.. Enumerable.Range(0, 8).Select(i => PoolRig.Map(mapper, PoolRig.High(10 * i, 4)))];
        foreach (int i in new[] { 0, 1, 2, 4, 6 }) mapper.Unmap(tokens[i]);
        Assert.Equal((32 * Slot, 20 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        mapper.Unmap(tokens[3]);
        Assert.Equal((32 * Slot, 24 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        mapper.Unmap(tokens[5]);
        Assert.Equal((16 * Slot, 12 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        mapper.Unmap(tokens[7]);
        Assert.Equal((8 * Slot, 8 * Slot, 24L), (rig.Pool.Capacity, rig.Pool.FreeBytes, rig.Source.FreeFrames));
    }

    [Fact]
    public async Task Trimming_has_another_look_for_who_waits()
    {
        // The source has got frames back meanwhile, of which no pool hears.
        var rig = new PoolRig(8, most: 32);
        BounceMapper mapper = rig.Mapper();
        Assert.True(rig.Source.TryAllocate(24, default, out Pfn others));
        Task<BounceReservation> wait = mapper.ReserveAsync(20 * Slot, TestContext.Current.CancellationToken).AsTask();
        rig.Source.Free(others, 24);
        Assert.Equal((8 * Slot, 8 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        rig.Pool.Trim();
        Assert.Equal((28 * Slot, 8 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        mapper.Release(await wait);
        Assert.Equal((8 * Slot, 8 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
    }

    [Theory]
    [InlineData(0x10_8000, 8)]
    [InlineData(0x10_F000, 9)]
    public void The_only_run_that_no_boundary_cuts_is_reserved(ulong start, int slots)
    {
        var pool = new BouncePool(RigMemory.Create(), new FrameAllocator(new PhysicalAddress(start), slots * Slot), slots * Slot);
        var device = new DmaDevice("picky", new RequesterId(1), new DmaConstraints { MaxSegmentCount = 1, SegmentBoundaryMask = 0xFFFF, Window = DmaWindow.OfBits(32) });
        var mapper = new BounceMapper(new DirectMapper(device), pool);
        Assert.True(mapper.TryReserve(8 * Slot, out BounceReservation reservation));
        Assert.Equal((slots - 8) * Slot, pool.FreeBytes);
        mapper.Release(reservation);
    }

    [Fact]
    public void Slots_that_are_reserved_lie_together_as_far_as_those_that_are_free_do()
    {
        // Free are two runs of eight, neither of which begins at a multiple of anything.
        var rig = new PoolRig(32);
        BounceMapper mapper = rig.Mapper();
        ulong[][] slots = new ulong[32][];
        MappingToken[] tokens = [.. Enumerable.Range(0, 32).Select(i => PoolRig.Map(mapper, PoolRig.High(2 * i, 1), out slots[i]))];
        for (int i = 0; i < 32; i++) if ((slots[i][0] & 15) is >= 3 and <= 10) mapper.Unmap(tokens[i]);
        Assert.True(mapper.TryReserve(16 * Slot, out BounceReservation reservation));
        MapResult result = mapper.Map(PoolRig.High(100, 16).View, DmaDirection.ToDevice, new DmaSegment[16], MapOptions.None, reservation);
        Assert.Equal((MapStatus.Mapped, 2, 0L), (result.Status, result.SegmentCount, rig.FreeSlots));
        mapper.Unmap(result.Token);
    }
}
