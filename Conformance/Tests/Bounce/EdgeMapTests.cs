using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Reservations with slots that are spent on ordinary mappings.</summary>
public class EdgeMapTests
{
    private const long Granule = 4096;

    private readonly EdgeRig _rig = new(slots: 8);
    private readonly DmaSegment[] _segments = new DmaSegment[4];
    private readonly Pfn[] _frames = Given.Frames(0x10000, 4, 2);

    private PfnView View => new(_frames, PageSize.Size4K, 10, (4 * Granule) - 20);

    [Fact]
    public void A_mapping_takes_its_edges_slots_and_the_rest_goes_back()
    {
        _rig.Mark(_frames);
        var before = _rig.State();
        IovaReservation room = _rig.Reserve(4, 8);
        _rig.Link(room, 10, View);
        _rig.Mapper.Unlink(room, 10, View.Length);
        MapResult mapped = _rig.Mapper.Map(View, DmaDirection.Bidirectional, _segments, MapOptions.None, room);
        Assert.True(mapped.IsMapped, mapped.ToString());
        Assert.Equal((0, 6 * Granule), (_rig.Mapper.LiveReservations, _rig.Pool.FreeBytes));
        byte[] expected = _rig.Home(_frames);
        expected.AsSpan(0, 10).Clear();
        expected.AsSpan(expected.Length - 10).Clear();
        Assert.Equal(room.Address + 10, _segments[0].Address);
        Assert.Equal(expected, _rig.DeviceReads(room.Address, 4 * Granule));
        _rig.DeviceWrites(room.Address + 10, [9]);
        Assert.Throws<ArgumentException>("reservation", () => _rig.Mapper.Release(room));
        _rig.Mapper.Unmap(mapped.Token);
        Assert.Equal(9, _rig.Home(_frames)[10]);
        Assert.Equal(before, _rig.State());
        _rig.GiveBack();
    }

    [Fact]
    public void A_refused_mapping_keeps_the_reservation_and_its_slots()
    {
        IovaReservation room = _rig.Reserve(4, 1), other = _rig.Reserve(1, 4);
        var before = _rig.State();
        Assert.Equal(MapStatus.NoBounceSpace, _rig.Mapper.Map(View, DmaDirection.ToDevice, _segments, MapOptions.None, room).Status);
        Assert.Equal(MapStatus.SpanTooShort, _rig.Mapper.Map(View.Slice(0, 50), DmaDirection.ToDevice, default, MapOptions.None, room).Status);
        Assert.Throws<ArgumentException>("reservation", () => _rig.Mapper.Map(View, DmaDirection.ToDevice, _segments, MapOptions.None, other));
        Assert.Equal(before, _rig.State());
        _rig.Link(room, 10, View.Slice(0, 50));
        _rig.Mapper.Unlink(room, 10, 50);
        MapResult mapped = _rig.Mapper.Map(View.Slice(0, 50), DmaDirection.ToDevice, _segments, MapOptions.None, room);
        Assert.True(mapped.IsMapped);
        _rig.Mapper.Unmap(mapped.Token);
        _rig.Mapper.Release(other);
        _rig.GiveBack();
    }

    [Fact]
    public void A_reservation_without_slots_maps_whole_frames()
    {
        IovaReservation room = _rig.Reserve(4, 0);
        Assert.Equal(MapStatus.NoBounceSpace, _rig.Mapper.Map(View, DmaDirection.ToDevice, _segments, MapOptions.None, room).Status);
        MapResult mapped = _rig.Mapper.Map(new PfnView(_frames, PageSize.Size4K), DmaDirection.ToDevice, _segments, MapOptions.None, room);
        Assert.True(mapped.IsMapped);
        _rig.Mapper.Unmap(mapped.Token);
        _rig.GiveBack();
    }

    [Theory]
    [InlineData(10, 50)]
    [InlineData(0, 4096)]
    public void Where_something_is_linked_nothing_is_mapped_and_no_slot_is_touched(long offset, long length)
    {
        Pfn[] linked = _rig.Mark(Given.Frames(0x20000, 1));
        _rig.Mark(_frames);
        IovaReservation room = _rig.Reserve(8, 4);
        _rig.Link(room, offset, new PfnView(linked, PageSize.Size4K, offset, length));
        byte[] seen = _rig.DeviceReads(room.Address, Granule), home = _rig.Home(_frames);
        var before = _rig.State();

        Assert.Throws<ArgumentException>("reservation", () => _rig.Mapper.Map(View, DmaDirection.FromDevice, _segments, MapOptions.None, room));
        Assert.Throws<ArgumentException>("reservation", () => _rig.Mapper.Map(new PfnView(_frames, PageSize.Size4K), DmaDirection.FromDevice, _segments, MapOptions.None, room));
        Assert.Equal(before, _rig.State());
        Assert.Equal(seen, _rig.DeviceReads(room.Address, Granule));
        _rig.DeviceWrites(room.Address + offset, [0xEE]);
        _rig.Mapper.Unlink(room, offset, length);
        Assert.Equal(0xEE, _rig.Home(linked)[offset]);
        Assert.Equal(home, _rig.Home(_frames));

        // And the copy that was left does not stand in the way of another.
        _rig.Link(room, offset, new PfnView(linked, PageSize.Size4K, offset, length));
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }
}
