using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Reserving slots with IOVAs, and what becomes of them.</summary>
public class EdgeReservationTests
{
    private const long Granule = 4096;

    [Fact]
    public void Too_few_slots_are_a_status_and_no_IOVAs_are_taken()
    {
        var rig = new EdgeRig(slots: 8);
        IovaReservation room = rig.Reserve(4, 5);
        var before = rig.State();
        long shortages = rig.Pool.Shortages;
        Assert.Equal(ReserveStatus.NoBounceSpace, rig.Mapper.Reserve(Granule, 4).Status);
        Assert.Equal((before, shortages + 1), (rig.State(), rig.Pool.Shortages));
        IovaReservation none = rig.Reserve(4, 0), rest = rig.Reserve(4, 3);
        Assert.Equal(0, rig.Pool.FreeBytes);
        foreach (IovaReservation one in new[] { room, none, rest }) rig.Mapper.Release(one);
        rig.GiveBack();
    }

    [Fact]
    public void Too_few_IOVAs_are_a_status_and_no_slots_are_taken()
    {
        var rig = new EdgeRig(addressBits: 20);
        var before = rig.State();
        Assert.Equal(ReserveStatus.NoIovaSpace, rig.Mapper.Reserve(1L << 21, 2).Status);
        Assert.Equal(ReserveStatus.NoIovaSpace, rig.Mapper.Reserve(long.MaxValue, 2).Status);
        Assert.Equal(before, rig.State());
        rig.GiveBack();
    }

    [Fact]
    public void What_could_never_be_reserved_throws()
    {
        var rig = new EdgeRig(slots: 8);
        var before = rig.State();
        Assert.Throws<ArgumentOutOfRangeException>("edges", () => rig.Mapper.Reserve(Granule, -1));
        Assert.Throws<ArgumentOutOfRangeException>("edges", () => rig.Mapper.Reserve(Granule, 9));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => rig.Mapper.Reserve(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => rig.Mapper.Reserve(-1, 1));
        Assert.Equal(before, rig.State());
        rig.Mapper.Release(rig.Reserve(1, 8));
        rig.GiveBack();
    }

    [Fact]
    public void A_pool_that_grows_grows_for_edges()
    {
        var rig = new EdgeRig(slots: 8);
        var frames = new FrameAllocator(new PhysicalAddress(RigMemory.Pool + (1 << 20)), 64 * Granule);
        using var pool = new BouncePool(rig.Memory, frames, new BouncePoolOptions { Length = 4 * Granule, MostLength = 64 * Granule, GrowBy = 4 * Granule });
        var mapper = new ReservingBounceMapper(rig.Inner, pool);
        IovaReservation room = mapper.Reserve(128 * Granule, 40).Reservation;
        for (int i = 0; i < 40; i++) Assert.True(mapper.Link(room, i * Granule, new PfnView([new Pfn(0x10000 + (ulong)i)], PageSize.Size4K, 0, 9), DmaDirection.ToDevice, MapOptions.None).IsMapped);
        mapper.Release(room);
        pool.Trim();
        Assert.Equal((4 * Granule, 4 * Granule), (pool.Capacity, pool.FreeBytes));
    }

    [Fact]
    public void Live_reservations_keep_pool_and_domain()
    {
        var rig = new EdgeRig();
        IovaReservation room = rig.Reserve(2, 2);
        Assert.Throws<InvalidOperationException>(rig.Pool.Dispose);
        Assert.Throws<InvalidOperationException>(rig.Domain.Dispose);
        rig.Link(room, 10, new PfnView([new Pfn(0x10000)], PageSize.Size4K, 10, 20));
        rig.Mapper.Release(room);
        rig.GiveBack();
        Assert.Throws<ObjectDisposedException>(() => rig.Mapper.Reserve(Granule, 1));
    }

    [Fact]
    public void No_link_is_short_of_anything_when_all_slots_are_taken()
    {
        var rig = new EdgeRig(slots: 16);
        IovaReservation room = rig.Reserve(32, 12), rest = rig.Reserve(1, 4);
        Assert.Equal(0, rig.Pool.FreeBytes);
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < 6; i++) rig.Link(room, (i * 4 * Granule) + 5, new PfnView(Given.Frames(0x10000 + (ulong)(i * 8), 4), PageSize.Size4K, 5, (3 * Granule) + 1));
            for (int i = 0; i < 6; i++) rig.Mapper.Unlink(room, ((i + round) % 6 * 4 * Granule) + 5, (3 * Granule) + 1);
        }

        rig.Mapper.Release(room);
        rig.Mapper.Release(rest);
        rig.GiveBack();
    }

    [Fact]
    public void Linking_syncing_and_unlinking_edges_allocate_nothing()
    {
        var rig = new EdgeRig();
        IovaReservation room = rig.Reserve(64, 40);
        var segments = new DmaSegment[4];
        Pfn[] frames = Given.Frames(0x10000, 40);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 20; i++) rig.Mapper.Link(room, (i * 2 * Granule) + 10, new PfnView(frames.AsSpan(i * 2, 2), PageSize.Size4K, 10, 8000), DmaDirection.FromDevice, MapOptions.None);
            rig.Mapper.Sync(room);
            rig.Mapper.Segments(room, 10, 8000, segments);
            rig.Mapper.SyncForCpu(room, 20, 7000);
            rig.Mapper.SyncForDevice(room, 20, 7000);
            rig.Mapper.Unlink(room, 10, 8000);
            rig.Mapper.Unlink(room, (2 * Granule) + 10, (36 * Granule) + 8000);
        }));
        Assert.Empty(rig.Pages());
        rig.Mapper.Release(room);
        rig.GiveBack();
    }
}
