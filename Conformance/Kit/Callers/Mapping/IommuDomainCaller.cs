using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class IommuDomainCaller : HostileCaller
{
    internal IommuDomainCaller()
        : base(typeof(IommuDomain), hasState: true)
    {
        Add("IommuDomain(IPhysicalMemory, FrameAllocator, IIotlbInvalidation, DmaWindow, PageTableFormat)", a => Ended(new IommuDomain(a.Maybe(a.Memory()), a.Maybe(a.World.Machine.Frames), a.Maybe<IIotlbInvalidation>(a.World.Iommu), Aperture(a), a.Maybe(PageTableFormatCaller.Any(a)))));
        Add("IommuDomain(IPhysicalMemory, FrameAllocator, IIotlbInvalidation, IommuDomainOptions)", a => Ended(new IommuDomain(a.Maybe(a.Memory()), a.Maybe(a.World.Machine.Frames), a.Maybe<IIotlbInvalidation>(a.World.Iommu), a.Maybe(new IommuDomainOptions { Aperture = Aperture(a), Granule = a.Size(), IsTrusted = a.Flag(), Lazy = a.OneIn(3) ? new LazyInvalidation() : null, ReservedWindows = a.Flag() ? [] : [Aperture(a), Aperture(a)] }))));
        Do("Trim()", a =>
        {
            if (a.OneIn(3)) a.World.GoneDomain.Trim();
            else a.World.Domain.Trim();
        });
        Do("Dispose()", a => (a.World.Translated.Live.Count > 0 && a.Flag() ? a.World.Domain : a.World.GoneDomain).Dispose());
        Do("get RootTable", a => _ = a.One(a.World.Domain, a.World.GoneDomain).RootTable);
    }

    internal static DmaWindow Aperture(HostileArguments a)
    {
        if (a.OneIn(4)) return default;
        ulong x = a.ULong(), y = a.ULong();
        return new DmaWindow(new DmaAddress(Math.Min(x, y)), new DmaAddress(Math.Max(x, y)));
    }

    private static IommuDomain Ended(IommuDomain domain)
    {
        domain.Dispose();
        return domain;
    }
}
