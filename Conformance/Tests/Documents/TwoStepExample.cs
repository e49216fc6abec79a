using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What docs/two-step-mapping.md shows.</summary>
public class TwoStepExample
{
    [Fact]
    public void The_example_of_two_steps_does_what_it_says()
    {
        // <steps>
        var machine = EmulatedMachine.WithRam(64L << 20);
        var iommu = new EmulatedIommu(machine);
        var disk = new DmaDevice("disk", new RequesterId(0, 3, 0), new DmaConstraints { MaxSegmentSize = 1 << 20 });
        using var domain = new IommuDomain(machine, machine.Frames, iommu);
        IReservingMapper mapper = new IommuMapper(disk, domain);
        BusPort port = iommu.Connect(disk, domain);

        // Early, where there is a way to say no: room for 4 MiB, with every table that it can need.
        ReserveResult reserved = mapper.Reserve(4L << 20);
        if (!reserved.IsReserved) throw new InvalidOperationException(reserved.ToString());
        IovaReservation room = reserved.Reservation;

        // On the hot path: a request's pages as they come, one behind the other. Nothing here can run short.
        var frames = new Pfn[3];
        if (!machine.Frames.TryAllocate(frames, PageSize.Size4K, default)) throw new InvalidOperationException("out of memory");
        mapper.Link(room, 0, new PfnView(frames.AsSpan(0, 1), PageSize.Size4K), DmaDirection.FromDevice, MapOptions.None);
        mapper.Link(room, 4096, new PfnView(frames.AsSpan(1, 2), PageSize.Size4K), DmaDirection.FromDevice, MapOptions.None);
        mapper.Sync(room);

        // Both links are one segment to the device.
        Span<DmaSegment> segments = stackalloc DmaSegment[4];
        MapResult cut = mapper.Segments(room, 0, 3 * 4096, segments);
        port.TryWrite(segments[0].Address + 4096, "hello"u8, out _);

        // One invalidation for both. The room is there for the next request.
        mapper.Unlink(room, 0, 3 * 4096);
        mapper.Release(room);
        // </steps>

        Assert.Equal(1, cut.SegmentCount);
        Span<byte> hello = stackalloc byte[5];
        machine.Read(new PfnView(frames, PageSize.Size4K), 4096, hello);
        Assert.True(hello.SequenceEqual("hello"u8));
        Assert.False(port.TryWrite(segments[0].Address, "again"u8, out _));
        machine.Frames.Free(frames, PageSize.Size4K);
    }

    [Fact]
    public void The_example_of_edges_does_what_it_says()
    {
        var machine = EmulatedMachine.WithRam(64L << 20);
        var iommu = new EmulatedIommu(machine);

        // <edges>
        var guest = new DmaDevice("guest", new RequesterId(0, 5, 0)) { IsTrusted = false };
        using var domain = new IommuDomain(machine, machine.Frames, iommu);
        using var pool = new BouncePool(machine, machine.Frames, 1L << 20);
        IReservingMapper mapper = new ReservingBounceMapper(new IommuMapper(guest, domain), pool);
        BusPort port = iommu.Connect(guest, domain);

        // At most 16 packets at once, none of which begins or ends at a granule.
        ReserveResult reserved = mapper.Reserve(length: 256 << 10, edges: 2 * 16);
        if (!reserved.IsReserved) throw new InvalidOperationException(reserved.ToString()); // NoBounceSpace, too
        IovaReservation room = reserved.Reservation;

        // A packet: 9000 bytes from 100 on. Its first 3996 bytes and its last 908 are copied, and the granule between them is not.
        var frames = new Pfn[3];
        if (!machine.Frames.TryAllocate(frames, PageSize.Size4K, default)) throw new InvalidOperationException("out of memory");
        var packet = new PfnView(frames, PageSize.Size4K, offset: 100, length: 9000);
        MapResult link = mapper.Link(room, 100, packet, DmaDirection.FromDevice, MapOptions.None);
        mapper.Sync(room);

        // What the device writes into it comes home; what it writes beside it goes nowhere.
        port.TryWrite(room.Address + 98, "a hello"u8, out _);
        mapper.SyncForCpu(room, 100, 5);
        var hello = new byte[5];
        machine.Read(packet, 0, hello);
        mapper.Unlink(room, 100, packet.Length);
        mapper.Release(room);
        // </edges>

        Assert.Equal((MapStatus.Mapped, 3996 + 908), (link.Status, link.BouncedBytes));
        Assert.True(hello.AsSpan().SequenceEqual("hello"u8));
        Assert.Equal(0, machine.Access(frames[0].ToAddress(PageSize.Size4K) + 98, 1)[0]);
        Assert.Equal(pool.Capacity, pool.FreeBytes);
        machine.Frames.Free(frames, PageSize.Size4K);
    }

    [Fact]
    public async Task The_example_of_waiting_does_what_it_says()
    {
        var machine = EmulatedMachine.WithRam(64L << 20);
        var iommu = new EmulatedIommu(machine);
        using var domain = new IommuDomain(machine, machine.Frames, iommu, new DmaWindow(new DmaAddress(0x100_0000), new DmaAddress(0x10F_FFFF)));
        var mapper = new IommuMapper(new DmaDevice("codec", new RequesterId(0, 4, 0), new DmaConstraints { Window = domain.Aperture }), domain);
        Pfn[] frames = Given.Frames(0x100, 200);
        var buffer = new PfnBuffer(frames, PageSize.Size4K);
        MapResult busy = mapper.Map(buffer.View, DmaDirection.ToDevice, new DmaSegment[1], MapOptions.None);
        Task unmapper = Task.Run(() => mapper.Unmap(busy.Token), TestContext.Current.CancellationToken);

        // <waiting>
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        ReserveResult granted = await mapper.ReserveAsync(buffer.Length, patience.Token); // first come, first served
        if (!granted.IsReserved) throw new InvalidOperationException(granted.ToString()); // too few frames for tables
        var segments = new DmaSegment[1];
        MapResult mapping = mapper.Map(buffer.View, DmaDirection.ToDevice, segments, MapOptions.None, granted.Reservation);
        if (!mapping.IsMapped) mapper.Release(granted.Reservation); // it is kept where the view is refused
        // </waiting>

        await unmapper;
        Assert.True(mapping.IsMapped);
        Assert.Equal(granted.Reservation.Address, segments.Single().Address);
        mapper.Unmap(mapping.Token);
        buffer.Dispose();
    }
}
