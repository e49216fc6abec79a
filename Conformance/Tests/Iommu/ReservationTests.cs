using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Reservations and the links in them, one thing at a time.</summary>
public class ReservationTests
{
    private const long Granule = 4096;
    private const long Table = 512 * Granule;

    public static TheoryData<int> Sizes => [1, 7, 512, 700, (1 << 18) + 5];

    [Fact]
    public void Links_of_their_own_directions_reach_their_bytes_and_no_others()
    {
        MapperRig rig = Rig(out IReservingMapper mapper);
        IovaReservation room = mapper.Reserve(4 * Granule).Reservation;
        Link(mapper, room, 0, Given.Frames(0x10000, 1), DmaDirection.ToDevice);
        Link(mapper, room, 2 * Granule, Given.Frames(0x10005, 2), DmaDirection.FromDevice);
        mapper.Sync(room);
        string at = room.Address.Value.ToString("x", null);
        Assert.Equal(
            [$"{at}=>10000000+4096 R-", $"{room.Address.Value + 0x2000:x}=>10005000+4096 -W", $"{room.Address.Value + 0x3000:x}=>10006000+4096 -W"],
            rig.Pages().Select(page => page.ToString()));
        Assert.False(rig.Port.TryRead(room.Address + Granule, new byte[1], out DmaFault fault));
        Assert.Equal(FaultReason.NotMapped, fault.Reason);
        mapper.Release(room);
        Assert.Empty(rig.Pages());
    }

    [Theory]
    [InlineData(1L << 21)]
    [InlineData(1L << 30)]
    public void A_link_has_large_pages_and_none_beyond_its_edge(long large)
    {
        MapperRig rig = Rig(out IReservingMapper mapper);
        IovaReservation room = mapper.Reserve(2 * large).Reservation;
        int frames = (int)(large / Granule);
        using var whole = new PfnBuffer(Given.Frames(1ul << 20, frames), PageSize.Size4K);
        Assert.True(mapper.Link(room, 0, whole.View, DmaDirection.Bidirectional, MapOptions.None).IsMapped);
        Assert.Equal([large], rig.Pages().Select(page => page.Bytes));

        // The same run as two links: each has what lies in it whole, and one can go without the other.
        using var front = new PfnBuffer(Given.Frames(1ul << 20, frames - 1), PageSize.Size4K);
        using var back = new PfnBuffer(Given.Frames((1ul << 20) + (ulong)frames - 1, 1), PageSize.Size4K);
        Assert.True(mapper.Link(room, large, front.View, DmaDirection.Bidirectional, MapOptions.None).IsMapped);
        Assert.True(mapper.Link(room, (2 * large) - Granule, back.View, DmaDirection.Bidirectional, MapOptions.None).IsMapped);
        mapper.Unlink(room, (2 * large) - Granule, Granule);
        Assert.Equal((2 * large) - Granule, rig.Pages().Sum(page => page.Bytes));
        mapper.Release(room);
    }

    [Fact]
    public void A_large_page_stands_where_small_links_were_after_the_hardware_forgot_their_table()
    {
        var hardware = new List<(DmaAddress First, long Length)>();
        MapperRig rig = Rig(out IReservingMapper mapper, hardware);
        IovaReservation room = mapper.Reserve(2 * Table).Reservation;
        Link(mapper, room, Granule, Given.Frames(0x10000, 1));
        mapper.Sync(room);
        Assert.True(rig.Port.TryRead(room.Address + Granule, new byte[1], out _));
        mapper.Unlink(room, Granule, Granule);
        Assert.Single(hardware);
        long tables = rig.Domain!.TableBytes;

        using var large = new PfnBuffer(Given.Frames(0x20000, 512), PageSize.Size4K);
        Assert.True(mapper.Link(room, 0, large.View, DmaDirection.Bidirectional, MapOptions.None).IsMapped);
        mapper.Sync(room);
        Assert.Equal([Table], rig.Pages().Select(page => page.Bytes));
        Assert.Equal([(room.Address, Table)], hardware.Skip(1));
        Assert.Equal(tables - Granule, rig.Domain.TableBytes);
        Assert.True(rig.Port.TryRead(room.Address + Granule, new byte[1], out _));

        // And back again: the table was kept for it.
        mapper.Unlink(room, 0, Table);
        Link(mapper, room, Granule, Given.Frames(0x10000, 1));
        Assert.Single(rig.Pages());
        mapper.Release(room);
    }

    [Fact]
    public void Adjacent_links_are_unlinked_with_one_invalidation()
    {
        var hardware = new List<(DmaAddress First, long Length)>();
        Rig(out IReservingMapper mapper, hardware);
        IovaReservation room = mapper.Reserve(3 * Table).Reservation;
        for (int i = 0; i < 1024; i++) Link(mapper, room, (256 + i) * Granule, Given.Frames(0x10000 + (ulong)(i % 7), 1));
        mapper.Unlink(room, 256 * Granule, 1024 * Granule);
        Assert.Equal([(room.Address + (256 * Granule), 1024 * Granule)], hardware);
        mapper.Release(room);
    }

    [Fact]
    public void A_bug_throws_and_changes_nothing()
    {
        MapperRig rig = Rig(out IReservingMapper mapper);
        IovaReservation room = mapper.Reserve(8 * Granule).Reservation;
        Link(mapper, room, 2 * Granule, Given.Frames(0x10000, 2));
        Link(mapper, room, 5 * Granule, Given.Frames(0x10000, 1));
        RigState before = rig.State();
        Pfn[] frames = Given.Frames(0x20000, 2);

        Throws("offset", () => Link(mapper, room, 3 * Granule, frames)); // overlaps from the right,
        Throws("offset", () => Link(mapper, room, Granule, frames)); // from the left,
        Throws("length", () => Link(mapper, room, 7 * Granule, frames)); // lies outside,
        Throws("offset", () => Link(mapper, room, -Granule, frames));
        Throws("offset", () => Link(mapper, room, 100, frames)); // is another offset in the granule,
        Throws("options", () => mapper.Link(room, 0, new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, MapOptions.Prefix));
        Throws("options", () => mapper.Link(room, 0, new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, (MapOptions)16));
        Throws("options", () => mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1], (MapOptions)16, room));
        Throws("length", () => mapper.Unlink(room, 2 * Granule, Granule)); // cuts a link,
        Throws("length", () => mapper.Unlink(room, 3 * Granule, Granule));
        Throws("length", () => mapper.Unlink(room, 2 * Granule, 4 * Granule)); // has a gap,
        Throws("length", () => mapper.Unlink(room, 0, Granule)); // has no link.
        Throws("length", () => mapper.Unlink(room, 0, 0));
        Throws("length", () => mapper.Segments(room, 2 * Granule, 4 * Granule, new DmaSegment[4]));
        Throws("reservation", () => mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1], MapOptions.None, room));
        Throws("token", () => mapper.Unmap(default));
        Assert.Throws<ArgumentOutOfRangeException>(() => mapper.Reserve(0));
        Assert.Equal(before, rig.State());
        mapper.Release(room);
    }

    [Fact]
    public void A_reservation_that_is_none_stale_or_foreign_is_known_for_it()
    {
        MapperRig rig = Rig(out IReservingMapper mapper);
        var other = new IommuMapper(new DmaDevice("other", new RequesterId(9), rig.Device.Constraints), rig.Domain!);
        IovaReservation foreign = other.Reserve(Granule).Reservation;
        IovaReservation stale = mapper.Reserve(Granule).Reservation;
        mapper.Release(stale);
        IovaReservation again = mapper.Reserve(Granule).Reservation;
        Assert.Equal(stale.Address, again.Address);
        RigState before = rig.State();
        foreach (IovaReservation wrong in new[] { default, stale, foreign })
        {
            Throws("reservation", () => Link(mapper, wrong, 0, Given.Frames(0x10000, 1)));
            Throws("reservation", () => mapper.Sync(wrong));
            Throws("reservation", () => mapper.Unlink(wrong, 0, Granule));
            Throws("reservation", () => mapper.Segments(wrong, 0, Granule, new DmaSegment[1]));
            Throws("reservation", () => mapper.Release(wrong));
            Throws("reservation", () => mapper.Map(new PfnView(Given.Frames(0x10000, 1), PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1], MapOptions.None, wrong));
        }

        Assert.Equal(before, rig.State());
        Assert.Throws<InvalidOperationException>(rig.Domain!.Dispose);
        mapper.Release(again);
        other.Release(foreign);
        rig.GiveBack();
        Assert.Throws<ObjectDisposedException>(() => mapper.Reserve(Granule));
    }

    [Fact]
    public void An_untrusted_device_gets_whole_granules()
    {
        MapperRig rig = Rig(out _);
        using var domain = new IommuDomain(rig.Memory, rig.Tables, rig.Iommu!, rig.Domain!.Aperture);
        var mapper = new IommuMapper(new DmaDevice("guest", new RequesterId(9), rig.Device.Constraints) { IsTrusted = false }, domain);
        IovaReservation room = mapper.Reserve(2 * Granule).Reservation;
        Pfn[] frames = Given.Frames(0x10000, 2);
        MapResult refused = mapper.Link(room, 0, new PfnView(frames, PageSize.Size4K, 0, 5000), DmaDirection.ToDevice, MapOptions.None);
        Assert.Equal((MapStatus.Unaligned, 1), (refused.Status, refused.FailedFrame));
        Assert.Empty(rig.Format.Walker.List(rig.Memory, domain.RootTable));
        Assert.True(mapper.Link(room, 0, new PfnView(frames, PageSize.Size4K, 0, 5000), DmaDirection.ToDevice, MapOptions.RestIsZero).IsMapped);
        mapper.Release(room);
    }

    [Fact]
    public void A_frame_that_no_entry_can_name_is_refused()
    {
        Rig(out IReservingMapper mapper);
        IovaReservation room = mapper.Reserve(2 * Granule).Reservation;
        MapResult refused = mapper.Link(room, 0, new PfnView([new Pfn(1), new Pfn(1ul << 40)], PageSize.Size4K), DmaDirection.ToDevice, MapOptions.None);
        Assert.Equal((MapStatus.UnreachableFrame, 1), (refused.Status, refused.FailedFrame));
        mapper.Release(room);
    }

    [Fact]
    public void Linked_bytes_are_cut_under_the_device_s_constraints()
    {
        var rules = new DmaConstraints { MaxSegmentSize = 3 * Granule, SegmentBoundaryMask = 0xFFFF, Alignment = 0x10000, MaxSegmentCount = 9 };
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu) with { Rules = rules with { Alignment = 1 } });
        var mapper = (IReservingMapper)rig.Mapper;
        IovaReservation room = mapper.Reserve(24 * Granule).Reservation;
        for (int i = 0; i < 24; i += 2) Link(mapper, room, i * Granule, Given.Frames(0x10000 + (ulong)(i * 3), 2));
        var segments = new DmaSegment[16];
        MapResult cut = mapper.Segments(room, 100, (18 * Granule) - 100, segments);
        Assert.True(cut.IsMapped, cut.ToString());
        Assert.True(rig.Device.Constraints.Satisfies(segments.AsSpan(0, cut.SegmentCount)));
        Assert.Equal((18 * Granule) - 100, segments.Take(cut.SegmentCount).Sum(segment => segment.Length));
        Assert.Equal(new DmaSegment(room.Address + 100, segments[0].Length), segments[0]);
        MapResult tooShort = mapper.Segments(room, 0, 24 * Granule, segments.AsSpan(0, 2));
        Assert.Equal((MapStatus.SpanTooShort, 9), (tooShort.Status, tooShort.SegmentsNeeded));
        mapper.Release(room);

        MapperRig aligned = MapperRig.Of(Given.Case(MapperKind.Iommu) with { Rules = rules });
        Assert.Equal(0ul, ((IReservingMapper)aligned.Mapper).Reserve(Granule).Reservation.Address.Value & 0xFFFF);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Too_little_table_memory_is_a_status_and_leaves_everything_as_it_was(int granules)
    {
        var memory = RigMemory.Create();
        bool reserved = false;
        int most = granules > 5000 ? 40 : 4096;
        for (int tables = 8; tables < most && !reserved; tables++)
        {
            var frames = new FrameAllocator(new PhysicalAddress(RigMemory.Tables), tables * Granule);
            using var domain = new IommuDomain(memory, frames, new EmulatedIommu(memory));
            var mapper = new IommuMapper(new DmaDevice("device", new RequesterId(1)), domain);
            (ulong Iova, long Tables, long Frames) before = (domain.FreeIovaBytes, domain.TableBytes, frames.FreeFrames);
            ReserveResult result = mapper.Reserve(granules * Granule);
            reserved = result.IsReserved;
            if (reserved)
            {
                // Not one frame is left, and links do not fail.
                long drained = 0;
                while (frames.TryAllocate(1, default, out _)) drained++;
                for (int at = 0; at + 3 <= Math.Min(granules, 2000); at += 3) Link(mapper, result.Reservation, at * Granule, Given.Frames(0x10000, 3, 2));
                mapper.Release(result.Reservation);
                domain.Trim();
                Assert.Equal(before.Frames - drained, frames.FreeFrames);
            }
            else
            {
                Assert.Equal(ReserveStatus.NoTableMemory, result.Status);
                Assert.Empty(KnownFormat.Default.Walker.List(memory, domain.RootTable));
                domain.Trim();
                Assert.Equal(before.Frames, frames.FreeFrames);
            }

            Assert.Equal((before.Iova, before.Tables), (domain.FreeIovaBytes, domain.TableBytes));
            Assert.Equal(0, mapper.LiveReservations);
        }

        Assert.True(reserved || granules > 5000);
    }

    [Fact]
    public void Too_few_iovas_are_a_status()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu) with { Reach = Reach.Tiny });
        var mapper = (IReservingMapper)rig.Mapper;
        RigState before = rig.State();
        Assert.Equal(ReserveStatus.NoIovaSpace, mapper.Reserve(17 * Granule).Status);
        Assert.Equal(ReserveStatus.NoIovaSpace, mapper.Reserve(long.MaxValue).Status);
        Assert.Equal(before, rig.State());
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(700, false)]
    [InlineData(1024, true)]
    public void Reserving_linking_and_releasing_allocate_nothing(int granules, bool run)
    {
        Rig(out IReservingMapper mapper);
        using var buffer = new PfnBuffer(Given.Frames(0x20000, granules, run ? 1 : 2), PageSize.Size4K);
        var segments = new DmaSegment[4];
        Assert.Equal(0, Allocations.Of(() =>
        {
            IovaReservation room = mapper.Reserve((granules + 20) * Granule).Reservation;
            mapper.Link(room, 0, buffer.View, DmaDirection.ToDevice, MapOptions.None);
            for (int i = 0; i < 20; i++) mapper.Link(room, (granules + i) * Granule, buffer.View.Slice(0, Granule), DmaDirection.FromDevice, MapOptions.None);
            mapper.Sync(room);
            mapper.Segments(room, 0, (granules + 20) * Granule, segments);
            mapper.Unlink(room, granules * Granule, 20 * Granule);
            mapper.Unlink(room, 0, granules * Granule);
            mapper.Release(room);
        }));
    }

    private static MapperRig Rig(out IReservingMapper mapper, List<(DmaAddress First, long Length)>? invalidations = null)
    {
        MapperRig rig = MapperRig.Of(
            Given.Case(MapperKind.Iommu) with { Reach = Reach.All },
            iommu => invalidations is null ? iommu : new NotedInvalidations(iommu, invalidations));
        mapper = (IReservingMapper)rig.Mapper;
        return rig;
    }

    private static void Link(IReservingMapper mapper, IovaReservation room, long offset, Pfn[] frames, DmaDirection direction = DmaDirection.Bidirectional)
    {
        MapResult result = mapper.Link(room, offset, new PfnView(frames, PageSize.Size4K), direction, MapOptions.None);
        if (!result.IsMapped) throw new InvalidOperationException(result.ToString());
    }

    private static void Throws(string parameter, Action code) => Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(code).ParamName);

    private sealed class NotedInvalidations(EmulatedIommu iommu, List<(DmaAddress First, long Length)> noted) : IIotlbInvalidation
    {
        public void Invalidate(int domain, DmaAddress first, long length)
        {
            noted.Add((first, length));
            iommu.Invalidate(domain, first, length);
        }

        public void Block(int domain) => iommu.Block(domain);
    }
}
