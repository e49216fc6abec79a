using System;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What soaking threads share: a machine, domains strict and lazy, a pool that grows, a shared buffer.</summary>
internal sealed class SoakWorld
{
    private readonly long _free;

    internal SoakWorld(int threads)
    {
        Machine = EmulatedMachine.WithRam(64 << 20);
        _free = Machine.Frames.FreeFrames;
        Iommu = new EmulatedIommu(Machine);
        var aperture = new DmaWindow(new DmaAddress(0x10_0000), new DmaAddress(0xFF_FFFF));
        Domain = new IommuDomain(Machine, Machine.Frames, Iommu, aperture);
        Confined = new IommuDomain(Machine, Machine.Frames, Iommu, new IommuDomainOptions { Aperture = aperture, IsTrusted = false });
        Lazy = new IommuDomain(Machine, Machine.Frames, Iommu, new IommuDomainOptions { Aperture = aperture, Lazy = new LazyInvalidation { MostPending = 16 } });
        Pool = new BouncePool(Machine, Machine.Frames, new BouncePoolOptions { Length = (4L * threads) << 12, MostLength = (16L * threads) << 12, Name = "soak" });
        DmaDevice nic = new("nic", new RequesterId(0, 1, 0)), wild = new("wild", new RequesterId(0, 2, 0)) { IsTrusted = false }, old = new("old", new RequesterId(0, 3, 0)), lazy = new("lazy", new RequesterId(0, 4, 0));
        Translated = new IommuMapper(nic, Domain);
        Mappers = [Translated, new ReservingBounceMapper(new IommuMapper(wild, Confined), Pool), new BounceMapper(new DirectMapper(old), Pool, BounceMode.Everything), new IommuMapper(lazy, Lazy)];
        Ports = [Iommu.Connect(nic, Domain), Iommu.Connect(wild, Confined), BusPort.Direct(old, Machine), Iommu.Connect(lazy, Lazy)];
        Shared = new SharedBuffer(new SystemMemoryExporter("shared", Machine, 8192));
    }

    internal EmulatedMachine Machine { get; }

    internal EmulatedIommu Iommu { get; }

    internal IommuDomain Domain { get; }

    internal IommuDomain Confined { get; }

    internal IommuDomain Lazy { get; }

    internal BouncePool Pool { get; }

    internal IommuMapper Translated { get; }

    internal IDmaMapper[] Mappers { get; }

    /// <summary>The devices' side of the mappers.</summary>
    internal BusPort[] Ports { get; }

    internal SharedBuffer Shared { get; }

    /// <summary>Disposes all that is shared.</summary>
    /// <returns>What is left; null where nothing is.</returns>
    internal string? Close()
    {
        try
        {
            Shared.Dispose();
            Pool.Dispose();
            Domain.Dispose();
            Confined.Dispose();
            Lazy.Dispose();
        }
        catch (InvalidOperationException thrown)
        {
            return $"at the end: {thrown.Message}";
        }

        long lost = _free - Machine.Frames.FreeFrames;
        return lost == 0 ? null : FormattableString.Invariant($"{lost} frames are still taken at the end");
    }
}
