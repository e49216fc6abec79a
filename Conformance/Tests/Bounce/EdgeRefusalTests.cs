using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Links with edges that are refused, or are bugs: afterwards everything is as before.</summary>
public class EdgeRefusalTests
{
    private const long Granule = 4096;

    private readonly EdgeRig _rig = new();

    [Fact]
    public void More_edges_than_are_reserved_throw_and_say_how_many_there_are()
    {
        IovaReservation room = _rig.Reserve(8, 3);
        _rig.Link(room, 10, View(0x10000, 10, 5000));
        Unchanged(() =>
        {
            var thrown = Assert.Throws<InvalidOperationException>(() => _rig.TryLink(room, (4 * Granule) + 10, View(0x10010, 10, 5000)));
            Assert.StartsWith("2 partly covered granules of the link are to be bounced, and 1 of 3 reserved slots are free", thrown.Message, StringComparison.Ordinal);
        });
        _rig.Link(room, 4 * Granule, View(0x10010, 0, 5000));
        _rig.Link(room, 6 * Granule, View(0x10020, 0, Granule));
        _rig.Mapper.Unlink(room, 10, 5000);
        _rig.Link(room, 10, View(0x10000, 10, 5000));
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void Edges_that_must_not_be_copied_are_refused()
    {
        IovaReservation room = _rig.Reserve(8, 3);
        Unchanged(() =>
        {
            MapResult refused = _rig.Mapper.Link(room, 10, View(0x10000, 10, 5000), DmaDirection.ToDevice, MapOptions.ZeroCopy);
            Assert.Equal((MapStatus.Unaligned, 0), (refused.Status, refused.FailedFrame));
        });
        Assert.Equal(MapStatus.Mapped, _rig.Mapper.Link(room, 0, View(0x10000, 0, 2 * Granule), DmaDirection.ToDevice, MapOptions.ZeroCopy).Status);
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void A_range_that_cuts_a_link_with_edges_throws_and_changes_nothing()
    {
        IovaReservation room = _rig.Reserve(16, 8);
        _rig.Link(room, 10, View(0x10000, 10, (3 * Granule) - 10)); // a head and two whole granules
        _rig.Link(room, 3 * Granule, View(0x10010, 0, (2 * Granule) + 10)); // two whole granules and a tail
        _rig.Link(room, 6 * Granule, View(0x10020, 0, Granule));
        Unchanged(() =>
        {
            foreach ((long from, long to) in new[]
            {
                (10, Granule), (Granule, 3 * Granule), (Granule, (5 * Granule) + 10), (10, 5 * Granule), (3 * Granule, 5 * Granule), (5 * Granule, (5 * Granule) + 10),
                (0, 3 * Granule), (11, 3 * Granule), (10, (3 * Granule) + 1), (3 * Granule, 6 * Granule), (10, (6 * Granule) + 1), (10, 8 * Granule), (8 * Granule, 9 * Granule),
            })
            {
                Assert.ThrowsAny<ArgumentException>(() => _rig.Mapper.Unlink(room, from, to - from));
            }

            foreach ((long from, long length) in new[] { (-1, 5), (0, -1), (0, 0), (0, long.MaxValue), (long.MaxValue, 1L), (16 * Granule, Granule) })
            {
                Assert.ThrowsAny<ArgumentException>(() => _rig.Mapper.Unlink(room, from, length));
            }
        });
        _rig.Mapper.Unlink(room, 10, (7 * Granule) - 10);
        Assert.Empty(_rig.Pages());
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void A_link_over_another_or_outside_undoes_all_of_itself()
    {
        IovaReservation room = _rig.Reserve(8, 8);
        _rig.Link(room, 2 * Granule, View(0x10000, 0, Granule));
        _rig.Link(room, (5 * Granule) + 7, View(0x10010, 7, 9));
        Unchanged(() =>
        {
            // Overlapping with the head, the middle and the tail; and beside the reservation.
            foreach (long granule in new[] { 0L, 1, 2, 3, 4, 5, 6, 7, -1, long.MaxValue / Granule })
            {
                Assert.ThrowsAny<ArgumentException>(() => _rig.TryLink(room, (granule * Granule) + 10, View(0x10020, 10, (3 * Granule) + 5)));
            }

            Assert.Throws<ArgumentException>("offset", () => _rig.TryLink(room, 11, View(0x10020, 10, 100)));
            Assert.Throws<ArgumentException>("offset", () => _rig.TryLink(room, 0, View(0x10020, 10, 100)));
            Assert.Throws<ArgumentException>("options", () => _rig.Mapper.Link(room, 10, View(0x10020, 10, 100), DmaDirection.ToDevice, MapOptions.Prefix));
            Assert.ThrowsAny<ArgumentException>(() => _rig.TryLink(room, 10, View(0x10020, 10, 100), default));
            Assert.ThrowsAny<ArgumentException>(() => _rig.TryLink(room, 0, default));
        });

        // Nor is anything left that stands in the way of a copy of the same bytes, or too few slots.
        for (int i = 0; i < 6; i++) _rig.Link(room, i < 2 ? (i * Granule) + 10 : ((i == 5 ? 6 : i == 4 ? 7 : i + 1) * Granule) + 10, View(0x10020 + (ulong)i, 10, 100));
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Theory]
    [InlineData(RigArea.Head)]
    [InlineData(RigArea.Middle)]
    [InlineData(RigArea.Tail)]
    public void A_frame_that_cannot_be_served_is_named_and_all_is_undone(RigArea area)
    {
        IovaReservation room = _rig.Reserve(4, 2);
        Pfn[] frames = Given.Frames(0x10000, 3);
        frames[(int)area] = area == RigArea.Middle ? new Pfn(1ul << 44) : new Pfn(RigMemory.StartOf(HomeArea.Mmio) >> 12);
        Unchanged(() =>
        {
            MapResult refused = _rig.Mapper.Link(room, 10, new PfnView(frames, PageSize.Size4K, 10, 3 * Granule - 20), DmaDirection.Bidirectional, MapOptions.None);
            Assert.Equal((MapStatus.UnreachableFrame, (int)area), (refused.Status, refused.FailedFrame));
        });
        _rig.Link(room, 10, View(0x10000, 10, (3 * Granule) - 20));
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void Protected_memory_at_an_edge_is_not_copied()
    {
        IovaReservation room = _rig.Reserve(4, 2);
        Unchanged(() => Assert.Equal(MapStatus.UnreachableFrame, _rig.TryLink(room, 10, View(RigMemory.StartOf(HomeArea.Protected) >> 12, 10, 20))));
        _rig.Mapper.Release(room);
    }

    [Fact]
    public void A_reservation_that_is_none_stale_or_foreign_is_known_for_it()
    {
        IovaReservation foreign = _rig.Mapper.Reserve(Granule, 0).Reservation;
        var other = new ReservingBounceMapper(_rig.Inner, _rig.Pool);
        IovaReservation inner = _rig.Inner.Reserve(Granule, 0).Reservation, stale = other.Reserve(Granule, 1).Reservation;
        other.Release(stale);
        IovaReservation again = other.Reserve(Granule, 1).Reservation;
        Unchanged(() =>
        {
            foreach (IovaReservation wrong in new[] { default, stale, foreign, inner })
            {
                Throws(() => other.Link(wrong, 10, View(0x10000, 10, 20), DmaDirection.ToDevice, MapOptions.None));
                Throws(() => other.Link(wrong, 0, View(0x10000, 0, Granule), DmaDirection.ToDevice, MapOptions.None));
                Throws(() => other.Sync(wrong));
                Throws(() => other.SyncForCpu(wrong, 0, 1));
                Throws(() => other.SyncForDevice(wrong, 0, 1));
                Throws(() => other.Segments(wrong, 0, 1, new DmaSegment[1]));
                Throws(() => other.Unlink(wrong, 0, 1));
                Throws(() => other.Release(wrong));
                Throws(() => other.Map(View(0x10000, 10, 20), DmaDirection.ToDevice, new DmaSegment[1], MapOptions.None, wrong));
            }
        });
        _rig.Mapper.Release(foreign);
        _rig.Inner.Release(inner);
        other.Release(again);
        _rig.GiveBack();
    }

    /// <summary>Where in the view.</summary>
    public enum RigArea
    {
        /// <summary>First.</summary>
        Head,

        /// <summary>Between.</summary>
        Middle,

        /// <summary>Last.</summary>
        Tail,
    }

    private static void Throws(Action code) => Assert.Equal("reservation", Assert.ThrowsAny<ArgumentException>(code).ParamName);

    private static PfnView View(ulong first, long offset, long length)
        => new(Given.Frames(first, (int)((offset + length + Granule - 1) / Granule)), PageSize.Size4K, offset, length);

    private void Unchanged(Action code)
    {
        var before = _rig.State();
        code();
        Assert.Equal(before, _rig.State());
    }
}
