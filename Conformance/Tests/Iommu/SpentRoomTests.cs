using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;
using static Conformance.Tests.LinkRig;

namespace Conformance.Tests;

/// <summary>Where in a reservation a mapping comes to lie on which it is spent, what it is refused for, and what is left of earlier links.</summary>
public class SpentRoomTests
{
    private const ulong Beyond = 1ul << 40;

    private readonly DmaSegment[] _segments = new DmaSegment[2];

    [Theory]
    [InlineData(2048, 0ul, 256)]
    [InlineData(1280, 0ul, 256)]
    [InlineData(1279, 0ul, 0)]
    [InlineData(1024, 0ul, 0)]
    [InlineData(1280, 0xFFFul, 256)]
    [InlineData(1279, 0xFFFul, 0)]
    public void A_run_lies_as_large_pages_want_it_where_there_is_room_for_that(int granules, ulong kept, int lead)
    {
        var rig = new LinkRig(rules: new DmaConstraints { OffsetPreservingMask = kept });
        using var buffer = new PfnBuffer(Given.Frames(0x40100, 1024), PageSize.Size4K, 100, (1024 * Granule) - 200);
        IovaReservation room = rig.Reserve(granules * Granule);
        MapResult mapped = rig.Mapper.Map(buffer.View, DmaDirection.Bidirectional, _segments, MapOptions.None, room);
        Assert.Equal((MapStatus.Mapped, 1, buffer.Length), (mapped.Status, mapped.SegmentCount, mapped.Length));
        Assert.Equal(new DmaSegment(room.Address + (lead * Granule) + 100, buffer.Length), _segments[0]);
        Pfn[] frames = Given.Frames(0x40100, 1024);
        if (lead == 0) Assert.Equal(Small(0, frames), rig.Pages(room));
        else Assert.Equal([.. Small(256 * Granule, frames.Take(256)), (512 * Granule, 0x40200ul << 12, Table), .. Small(1024 * Granule, frames.Skip(768))], rig.Pages(room));
        rig.Mapper.Unmap(mapped.Token);
        Assert.Empty(rig.Pages(room));
        Assert.Equal([(lead * Granule, 1024 * Granule)], rig.TakeAsked(room));
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public void A_device_that_wants_bits_kept_is_refused_where_the_reservation_has_no_room_for_that()
    {
        var rig = new LinkRig(rules: new DmaConstraints { OffsetPreservingMask = 0xFFFF });
        IovaReservation room = rig.Reserve(16 * Granule);
        MapResult refused = Map(rig, room, Given.Frames(0x10008, 9));
        Assert.Equal((MapStatus.NoIovaSpace, -1), (refused.Status, refused.FailedFrame));
        Assert.Empty(rig.Pages(room));
        MapResult mapped = Map(rig, room, Given.Frames(0x10008, 8));
        Assert.True(mapped.IsMapped, mapped.ToString());
        Assert.Equal(new DmaSegment(room.Address + (8 * Granule), 8 * Granule), _segments[0]);
        Assert.Equal(Small(8 * Granule, Given.Frames(0x10008, 8)), rig.Pages(room));
        rig.Mapper.Unmap(mapped.Token);
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public void What_is_left_out_in_the_first_granule_needs_room_too()
    {
        var rig = new LinkRig();
        IovaReservation room = rig.Reserve(2 * Granule);
        Pfn[] frames = Given.Frames(0x10000, 3, 2);
        Assert.Throws<ArgumentException>("reservation", () => { Map(rig, room, frames, 100, (2 * Granule) - 50); });
        Assert.Throws<ArgumentException>("reservation", () => { Map(rig, room, frames, 100, (2 * Granule) - 99); });
        Assert.Empty(rig.Pages(room));
        MapResult mapped = Map(rig, room, frames, 100, (2 * Granule) - 50, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, (2 * Granule) - 100), (mapped.Status, mapped.Length));
        Assert.Equal(new DmaSegment(room.Address + 100, (2 * Granule) - 100), _segments[0]);
        Assert.Equal(Small(0, frames.Take(2)), rig.Pages(room));
        rig.Mapper.Unmap(mapped.Token);

        room = rig.Reserve(2 * Granule);
        mapped = Map(rig, room, frames, 100, (2 * Granule) - 100);
        Assert.Equal((2 * Granule) - 100, mapped.Length);
        rig.Mapper.Unmap(mapped.Token);
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public void Tables_of_earlier_links_are_forgotten_before_the_mapping_is_made()
    {
        var rig = new LinkRig();
        IovaReservation room = rig.Reserve(4 * Table);
        Pfn[] frames = Given.Frames(0x10000, 2, 2);
        int tables = rig.Tables(), then = 0;
        rig.Link(room, 3 * Table, frames);
        rig.Mapper.Unlink(room, 3 * Table, 2 * Granule);
        rig.TakeAsked(room);
        rig.Told = () => then = rig.Tables();
        MapResult mapped = Map(rig, room, frames);
        rig.Told = null;
        Assert.Equal(tables, then);
        Assert.Equal([(0L, 4 * Table)], rig.TakeAsked(room));
        Assert.Equal(Small(0, frames), rig.Pages(room));
        rig.Mapper.Unmap(mapped.Token);
        Assert.Equal([(0L, 2 * Granule)], rig.TakeAsked(room));
        Assert.Equal(rig.Start, rig.State());

        // Where nothing was ever linked there is nothing to forget.
        room = rig.Reserve(4 * Table);
        rig.TakeAsked(room);
        mapped = Map(rig, room, frames);
        Assert.Empty(rig.TakeAsked(room));
        rig.Mapper.Unmap(mapped.Token);
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public void What_is_wrong_with_a_reservation_is_told_before_what_is_wrong_with_the_view()
    {
        var rig = new LinkRig();
        IovaReservation room = rig.Reserve(4 * Granule);
        rig.Link(room, 0, Given.Frames(0x10000, 1));
        Assert.Throws<ArgumentException>("reservation", () => { Map(rig, room, [new(Beyond)]); });
        rig.Mapper.Unlink(room, 0, Granule);
        MapResult refused = Map(rig, room, [new(1), new(Beyond)]);
        Assert.Equal((MapStatus.UnreachableFrame, 1), (refused.Status, refused.FailedFrame));
        rig.Mapper.Release(room);
        Assert.Throws<ArgumentException>("reservation", () => { Map(rig, room, [new(Beyond)]); });
        Assert.Throws<ArgumentException>("reservation", () => { Map(rig, default, [new(Beyond)]); });
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public void A_mapping_of_a_reservation_revives_no_token_of_an_earlier_one_there()
    {
        var rig = new LinkRig();
        Pfn[] frame = Given.Frames(0x10000, 1);
        MappingToken old = rig.Map(frame);
        rig.Mapper.Unmap(old);
        IovaReservation room = rig.Reserve(Granule);
        MapResult mapped = Map(rig, room, frame);
        Assert.Equal((old.Slot, 1), (mapped.Token.Slot, rig.Mapper.LiveMappings));
        Assert.Throws<ArgumentException>("token", () => rig.Mapper.Unmap(old));
        rig.Mapper.SyncForCpu(mapped.Token, 0, Granule);
        rig.Mapper.Unmap(mapped.Token);
        Assert.Throws<ArgumentException>("token", () => rig.Mapper.Unmap(mapped.Token));
        Assert.Equal(rig.Start, rig.State());
    }

    private MapResult Map(LinkRig rig, IovaReservation room, Pfn[] frames, long skipped = 0, long length = 0, MapOptions options = MapOptions.None)
        => rig.Mapper.Map(new PfnView(frames, PageSize.Size4K, skipped, length == 0 ? (frames.Length * Granule) - skipped : length), DmaDirection.Bidirectional, _segments, options, room);
}
