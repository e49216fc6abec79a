using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Calls at the limits of what links with edges and their reservations take, and what is told first where several things are wrong.</summary>
public class EdgeCallTests
{
    private const long Granule = 4096;
    private const ulong Frame = 0x10000;

    private static readonly ulong Mmio = RigMemory.StartOf(HomeArea.Mmio) >> 12;

    private readonly EdgeRig _rig = new();
    private readonly DmaSegment[] _segments = new DmaSegment[4];

    [Fact]
    public void A_link_is_unlinked_right_before_and_right_after_one_with_edges()
    {
        IovaReservation room = _rig.Reserve(4, 2);
        _rig.Link(room, 0, View(Frame, 0, Granule));
        _rig.Link(room, Granule, View(Frame + 4, 0, 100));
        _rig.Link(room, (2 * Granule) + 10, View(Frame + 6, 10, Granule - 10));
        _rig.Link(room, 3 * Granule, View(Frame + 8, 0, Granule));
        _rig.Mapper.Unlink(room, 0, Granule);
        _rig.Mapper.Unlink(room, 3 * Granule, Granule);
        Assert.Equal(2, _rig.Pages().Count);
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    /// <summary>A head alone, a tail alone, both in one granule.</summary>
    [Theory]
    [InlineData(10, (2 * Granule) - 10, 0)]
    [InlineData(0, (2 * Granule) + 10, 2)]
    [InlineData(10, 100, 0)]
    public void No_edge_is_copied_where_copies_are_forbidden(long offset, long length, int frame)
    {
        IovaReservation room = _rig.Reserve(4, 2);
        var before = _rig.State();
        MapResult link = _rig.Mapper.Link(room, offset, View(Frame, offset, length), DmaDirection.ToDevice, MapOptions.ZeroCopy);
        MapResult map = _rig.Mapper.Map(View(Frame, offset, length), DmaDirection.ToDevice, _segments, MapOptions.ZeroCopy, room);
        Assert.Equal((MapStatus.Unaligned, frame, MapStatus.Unaligned, frame), (link.Status, link.FailedFrame, map.Status, map.FailedFrame));
        Assert.Equal(before, _rig.State());
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void A_bug_is_told_before_what_would_be_a_refusal_or_a_smaller_bug()
    {
        IovaReservation room = _rig.Reserve(16, 4);
        _rig.Link(room, 10, View(Frame, 10, 100));
        var before = _rig.State();
        Assert.Throws<ArgumentOutOfRangeException>(() => _rig.Mapper.Link(room, Granule + 10, View(Frame + 2, 10, 100), default, MapOptions.ZeroCopy));
        Assert.Throws<ArgumentException>("options", () => _rig.Mapper.Link(room, Granule + 10, View(Mmio, 10, 100), DmaDirection.ToDevice, MapOptions.Prefix));
        Assert.Throws<ArgumentOutOfRangeException>("options", () => _rig.Mapper.Link(room, Granule + 20, View(Mmio, 10, 100), DmaDirection.ToDevice, (MapOptions)16));
        Assert.Throws<ArgumentOutOfRangeException>("options", () => _rig.Mapper.Map(View(Frame + 2, 10, 100), DmaDirection.ToDevice, _segments, (MapOptions)16, room));
        Assert.Throws<ArgumentException>("offset", () => _rig.Mapper.Link(room, Granule + 20, View(Mmio, 10, 100), DmaDirection.ToDevice, MapOptions.None));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => _rig.Mapper.Unlink(room, 11, 16 * Granule));
        Assert.Throws<ArgumentOutOfRangeException>(() => _rig.Mapper.Map(View(Frame + 2, 10, 100), default, _segments, MapOptions.None, room));
        Assert.Equal(before, _rig.State());
        _rig.Mapper.Unlink(room, 10, 100);
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void A_prefix_fills_a_reservation_to_its_last_byte()
    {
        IovaReservation room = _rig.Reserve(2, 2);
        MapResult whole = _rig.Mapper.Map(View(Frame, 0, 4 * Granule), DmaDirection.ToDevice, _segments, MapOptions.Prefix, room);
        Assert.Equal((MapStatus.Mapped, 2 * Granule, 0L), (whole.Status, whole.Length, whole.BouncedBytes));
        _rig.Mapper.Unmap(whole.Token);
        room = _rig.Reserve(2, 2);
        MapResult partly = _rig.Mapper.Map(View(Frame, 10, 4 * Granule), DmaDirection.ToDevice, _segments, MapOptions.Prefix, room);
        Assert.Equal((MapStatus.Mapped, (2 * Granule) - 10, Granule - 10), (partly.Status, partly.Length, partly.BouncedBytes));
        _rig.Mapper.Unmap(partly.Token);
        _rig.GiveBack();
    }

    /// <summary>Granules of 16 KiB, for which no slot stands in.</summary>
    [Theory]
    [InlineData(0, (4 * Granule) + 1, 1)]
    [InlineData(100, 8 * Granule, 0)]
    [InlineData(100, (4 * Granule) - 100, 0)]
    public void The_edge_that_no_slot_stands_in_for_is_named(long offset, long length, int frame)
    {
        var rig = new EdgeRig(options: new IommuDomainOptions { Granule = PageSize.Size16K });
        IovaReservation room = rig.Reserve(64, 4);
        MapResult refused = rig.Mapper.Link(room, offset, new PfnView(Given.Frames(0x1000, 4), PageSize.Size16K, offset, length), DmaDirection.Bidirectional, MapOptions.None);
        Assert.Equal((MapStatus.Unaligned, frame), (refused.Status, refused.FailedFrame));
        rig.Mapper.Release(room);
        rig.GiveBack();
    }

    [Fact]
    public void Of_several_whole_frames_the_one_that_cannot_be_linked_is_named()
    {
        IovaReservation room = _rig.Reserve(4, 2);
        var before = _rig.State();
        Pfn[] frames = [new Pfn(Frame), new Pfn(Frame + 1), new Pfn(1ul << 44), new Pfn(Frame + 3)];
        MapResult refused = _rig.Mapper.Link(room, 10, new PfnView(frames, PageSize.Size4K, 10, (4 * Granule) - 20), DmaDirection.Bidirectional, MapOptions.None);
        Assert.Equal((MapStatus.UnreachableFrame, 2), (refused.Status, refused.FailedFrame));
        Assert.Equal(before, _rig.State());
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void Slots_for_edges_need_not_lie_together()
    {
        var rig = new EdgeRig(slots: 8);
        var singles = new IovaReservation[8];
        for (int i = 0; i < singles.Length; i++) singles[i] = rig.Reserve(1, 1);
        for (int i = 0; i < singles.Length; i += 2) rig.Mapper.Release(singles[i]);
        Assert.Equal(Granule, rig.Pool.LargestFreeRun);
        IovaReservation room = rig.Reserve(4, 4);
        Assert.Equal(0, rig.Pool.FreeBytes);
        rig.Mapper.Release(room);
        for (int i = 1; i < singles.Length; i += 2) rig.Mapper.Release(singles[i]);
        rig.GiveBack();
    }

    /// <summary>The slot lies so that the frames up to one with the wanted bits are a number whose low bits are all zero.</summary>
    [Fact]
    public void A_reserved_slot_without_the_wanted_bits_is_not_taken_however_far_they_are()
    {
        var rig = new EdgeRig(addressBits: 48, rules: new DmaConstraints { OffsetPreservingMask = (1ul << 44) - 1 });
        using var pool = new BouncePool(rig.Memory, new FrameAllocator(new PhysicalAddress(1ul << 43), Granule), Granule);
        var mapper = new ReservingBounceMapper(rig.Inner, pool);
        ReserveResult room = mapper.Reserve(Granule, 1);
        Assert.True(room.IsReserved, room.ToString());
        Assert.Equal(MapStatus.NoBounceSpace, mapper.Map(View(1ul << 32, 10, 100), DmaDirection.ToDevice, _segments, MapOptions.None, room.Reservation).Status);
        mapper.Release(room.Reservation);
        Assert.Equal(pool.Capacity, pool.FreeBytes);
        rig.GiveBack();
    }

    private static PfnView View(ulong first, long offset, long length)
        => new(Given.Frames(first, (int)((offset + length + Granule - 1) / Granule)), PageSize.Size4K, offset, length);
}
