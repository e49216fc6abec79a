using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>One machine with one IOMMU: domains of all formats, strict and lazy, trusted and not, shared and not, and a device without.</summary>
internal sealed class HostileWorld
{
    private readonly FrameAllocator _tables = new(HostileMemory.TablesStart, HostileMemory.TablesBytes);
    private readonly FrameAllocator _slots = new(HostileMemory.PoolStart, HostileMemory.PoolBytes);

    internal HostileWorld(ulong seed)
    {
        var random = new SpyRandom(seed);
        Model = new byte[Memory.Bytes.Length];
        random.Fill(Model);
        Model.AsSpan().CopyTo(Memory.Bytes);
        Pool = new BouncePool(Memory, _slots, HostileMemory.PoolBytes);
        var iommu = new EmulatedIommu(Memory);

        HostileDomain strict = Make(iommu, "VtdSecondStage4", true, new DmaWindow(new DmaAddress(0xFF80_0000), new DmaAddress(0x1_007F_FFFF)));
        HostileDomain lazy = Make(iommu, "VtdSecondStage5", true, default, new LazyInvalidation { Clock = Clock, MostPending = 8 });
        HostileDomain group = Make(iommu, "ArmStage1", false, new DmaWindow(new DmaAddress(0x1000_0000), new DmaAddress(0x10FF_FFFF)));
        HostileDomain alone = Make(iommu, "AmdV1", false, default);
        Domains = [strict, lazy, group, alone];
        DmaDevice nic = Device("nic", 1, true), gpu = Device("gpu", 2, true), disk = Device("disk", 3, true), guest = Device("guest", 4, false), friend = Device("friend", 5, true), alien = Device("alien", 6, false);
        var old = new DmaDevice("old", new RequesterId(7), new DmaConstraints { Window = DmaWindow.OfBits(28) });
        Stands =
        [
            new HostileStand("nic", strict, new IommuMapper(nic, strict.Domain!), iommu.Connect(nic, strict.Domain!), false),
            new HostileStand("gpu", strict, new IommuMapper(gpu, strict.Domain!), iommu.Connect(gpu, strict.Domain!), false),
            new HostileStand("disk", lazy, new IommuMapper(disk, lazy.Domain!), iommu.Connect(disk, lazy.Domain!), false),
            new HostileStand("guest", group, new BounceMapper(new IommuMapper(guest, group.Domain!), Pool, BounceMode.PartialFrames), iommu.Connect(guest, group.Domain!), true),
            new HostileStand("friend", group, new BounceMapper(new IommuMapper(friend, group.Domain!), Pool, BounceMode.PartialFrames), iommu.Connect(friend, group.Domain!), true),
            new HostileStand("alien", alone, new IommuMapper(alien, alone.Domain!), iommu.Connect(alien, alone.Domain!), false),
            new HostileStand("old", new HostileDomain(null, null, true), new BounceMapper(new DirectMapper(old), Pool), BusPort.Direct(old, Memory), true),
        ];
    }

    internal HostileMemory Memory { get; } = new();

    internal BouncePool Pool { get; }

    internal StoppedClock Clock { get; } = new();

    /// <summary>What each byte of a home must be, by index.</summary>
    internal byte[] Model { get; }

    internal HostileDomain[] Domains { get; }

    internal HostileStand[] Stands { get; }

    internal List<HostileMapping> Mappings { get; } = [];

    /// <summary>Nothing is mapped any more: everything goes back, and nobody reaches anything.</summary>
    internal string? Close()
    {
        foreach (HostileDomain one in Domains) one.Domain!.Dispose();
        foreach (HostileStand stand in Stands)
        {
            foreach (ulong page in stand.IsDirect ? [] : stand.Space.Ended)
            {
                if (stand.Port.TryRead(new DmaAddress(page << 12), new byte[1], out DmaFault fault) || fault.Reason != FaultReason.NoDomain) return $"{stand.Name} is not blocked at {page << 12:x}, though its domain is disposed";
            }
        }

        Pool.Dispose();
        if (_tables.FreeFrames != _tables.TotalFrames || _slots.FreeFrames != _slots.TotalFrames) return "frames of tables or slots did not come back";
        return null;
    }

    private static DmaDevice Device(string name, ushort requester, bool isTrusted) => new(name, new RequesterId(requester), default) { IsTrusted = isTrusted };

    private HostileDomain Make(EmulatedIommu iommu, string format, bool isTrusted, DmaWindow aperture, LazyInvalidation? lazy = null)
    {
        KnownFormat known = KnownFormat.Named(format);
        return new HostileDomain(new IommuDomain(Memory, _tables, iommu, new IommuDomainOptions { Format = known.Format, IsTrusted = isTrusted, Aperture = aperture, Lazy = lazy }), known, isTrusted);
    }
}
