using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>One device of a world, with its mapper, its pool and its way to memory; used again from case to case.</summary>
internal sealed class WorldDevice
{
    private readonly Importer _importer;
    private readonly IDmaMapper? _mapper;
    private readonly IDmaMapper? _bare;
    private readonly Importer? _bareImporter;
    private readonly Func<long> _missing = () => 0;
    private readonly Func<int> _live;

    internal WorldDevice(OrderWorld world, string name, ushort requester, ClassFacts facts, int slots, Func<IDmaMapper, IDmaMapper> replace)
    {
        Facts = facts;
        var device = new DmaDevice(name, new RequesterId(requester), ConstraintsOf(facts)) { IsTrusted = !facts.IsUntrusted };
        if (facts.IsRaw)
        {
            Port = BusPort.Direct(device, world.Machine);
            _importer = Declare(new MapperProfile(device, Addressing.Direct), facts);
            _live = () => 0;
            return;
        }

        IDmaMapper mapper;
        if (facts.IsTranslated)
        {
            var domain = new IommuDomain(world.Machine, world.Tables, world.Hardware);
            var iommu = new IommuMapper(device, domain);
            Port = world.Iommu.Connect(device, domain);
            _live = () => iommu.LiveMappings + domain.LiveMappings;
            mapper = iommu;
        }
        else
        {
            var direct = new DirectMapper(device);
            Port = BusPort.Direct(device, world.Machine);
            _live = () => direct.LiveMappings;
            mapper = direct;
        }

        if (slots > 0)
        {
            if (facts.IsUntrusted) (_bare, _bareImporter) = (replace(mapper), Declare(mapper.Profile, facts));
            var pool = new BouncePool(world.Machine, world.PoolFramesFrom(facts.WindowStart), (long)slots * OrderSetting.Frame);
            mapper = new BounceMapper(mapper, pool, facts.IsUntrusted ? BounceMode.PartialFrames : BounceMode.WhatMust);
            _missing = () => pool.Capacity - pool.FreeBytes;
        }

        _mapper = replace(mapper);
        _importer = Declare(_mapper.Profile, facts);
    }

    internal ClassFacts Facts { get; }

    /// <summary>The device's way to memory.</summary>
    internal BusPort Port { get; }

    internal DmaConstraints Constraints => _importer.Profile.Device.Constraints;

    /// <summary>Attaches the device.</summary>
    internal AttachResult Attach(SharedBuffer buffer, OrderFlavour flavour, IMovable movable)
    {
        IMovable? told = Facts.IsMovable ? movable : null;
        if (_mapper is null) return buffer.AttachRaw(_importer, told);
        return flavour == OrderFlavour.Unconfined && _bare is not null ? buffer.Attach(_bare, _bareImporter, told) : buffer.Attach(_mapper, _importer, told);
    }

    /// <summary>What is still mapped or not given back, while nothing should be; null where nothing is.</summary>
    internal string? Leftovers()
        => _live() != 0 ? $"{_live()} mappings are live" : _missing() != 0 ? $"{_missing()} bytes of the pool did not come back" : null;

    private static Importer Declare(MapperProfile profile, ClassFacts facts) => new(profile)
    {
        ZeroCopyOnly = facts.ZeroCopyOnly,
        MapsWindows = facts.MapsWindows,
        RawPfns = facts.IsRaw,
        NeedsPages = facts.NeedsPages,
        IsMovable = facts.IsMovable,
        TakesTurns = facts.TakesTurns,
    };

    private static DmaConstraints ConstraintsOf(ClassFacts facts) => new()
    {
        Window = facts.WindowBits == 64 ? default : new DmaWindow(new DmaAddress(facts.WindowStart), new DmaAddress((1ul << facts.WindowBits) - 1)),
        MaxSegmentCount = facts.MostSegments,
        MaxSegmentSize = facts.LongestSegment,
        SegmentBoundaryMask = facts.Boundary == 0 ? 0 : facts.Boundary - 1,
        Granularity = facts.Unit,
    };
}
