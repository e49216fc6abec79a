using System;
using System.Linq;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Reservations that are spent on ordinary mappings, and links from several threads.</summary>
public class SpentReservationTests
{
    private const long Granule = 4096;

    public static TheoryData<string, int, bool> Cases
    {
        get
        {
            var data = new TheoryData<string, int, bool>();
            foreach (KnownFormat format in KnownFormat.All)
            {
                foreach (int count in new[] { 3, 512, 1500, (1 << 18) + 513 })
                {
                    data.Add(format.Name, count, false);
                    data.Add(format.Name, count, true);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_spent_reservation_is_a_mapping_like_any_other(string format, int count, bool run)
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu) with { Reach = Reach.All }, format: KnownFormat.Named(format));
        var mapper = (IReservingMapper)rig.Mapper;
        RigState start = rig.State();
        long frames = rig.Tables.FreeFrames;
        using var buffer = new PfnBuffer(Given.Frames(0x40000, count, run ? 1 : 2), PageSize.Size4K, 100, (count * Granule) - 200);
        var segments = new DmaSegment[1];

        IovaReservation room = mapper.Reserve(count * Granule).Reservation;
        using var used = new PfnBuffer(Given.Frames(0x20000, Math.Min(2, count), 3), PageSize.Size4K);
        mapper.Link(room, 0, used.View, DmaDirection.ToDevice, MapOptions.None);
        mapper.Unlink(room, 0, used.Length);

        MapResult mapping = mapper.Map(buffer.View, DmaDirection.FromDevice, segments, MapOptions.None, room);
        Assert.True(mapping.IsMapped, mapping.ToString());
        Assert.Equal(count * Granule, rig.Pages().Sum(page => page.Bytes));
        if (run && count >= 512) Assert.True(rig.Pages().Max(page => page.Bytes) >= 1 << 21);
        Assert.Equal(rig.Domain!.TableBytes, rig.Format.Walker.CountTables(rig.Memory, rig.Domain.RootTable) * Granule);
        Assert.True(rig.Port.TryWrite(segments[0].Address, [7], out _));
        Assert.Equal(7, rig.Memory.Access(buffer.View.AddressAt(0), 1)[0]);
        Assert.Throws<ArgumentException>("reservation", () => mapper.Release(room));

        mapper.Unmap(mapping.Token);
        Assert.False(rig.Port.TryWrite(segments[0].Address, [8], out _));
        Assert.Equal(start, rig.State());
        Assert.Equal(frames, rig.Tables.FreeFrames);
        rig.GiveBack();
    }

    [Fact]
    public void A_refused_mapping_keeps_the_reservation()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu) with { Rules = new DmaConstraints { MaxSegmentSize = 4096 } });
        var mapper = (IReservingMapper)rig.Mapper;
        IovaReservation room = mapper.Reserve(4 * Granule).Reservation;
        Pfn[] frames = Given.Frames(0x10000, 4);
        MapResult refused = mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[3], MapOptions.None, room);
        Assert.Equal((MapStatus.SpanTooShort, 4), (refused.Status, refused.SegmentsNeeded));
        Assert.Throws<ArgumentException>("reservation", () => mapper.Map(new PfnView(Given.Frames(0x10000, 5), PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[8], MapOptions.None, room));
        MapResult prefix = mapper.Map(new PfnView(Given.Frames(0x10000, 5), PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[3], MapOptions.Prefix, room);
        Assert.Equal((MapStatus.Mapped, 3 * Granule), (prefix.Status, prefix.Length));
        mapper.Unmap(prefix.Token);
        rig.GiveBack();
    }

    [Fact]
    public void A_reserved_mapping_needs_no_table_memory_and_allocates_nothing()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu) with { Reach = Reach.All });
        var mapper = (IReservingMapper)rig.Mapper;
        using var buffer = new PfnBuffer(Given.Frames(0x40000, 3000, 2), PageSize.Size4K);
        var segments = new DmaSegment[1];
        Assert.Equal(0, Allocations.Of(() =>
        {
            IovaReservation room = mapper.Reserve(buffer.Length).Reservation;
            mapper.Unmap(mapper.Map(buffer.View, DmaDirection.ToDevice, segments, MapOptions.None, room).Token);
        }));

        IovaReservation last = mapper.Reserve(buffer.Length).Reservation;
        while (rig.Tables.TryAllocate(1, default, out _)) continue;
        Assert.True(mapper.Map(buffer.View, DmaDirection.ToDevice, segments, MapOptions.None, last).IsMapped);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(2048)]
    public async Task Threads_link_and_unlink_in_one_reservation(int granules)
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu) with { Reach = Reach.All });
        var mapper = (IReservingMapper)rig.Mapper;
        RigState start = rig.State();
        IovaReservation room = mapper.Reserve(granules * Granule).Reservation;
        int step = granules / 8;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(
            () =>
            {
                // Every fourth part is the thread's own, so that all of them share tables.
                BusPort port = rig.Iommu!.Connect(new DmaDevice($"device {thread}", new RequesterId((ushort)(100 + thread))), rig.Domain!);
                byte mark = (byte)(thread + 1);
                Pfn[] frames = Given.Frames(0x10000 + (ulong)(thread << 12), step);
                foreach (Pfn frame in frames) rig.Memory.Access(frame.ToAddress(PageSize.Size4K), 4096).Fill(mark);
                byte[] seen = new byte[1];
                for (int round = 0; round < 300; round++)
                {
                    for (int part = thread; part < 8; part += 4) mapper.Link(room, part * step * Granule, new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, MapOptions.None);
                    mapper.Sync(room);
                    for (int part = thread; part < 8; part += 4)
                    {
                        DmaAddress last = room.Address + (((part + 1) * step * Granule) - 1);
                        Assert.True(port.TryRead(last, seen, out DmaFault fault) && seen[0] == mark, fault.ToString());
                        mapper.Unlink(room, part * step * Granule, step * Granule);
                        Assert.False(port.TryRead(last, seen, out _));
                    }
                }
            },
            TestContext.Current.CancellationToken)));
        mapper.Release(room);
        Assert.Equal(start, rig.State());
        rig.GiveBack();
    }

    [Fact]
    public async Task Of_two_threads_that_release_one_is_told()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu));
        var mapper = (IReservingMapper)rig.Mapper;
        for (int round = 0; round < 500; round++)
        {
            IovaReservation room = mapper.Reserve(1024 * Granule).Reservation;
            Task linker = Task.Run(() => Record.Exception(() => mapper.Link(room, 0, new PfnView(Given.Frames(0x10000, 700, 2), PageSize.Size4K), DmaDirection.ToDevice, MapOptions.None)), TestContext.Current.CancellationToken);
            Exception?[] told = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Record.Exception(() => mapper.Release(room)), TestContext.Current.CancellationToken)));
            await linker;
            Assert.Single(told, one => one is ArgumentException);
            Assert.Single(told, one => one is null);
        }

        Assert.Empty(rig.Pages());
        rig.GiveBack();
    }
}
