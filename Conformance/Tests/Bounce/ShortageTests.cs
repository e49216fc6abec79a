using System;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A refusal for want of slots says what there was, and who has the rest.</summary>
public class ShortageTests
{
    private const long Slot = PoolRig.Slot;

    [Fact]
    public void It_says_what_was_wanted_what_is_free_and_who_holds_most()
    {
        var rig = new PoolRig(32);
        BounceMapper disk = rig.Mapper(name: "disk"), nic = rig.Mapper(name: "nic");
        MappingToken first = PoolRig.Map(disk, PoolRig.High(0, 12)), between = PoolRig.Map(nic, PoolRig.High(100, 1));
        MappingToken second = PoolRig.Map(nic, PoolRig.High(200, 9));
        MappingToken last = PoolRig.Map(nic, PoolRig.High(300, 1));
        MapResult refused = PoolRig.Try(disk, PoolRig.High(400, 10));
        Assert.Equal(MapStatus.NoBounceSpace, refused.Status);
        Assert.Equal((10 * Slot, 9 * Slot, rig.Pool.LargestFreeRun, "disk", 12 * Slot), Told(refused.Shortage!));
        Assert.InRange(refused.Shortage!.LargestFreeRun, Slot, 9 * Slot);
        nic.Unmap(between);
        disk.Unmap(first);
        PoolRig.Map(disk, PoolRig.High(0, 9));
        refused = PoolRig.Try(disk, PoolRig.High(400, 14));
        Assert.Equal((14 * Slot, 13 * Slot, rig.Pool.LargestFreeRun, "nic", 10 * Slot), Told(refused.Shortage!));
        Assert.Equal(2, rig.Pool.Shortages);
        nic.Unmap(second);
        nic.Unmap(last);
    }

    [Fact]
    public void What_is_reserved_is_held_too()
    {
        var rig = new PoolRig(16);
        BounceMapper disk = rig.Mapper(name: "disk"), nic = rig.Mapper(name: "nic");
        PoolRig.Map(disk, PoolRig.High(0, 3));
        Assert.True(nic.TryReserve(6 * Slot, out BounceReservation reservation));
        MapResult refused = PoolRig.Try(disk, PoolRig.High(400, 8));
        Assert.Equal((8 * Slot, 7 * Slot, "nic", 6 * Slot), (refused.Shortage!.Needed, refused.Shortage.Free, refused.Shortage.Holder, refused.Shortage.HeldByHolder));
        nic.Release(reservation);
        Assert.False(nic.TryReserve(14 * Slot, out _));
        Assert.Equal(2, rig.Pool.Shortages);
    }

    [Fact]
    public void It_reads_well()
    {
        var rig = new PoolRig(16);
        BounceMapper disk = rig.Mapper(name: "disk");
        Assert.Contains(
            "NoBounceSpace: the bounce pool has no room that the bytes fit in (69632 bytes wanted, 65536 free, 65536 in the longest run; nobody holds any); unmap something",
            PoolRig.Try(disk, PoolRig.High(0, 17)).ToString(),
            StringComparison.Ordinal);
        PoolRig.Map(disk, PoolRig.High(0, 12));
        Assert.Equal("20480 bytes wanted, 16384 free, 16384 in the longest run; disk holds most, 49152", PoolRig.Try(disk, PoolRig.High(100, 5)).Shortage!.ToString());
    }

    [Fact]
    public void Other_refusals_say_none()
    {
        var rig = new PoolRig(16);
        BounceMapper one = rig.Mapper(new DmaConstraints { MaxSegmentCount = 1, MaxSegmentSize = 4096 });
        PfnBuffer far = PoolRig.High(0, 2);
        MapResult tooMany = PoolRig.Try(one, far);
        Assert.Equal((MapStatus.TooManySegments, null), (tooMany.Status, tooMany.Shortage));
        MappingToken writer = PoolRig.Map(one, PoolRig.High(0, 1));
        MapResult diverging = PoolRig.Try(rig.Mapper(), far);
        Assert.Equal((MapStatus.WouldDiverge, null), (diverging.Status, diverging.Shortage));
        MapResult zeroCopy = one.Map(PoolRig.High(5, 1).View, DmaDirection.ToDevice, new DmaSegment[1], MapOptions.ZeroCopy);
        Assert.Equal((MapStatus.UnreachableFrame, null), (zeroCopy.Status, zeroCopy.Shortage));
        one.Unmap(writer);
        Assert.Equal(0, rig.Pool.Shortages);
    }

    [Fact]
    public void Of_nested_mappers_the_one_that_was_short_says_so()
    {
        var outer = new PoolRig(8);
        var small = new BouncePool(outer.Memory, new FrameAllocator(new PhysicalAddress(RigMemory.StartOf(HomeArea.Below)), Slot), Slot);
        var inner = new BounceMapper(new DirectMapper(outer.Device(name: "inner")), small, BounceMode.Everything);
        var mapper = new BounceMapper(inner, outer.Pool, BounceMode.Everything);
        MapResult refused = PoolRig.Try(mapper, PoolRig.High(0, 3));
        Assert.Equal((3 * Slot, Slot), (refused.Shortage!.Needed, refused.Shortage.Free));
        Assert.Equal((0L, 1L), (outer.Pool.Shortages, small.Shortages));
        refused = PoolRig.Try(mapper, PoolRig.High(0, 9));
        Assert.Equal((9 * Slot, 8 * Slot), (refused.Shortage!.Needed, refused.Shortage.Free));
        Assert.Equal((1L, 1L), (outer.Pool.Shortages, small.Shortages));
        Assert.Equal((outer.Pool.Capacity, small.Capacity), (outer.Pool.FreeBytes, small.FreeBytes));
    }

    [Fact]
    public void A_reservation_that_is_too_small_is_told_from_a_pool_that_is()
    {
        var rig = new PoolRig(8);
        BounceMapper mapper = rig.Mapper();
        Assert.True(mapper.TryReserve(2 * Slot, out BounceReservation room));
        MapResult refused = mapper.Map(PoolRig.High(0, 3).View, DmaDirection.ToDevice, new DmaSegment[3], MapOptions.None, room);
        Assert.Equal((MapStatus.NoBounceSpace, true), (refused.Status, refused.Shortage!.IsOfReservation));
        Assert.Equal((3 * Slot, 2 * Slot, 2 * Slot, null, 0L), Told(refused.Shortage));
        Assert.False(refused.Shortage.SomebodyWaits);
        Assert.Contains("up to 12288 bytes wanted, and 8192 reserved for it", refused.ToString(), StringComparison.Ordinal);
        mapper.Release(room);
    }

    [Fact]
    public async Task Who_is_refused_because_somebody_waits_is_told()
    {
        var rig = new PoolRig(8);
        BounceMapper mapper = rig.Mapper();
        MappingToken some = PoolRig.Map(mapper, PoolRig.High(0, 4));
        Task<BounceReservation> waits = mapper.ReserveAsync(8 * Slot, TestContext.Current.CancellationToken).AsTask();
        MapResult refused = PoolRig.Try(mapper, PoolRig.High(10, 1));
        Assert.True(refused.Shortage!.SomebodyWaits);
        Assert.EndsWith("; somebody waits, and is served first", refused.Shortage.ToString(), StringComparison.Ordinal);
        mapper.Unmap(some);
        mapper.Release(await waits);
        Assert.Equal(8 * Slot, rig.Pool.FreeBytes);
    }

    private static (long Needed, long Free, long Run, string? Holder, long Held) Told(BounceShortage one) => (one.Needed, one.Free, one.LargestFreeRun, one.Holder, one.HeldByHolder);
}
