using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>When the bytes of edges go home, and come from there.</summary>
public class EdgeCopyTests
{
    private const long Granule = 4096;
    private const int Room = 6;

    private readonly EdgeRig _rig = new();
    private readonly Pfn[] _frames = Given.Frames(0x10000, 4, 3);

    public static TheoryData<long, long> Views => EdgeLinkTests.Views;

    /// <summary>Parts of a link of 100 to 3 * 4096 + 200: none of an edge, one edge or its part, both.</summary>
    public static TheoryData<long, long> Parts => new()
    {
        { 100, (3 * Granule) + 100 },
        { 100, 1 },
        { 4095, 1 },
        { 4095, 2 },
        { Granule, 2 * Granule },
        { 300, 4 },
        { 2 * Granule, Granule + 1 },
        { (3 * Granule) + 100, 100 },
        { (3 * Granule) + 199, 1 },
        { 200, 3 * Granule },
    };

    [Theory]
    [MemberData(nameof(Views))]
    public void What_the_device_wrote_is_home_when_unlinking_returns(long offset, long length)
        => GoesHome(offset, length, DmaDirection.FromDevice, room => _rig.Mapper.Unlink(room, offset, length));

    [Theory]
    [MemberData(nameof(Views))]
    public void What_the_device_wrote_is_home_when_releasing_returns(long offset, long length)
        => GoesHome(offset, length, DmaDirection.Bidirectional, _rig.Mapper.Release);

    [Theory]
    [MemberData(nameof(Parts))]
    public void Syncing_for_the_CPU_brings_the_range_home_and_no_more(long from, long length)
    {
        IovaReservation room = Linked(DmaDirection.Bidirectional);
        byte[] expected = _rig.Home(_frames);
        byte[] written = [.. Enumerable.Range(0, (int)(4 * Granule)).Select(i => (byte)(i * 13))];
        _rig.DeviceWrites(room.Address, written);
        for (long at = 0; at < expected.Length; at++)
        {
            bool inPlace = at is >= Granule and < 3 * Granule;
            if (inPlace || (at >= from && at < from + length)) expected[at] = written[at];
        }

        _rig.Mapper.SyncForCpu(room, from, length);
        Assert.Equal(expected, _rig.Home(_frames));
        _rig.Mapper.Release(room);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Syncing_for_the_device_shows_it_the_range_and_no_more(long from, long length)
    {
        IovaReservation room = Linked(DmaDirection.ToDevice);
        byte[] expected = _rig.DeviceReads(room.Address, 4 * Granule);
        foreach (Pfn frame in _frames)
        {
            Span<byte> bytes = _rig.Memory.Access(frame.ToAddress(PageSize.Size4K), Granule);
            for (int i = 0; i < bytes.Length; i++) bytes[i] ^= 0x55;
        }

        for (long at = 0; at < expected.Length; at++)
        {
            bool inPlace = at is >= Granule and < 3 * Granule;
            if (inPlace || (at >= from && at < from + length)) expected[at] ^= 0x55;
        }

        _rig.Mapper.SyncForDevice(room, from, length);
        Assert.Equal(expected, _rig.DeviceReads(room.Address, 4 * Granule));
        _rig.Mapper.Release(room);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_written_in_the_last_moment_of_reach_arrives(bool release)
    {
        var slow = new SlowReserving(_rig.Inner);
        var mapper = new ReservingBounceMapper(slow, _rig.Pool);
        IovaReservation room = mapper.Reserve(Granule, 1).Reservation;
        Assert.True(mapper.Link(room, 10, new PfnView(_rig.Mark(_frames), PageSize.Size4K, 10, 20), DmaDirection.FromDevice, MapOptions.None).IsMapped);
        slow.Unlinking = () => _rig.DeviceWrites(room.Address + 12, [0xEE]);
        if (release) mapper.Release(room);
        else mapper.Unlink(room, 10, 20);
        Assert.Equal(0xEE, _rig.Home(_frames)[12]);
    }

    [Fact]
    public void What_a_device_may_only_read_never_goes_home()
    {
        IovaReservation room = Linked(DmaDirection.ToDevice);
        _rig.Mark(_frames);
        foreach (Pfn frame in _frames) _rig.Memory.Access(frame.ToAddress(PageSize.Size4K), Granule).Fill(7);
        byte[] before = _rig.Home(_frames);
        _rig.Mapper.SyncForCpu(room, 100, (3 * Granule) + 100);
        _rig.Mapper.Unlink(room, 100, (3 * Granule) + 100);
        Assert.Equal(before, _rig.Home(_frames));
        _rig.Mapper.Release(room);
    }

    [Fact]
    public void Syncing_what_is_not_linked_throws_and_copies_nothing()
    {
        IovaReservation room = Linked(DmaDirection.Bidirectional);
        byte[] before = _rig.Home(_frames);
        _rig.DeviceWrites(room.Address, new byte[4096]);
        Assert.Throws<ArgumentException>("length", () => _rig.Mapper.SyncForCpu(room, 0, 200));
        Assert.Throws<ArgumentException>("length", () => _rig.Mapper.SyncForCpu(room, 100, (3 * Granule) + 101));
        Assert.Throws<ArgumentException>("length", () => _rig.Mapper.SyncForDevice(room, 99, 2));
        Assert.ThrowsAny<ArgumentException>(() => _rig.Mapper.SyncForCpu(room, 100, 0));
        Assert.ThrowsAny<ArgumentException>(() => _rig.Mapper.SyncForCpu(room, -1, 10));
        Assert.Equal(before, _rig.Home(_frames));
        _rig.Mapper.Release(room);
    }

    [Fact]
    public void A_slot_that_served_before_shows_nothing_of_it()
    {
        IovaReservation room = _rig.Reserve(Room, 2);
        _rig.Link(room, 0, new PfnView(_rig.Mark(_frames), PageSize.Size4K, 0, (3 * Granule) + 4000), DmaDirection.FromDevice);
        _rig.DeviceWrites(room.Address, [.. Enumerable.Repeat((byte)0xEE, (int)(4 * Granule))]);
        _rig.Mapper.Unlink(room, 0, (3 * Granule) + 4000);
        _rig.Link(room, 10, new PfnView(_rig.Mark(_frames), PageSize.Size4K, 10, 1), DmaDirection.ToDevice);
        byte[] seen = _rig.DeviceReads(room.Address, Granule);
        Assert.Equal([_rig.Home(_frames)[10]], seen.Where((one, at) => one != 0 || at == 10));
        _rig.Mapper.Release(room);
    }

    private IovaReservation Linked(DmaDirection direction)
    {
        IovaReservation room = _rig.Reserve(Room, 2);
        _rig.Link(room, 100, new PfnView(_rig.Mark(_frames), PageSize.Size4K, 100, (3 * Granule) + 100), direction);
        return room;
    }

    private void GoesHome(long offset, long length, DmaDirection direction, Action<IovaReservation> end)
    {
        int granules = (int)((offset + length + Granule - 1) / Granule);
        Pfn[] frames = _rig.Mark(Given.Frames(0x10000, granules, 2));
        byte[] before = _rig.Home(frames);
        IovaReservation room = _rig.Reserve(granules, 2);
        _rig.Link(room, offset, new PfnView(frames, PageSize.Size4K, offset, length), direction);

        // Each granule is written whole, but for the view's first byte.
        byte[] written = [.. before.Select(one => (byte)(one ^ 0xFF))];
        _rig.DeviceWrites(room.Address, written[..(int)offset]);
        _rig.DeviceWrites(room.Address + offset + 1, written[((int)offset + 1)..]);
        end(room);
        byte[] expected = [.. before.Select((one, at) => at > offset && at < offset + length ? written[at] : one)];
        Assert.Equal(expected, _rig.Home(frames));
    }
}
