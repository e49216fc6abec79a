using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>The library's own mappers, made as anybody would make them for the kit.</summary>
public static class LibraryMappers
{
    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<(string Name, MapperCapabilities Capabilities, MakeMapper Make)> All { get; } =
    [
        .. new[] { MapperKind.Direct, MapperKind.Bounce, MapperKind.BounceEverything, MapperKind.Iommu, MapperKind.IommuBouncePartial, MapperKind.IommuBounceEverything }
            .Select(kind => (kind.ToString(), kind.Capabilities(), Of(kind))),
        ("IommuLazy", MapperKind.Iommu.Capabilities() | MapperCapabilities.Lazy, LazyIommu),
        ("IommuBounceEverythingSubPage", MapperKind.IommuBounceEverything.Capabilities() | MapperCapabilities.SubPage, setting => Bounced(Iommu(setting, null, null), setting, BounceMode.Everything | BounceMode.PartialFrames)),
        ("ReservingBounce", MapperKind.IommuBouncePartial.Capabilities(), ReservingBounce),
    ];

    /// <summary>How to make a mapper of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="hardware">Stands in for the IOMMU where the domain invalidates; the IOMMU itself unless given.</param>
    /// <param name="format">The format of the domain's tables; the domain's default unless given.</param>
    public static MakeMapper Of(MapperKind kind, Func<EmulatedIommu, IIotlbInvalidation>? hardware = null, KnownFormat? format = null) => setting =>
    {
        MapperUnderTest inner = (kind.Capabilities() & MapperCapabilities.Translates) != 0 ? Iommu(setting, hardware, format) : Direct(setting);
        return kind switch
        {
            MapperKind.Direct or MapperKind.Iommu => inner,
            MapperKind.Bounce => Bounced(inner, setting, BounceMode.WhatMust),
            MapperKind.IommuBouncePartial => Bounced(inner, setting, BounceMode.PartialFrames),
            _ => Bounced(inner, setting, BounceMode.Everything),
        };
    };

    private static MapperUnderTest Direct(MapperSetting setting)
    {
        var mapper = new DirectMapper(setting.Device, setting.BusOffset);
        return new MapperUnderTest(mapper, BusPort.Direct(setting.Device, setting.Memory, setting.BusOffset)) { LiveMappings = () => mapper.LiveMappings };
    }

    private static MapperUnderTest Iommu(MapperSetting setting, Func<EmulatedIommu, IIotlbInvalidation>? hardware, KnownFormat? format)
    {
        format ??= KnownFormat.Default;
        var iommu = new EmulatedIommu(setting.Memory);
        var domain = new IommuDomain(setting.Memory, setting.TableFrames, hardware is null ? iommu : hardware(iommu), setting.Device.Constraints.Window, format.Format);
        return InDomain(setting, iommu, domain, format, null);
    }

    private static MapperUnderTest LazyIommu(MapperSetting setting)
    {
        var clock = new StoppedClock();
        var iommu = new EmulatedIommu(setting.Memory);
        var domain = new IommuDomain(setting.Memory, setting.TableFrames, iommu, new IommuDomainOptions
        {
            Aperture = setting.Device.Constraints.Window,
            Lazy = new LazyInvalidation { Clock = clock },
        });
        return InDomain(setting, iommu, domain, KnownFormat.Default, clock.PassTime);
    }

    private static MapperUnderTest InDomain(MapperSetting setting, EmulatedIommu iommu, IommuDomain domain, KnownFormat format, Action? settle)
    {
        var mapper = new IommuMapper(setting.Device, domain);
        return new MapperUnderTest(mapper, iommu.Connect(setting.Device, domain))
        {
            LiveMappings = () => mapper.LiveMappings,
            Domain = domain,
            Format = format,
            Iommu = iommu,
            WritesAreReads = format.Walker.WritesAreReads,
            Settle = settle,
            GiveBack = domain.Dispose,
        };
    }

    private static MapperUnderTest Bounced(MapperUnderTest inner, MapperSetting setting, BounceMode mode)
    {
        var pool = new BouncePool(setting.Memory, setting.PoolFrames, setting.PoolBytes);
        var mapper = new BounceMapper(inner.Mapper, pool, mode);
        return Over(inner, mapper, pool, () => mapper.LiveMappings);
    }

    private static MapperUnderTest ReservingBounce(MapperSetting setting)
    {
        MapperUnderTest inner = Iommu(setting, null, null);
        var pool = new BouncePool(setting.Memory, setting.PoolFrames, setting.PoolBytes);
        var mapper = new ReservingBounceMapper((IReservingMapper)inner.Mapper, pool);
        return Over(inner, mapper, pool, () => mapper.LiveMappings);
    }

    /// <summary>What bounces, over what it wraps.</summary>
    private static MapperUnderTest Over(MapperUnderTest inner, IDmaMapper mapper, BouncePool pool, Func<int> live) => new(mapper, inner.Port)
    {
        LiveMappings = () => live() + inner.LiveMappings!(),
        Domain = inner.Domain,
        Format = inner.Format,
        Iommu = inner.Iommu,
        WritesAreReads = inner.WritesAreReads,
        Pool = pool,
        GiveBack = () =>
        {
            pool.Dispose();
            inner.GiveBack?.Invoke();
        },
    };
}
