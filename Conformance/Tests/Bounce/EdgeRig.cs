using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A device that is not trusted, its domain, and a mapper in two steps that bounces edges. Memory is full of marks.</summary>
internal sealed class EdgeRig
{
    internal const long Granule = 4096;

    private readonly FrameAllocator _tables = new(new PhysicalAddress(RigMemory.Tables), 4096 * Granule);
    private readonly FrameAllocator _slots;

    internal EdgeRig(int slots = 64, int addressBits = 32, DmaConstraints rules = default, IommuDomainOptions? options = null)
    {
        Device = new DmaDevice("guest", new RequesterId(0, 5, 0), rules with { Window = DmaWindow.OfBits(addressBits) }) { IsTrusted = false };
        Iommu = new EmulatedIommu(Memory);
        Domain = new IommuDomain(Memory, _tables, Iommu, new IommuDomainOptions { Aperture = DmaWindow.OfBits(addressBits), IsTrusted = false, Granule = options?.Granule ?? default });
        Port = Iommu.Connect(Device, Domain);
        _slots = new FrameAllocator(new PhysicalAddress(RigMemory.Pool), slots * Granule);
        Pool = new BouncePool(Memory, _slots, slots * Granule);
        Inner = new IommuMapper(Device, Domain);
        Mapper = new ReservingBounceMapper(Inner, Pool);
    }

    internal SparseMemory Memory { get; } = RigMemory.Create();

    internal DmaDevice Device { get; }

    internal EmulatedIommu Iommu { get; }

    internal IommuDomain Domain { get; }

    internal BusPort Port { get; }

    internal BouncePool Pool { get; }

    internal IommuMapper Inner { get; }

    internal ReservingBounceMapper Mapper { get; set; }

    /// <summary>All that reserving and linking may change.</summary>
    internal (int Reservations, int InnerReservations, int Mappings, long Slots, ulong Iova, string Pages) State()
    {
        Domain.Trim();
        return (Mapper.LiveReservations, Inner.LiveReservations, Mapper.LiveMappings, Pool.FreeBytes, Domain.FreeIovaBytes, string.Join(";", Pages()));
    }

    internal List<ReachablePage> Pages() => KnownFormat.Default.Walker.List(Memory, Domain.RootTable);

    internal IovaReservation Reserve(int granules, int edges)
    {
        ReserveResult result = Mapper.Reserve(granules * Granule, edges);
        Assert.True(result.IsReserved, result.ToString());
        return result.Reservation;
    }

    internal void Link(IovaReservation room, long offset, scoped in PfnView view, DmaDirection direction = DmaDirection.Bidirectional)
    {
        MapResult result = Mapper.Link(room, offset, view, direction, MapOptions.None);
        if (!result.IsMapped) throw new InvalidOperationException(result.ToString());
        Mapper.Sync(room);
    }

    internal MapStatus TryLink(IovaReservation room, long offset, scoped in PfnView view, DmaDirection direction = DmaDirection.Bidirectional)
        => Mapper.Link(room, offset, view, direction, MapOptions.None).Status;

    /// <summary>Fills frames with bytes that differ from frame to frame.</summary>
    internal Pfn[] Mark(Pfn[] frames)
    {
        foreach (Pfn frame in frames)
        {
            Span<byte> bytes = Memory.Access(frame.ToAddress(PageSize.Size4K), Granule);
            for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)(1 + (((int)frame.Value * 31) + (i * 7)) % 251);
        }

        return frames;
    }

    internal byte[] Home(Pfn[] frames) => [.. frames.SelectMany(frame => Memory.Access(frame.ToAddress(PageSize.Size4K), Granule).ToArray())];

    internal byte[] DeviceReads(DmaAddress from, long length)
    {
        var bytes = new byte[length];
        Assert.True(Port.TryRead(from, bytes, out DmaFault fault), fault.ToString());
        return bytes;
    }

    internal void DeviceWrites(DmaAddress from, byte[] bytes)
    {
        if (bytes.Length > 0) Assert.True(Port.TryWrite(from, bytes, out DmaFault fault), fault.ToString());
    }

    internal bool Reaches(DmaAddress address) => Port.TryRead(address, new byte[1], out _) || Port.TryWrite(address, new byte[1], out _);

    /// <summary>Gives everything back: throws where something is still reserved.</summary>
    internal void GiveBack()
    {
        Pool.Dispose();
        Domain.Dispose();
        Assert.Equal((_tables.TotalFrames, _slots.TotalFrames), (_tables.FreeFrames, _slots.FreeFrames));
    }
}
