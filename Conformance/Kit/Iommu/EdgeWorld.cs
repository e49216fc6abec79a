using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A device that is not trusted, behind an IOMMU, with a bounce pool; all of it made afresh.</summary>
internal sealed class EdgeWorld
{
    private readonly FrameAllocator _tables = new(new PhysicalAddress(RigMemory.Tables), 4096 * 4096L);
    private readonly FrameAllocator _slots;

    internal EdgeWorld(int slots)
    {
        var device = new DmaDevice("guest", new RequesterId(0, 5, 0), new DmaConstraints { Window = DmaWindow.OfBits(32) }) { IsTrusted = false };
        var iommu = new EmulatedIommu(Memory);
        Domain = new IommuDomain(Memory, _tables, iommu, new IommuDomainOptions { Aperture = device.Constraints.Window, IsTrusted = false });
        Port = iommu.Connect(device, Domain);
        _slots = new FrameAllocator(new PhysicalAddress(RigMemory.Pool), slots * 4096L);
        Pool = new BouncePool(Memory, _slots, slots * 4096L);
        Inner = new IommuMapper(device, Domain);
    }

    internal SparseMemory Memory { get; } = RigMemory.Create();

    internal IommuDomain Domain { get; }

    internal BusPort Port { get; }

    internal BouncePool Pool { get; }

    internal IommuMapper Inner { get; }

    internal List<ReachablePage> Pages() => KnownFormat.Default.Walker.List(Memory, Domain.RootTable);

    internal (long Slots, ulong Iova, long Tables, int Reservations) State()
    {
        Domain.Trim();
        return (Pool.FreeBytes, Domain.FreeIovaBytes, Domain.TableBytes, Inner.LiveReservations);
    }

    /// <summary>The 4 KiB frame at an address.</summary>
    internal Span<byte> Frame(ulong address) => Memory.Access(new PhysicalAddress(address & ~4095ul), 4096);

    internal void Dispose()
    {
        Pool.Dispose();
        Domain.Dispose();
        if (_tables.FreeFrames != _tables.TotalFrames || _slots.FreeFrames != _slots.TotalFrames) throw new LawViolatedException("Frames of tables or slots did not come back.");
    }
}
