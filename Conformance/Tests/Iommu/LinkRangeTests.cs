using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;
using static Conformance.Tests.LinkRig;

namespace Conformance.Tests;

/// <summary>Ranges of a reservation: which are linked, which make up whole links, and whose they are meanwhile.</summary>
public class LinkRangeTests
{
    private static readonly Pfn[] Frame = [new(0x10000)];

    private static readonly (string Wrong, long Offset, long Length)[] Outside =
        [("offset", -Granule, Granule), ("offset", -1, 10), ("offset", 9 * Granule, Granule), ("length", 0, 9 * Granule), ("length", Granule, 8 * Granule), ("length", 0, -1)];

    private readonly LinkRig _rig = new();
    private readonly DmaSegment[] _segments = new DmaSegment[4];

    [Fact]
    public void What_is_linked_in_an_earlier_reservation_of_the_same_place_counts_for_nothing()
    {
        IovaReservation first = _rig.Reserve(8 * Granule);
        for (int i = 0; i < 4; i++) _rig.Link(first, i * Granule, Frame);
        _rig.Mapper.Release(first);
        Assert.Equal([(0L, 4 * Granule)], _rig.TakeAsked(first));

        IovaReservation room = _rig.Reserve(8 * Granule);
        Assert.Equal(first.Address, room.Address);
        _rig.Link(room, 0, Frame);
        AssertNotLinked(room, 0, 2 * Granule);
        Assert.Throws<ArgumentException>("length", () => _rig.Mapper.Unlink(room, 0, 2 * Granule));
        Assert.Equal(Small(0, Frame), _rig.Pages(room));
        _rig.Mapper.Unlink(room, 0, Granule);
        AssertNotLinked(room, 0, Granule);
        Assert.Throws<ArgumentException>("length", () => _rig.Mapper.Unlink(room, 0, Granule));
        _rig.Mapper.Release(room);
        Assert.Equal(_rig.Start, _rig.State());
    }

    [Fact]
    public void Behind_the_last_of_any_number_of_links_nothing_is_linked()
    {
        IovaReservation room = _rig.Reserve(16 * Granule);
        for (int links = 0; links <= 9; links++)
        {
            if (links > 0) _rig.Link(room, (links - 1) * Granule, Frame);
            AssertNotLinked(room, links * Granule, Granule);
            AssertNotLinked(room, 0, (links + 1) * Granule);
            Assert.Throws<ArgumentException>("length", () => _rig.Mapper.Unlink(room, links * Granule, Granule));
            Assert.Throws<ArgumentException>("length", () => _rig.Mapper.Unlink(room, 0, (links + 1) * Granule));
        }

        Assert.Equal(1, _rig.Mapper.Segments(room, 100, (9 * Granule) - 200, _segments).SegmentCount);
        Assert.Equal(new DmaSegment(room.Address + 100, (9 * Granule) - 200), _segments[0]);

        // From either end, and from the middle.
        _rig.Mapper.Unlink(room, 0, 2 * Granule);
        _rig.Mapper.Unlink(room, 7 * Granule, 2 * Granule);
        _rig.Mapper.Unlink(room, 4 * Granule, Granule);
        Assert.Equal([(0L, 2 * Granule), (7 * Granule, 2 * Granule), (4 * Granule, Granule)], _rig.TakeAsked(room));
        Assert.Equal([.. Small(2 * Granule, [Frame[0], Frame[0]]), .. Small(5 * Granule, [Frame[0], Frame[0]])], _rig.Pages(room));
        Assert.Throws<ArgumentException>("length", () => _rig.Mapper.Unlink(room, 2 * Granule, 5 * Granule));
        _rig.Mapper.Release(room);
        Assert.Equal([(2 * Granule, 5 * Granule)], _rig.TakeAsked(room));
    }

    [Fact]
    public void Of_a_granule_that_is_linked_partly_only_that_part_is()
    {
        IovaReservation room = _rig.Reserve(4 * Granule);
        _rig.Link(room, Granule + 100, Frame, skipped: 100, length: 1000);
        AssertNotLinked(room, Granule, 500);
        AssertNotLinked(room, Granule + 99, 100);
        AssertNotLinked(room, Granule + 600, 501);
        AssertNotLinked(room, Granule + 100, 2000);
        AssertNotLinked(room, Granule + 100, 0);
        Assert.True(_rig.Mapper.Segments(room, Granule + 600, 500, _segments).IsMapped);
        Assert.Equal(new DmaSegment(room.Address + Granule + 600, 500), _segments[0]);

        // The next link begins in the next granule: bytes between them are not linked, and both go together all the same.
        _rig.Link(room, 2 * Granule, Frame, length: 10);
        AssertNotLinked(room, Granule + 1000, Granule);
        _rig.Mapper.Unlink(room, Granule + 100, (Granule - 100) + 10);
        Assert.Equal([(Granule, 2 * Granule)], _rig.TakeAsked(room));
        Assert.Empty(_rig.Pages(room));
        _rig.Mapper.Release(room);
        Assert.Empty(_rig.TakeAsked(room));
    }

    [Fact]
    public void A_range_outside_is_told_by_what_is_wrong_with_it()
    {
        IovaReservation room = _rig.Reserve(8 * Granule);
        for (int i = 0; i < 8; i++) _rig.Link(room, i * Granule, Frame);
        foreach ((string wrong, long offset, long length) in Outside)
        {
            Assert.Throws<ArgumentOutOfRangeException>(wrong, () => _rig.Mapper.Unlink(room, offset, length));
            Assert.Throws<ArgumentOutOfRangeException>(wrong, () => _rig.Mapper.Segments(room, offset, length, _segments));
            Assert.Throws<ArgumentOutOfRangeException>(wrong, () => _rig.Mapper.SyncForCpu(room, offset, length));
            Assert.Throws<ArgumentOutOfRangeException>(wrong, () => _rig.Mapper.SyncForDevice(room, offset, length));
        }

        _rig.Mapper.Release(room);
    }

    [Fact]
    public void While_the_hardware_is_told_of_its_end_a_link_is_nobody_s_and_its_place_is_taken()
    {
        IovaReservation room = _rig.Reserve(8 * Granule);
        for (int i = 0; i < 3; i++) _rig.Link(room, i * Granule, Frame);
        bool told = false;
        _rig.Told = () =>
        {
            _rig.Told = null;
            Assert.DoesNotContain(_rig.Pages(room), static page => page.At == Granule);
            Assert.Throws<ArgumentException>("length", () => _rig.Mapper.Unlink(room, Granule, Granule));
            Assert.Throws<ArgumentException>("length", () => _rig.Mapper.Unlink(room, 0, 3 * Granule));
            Assert.Throws<ArgumentException>("offset", () => { _rig.TryLink(room, Granule, Frame); });
            AssertNotLinked(room, Granule, Granule);
            AssertNotLinked(room, 0, 3 * Granule);
            Assert.True(_rig.Mapper.Segments(room, 2 * Granule, Granule, _segments).IsMapped);
            told = true;
        };
        _rig.Mapper.Unlink(room, Granule, Granule);
        Assert.True(told);
        _rig.Link(room, Granule, Frame);
        Assert.Equal([(Granule, Granule)], _rig.TakeAsked(room));
        _rig.Mapper.Unlink(room, 0, 3 * Granule);
        _rig.Mapper.Release(room);
        Assert.Equal([(0L, 3 * Granule)], _rig.TakeAsked(room));
    }

    [Fact]
    public void A_reservation_that_ends_makes_the_hardware_forget_from_its_first_link_to_its_last()
    {
        _rig.Mapper.Release(_rig.Reserve(8 * Granule));
        IovaReservation room = _rig.Reserve(8 * Granule);
        Assert.Empty(_rig.TakeAsked(room));
        _rig.Link(room, 4 * Granule, [Frame[0], Frame[0]]);
        _rig.Link(room, Granule, Frame);
        _rig.Mapper.Release(room);
        Assert.Equal([(Granule, 5 * Granule)], _rig.TakeAsked(room));

        room = _rig.Reserve(8 * Granule);
        _rig.Link(room, (2 * Granule) + 100, Frame, skipped: 100, length: 1000);
        _rig.Mapper.Release(room);
        Assert.Equal([(2 * Granule, Granule)], _rig.TakeAsked(room));
        Assert.Equal(_rig.Start, _rig.State());
    }

    [Fact]
    public void Bytes_that_end_between_units_need_no_more_segments_but_other_bytes()
    {
        var rig = new LinkRig(rules: new DmaConstraints { MaxSegmentSize = Granule, Granularity = 512, MaxSegmentCount = 3 });
        IovaReservation room = rig.Reserve(8 * Granule);
        rig.Link(room, 0, Given.Frames(0x10000, 8, 2));
        MapResult result = rig.Mapper.Segments(room, 0, Granule + 100, _segments);
        Assert.Equal((MapStatus.Unaligned, 0, 0), (result.Status, result.SegmentsNeeded, result.SegmentCount));
        result = rig.Mapper.Segments(room, 0, 3 * Granule, _segments.AsSpan(0, 2));
        Assert.Equal((MapStatus.SpanTooShort, 3), (result.Status, result.SegmentsNeeded));
        result = rig.Mapper.Segments(room, 0, 5 * Granule, _segments);
        Assert.Equal((MapStatus.TooManySegments, 5), (result.Status, result.SegmentsNeeded));
        Assert.Equal(3, rig.Mapper.Segments(room, 0, 3 * Granule, _segments).SegmentCount);
        rig.Mapper.Release(room);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    public void A_reservation_is_known_however_many_mappings_came_before_it(int mappings)
    {
        MappingToken[] tokens = [.. Enumerable.Range(0, mappings).Select(_ => _rig.Map(Frame))];
        IovaReservation[] rooms = [.. Enumerable.Range(0, 20).Select(_ => _rig.Reserve(Granule))];
        foreach (IovaReservation room in rooms) _rig.Link(room, 0, Frame);
        foreach (IovaReservation room in rooms) _rig.Mapper.Release(room);
        foreach (MappingToken token in tokens) _rig.Mapper.Unmap(token);
        Assert.Equal(_rig.Start, _rig.State());
    }

    private void AssertNotLinked(IovaReservation room, long offset, long bytes)
    {
        Assert.Throws<ArgumentException>("length", () => _rig.Mapper.Segments(room, offset, bytes, _segments));
        Assert.Throws<ArgumentException>("length", () => _rig.Mapper.SyncForCpu(room, offset, bytes));
        Assert.Throws<ArgumentException>("length", () => _rig.Mapper.SyncForDevice(room, offset, bytes));
    }
}
