using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// A machine around one mapper: memory, the device's port, a bounce pool, an IOMMU. Everything is made afresh for each case.
/// To hold a law against another mapper, put that into <see cref="Mapper"/>.
/// </summary>
public sealed class MapperRig
{
    private const int TableFrames = 4096;
    private const int MostSegments = 1 << 15;

    [ThreadStatic]
    private static DmaSegment[]? _segments;

    private readonly Func<int> _live;

    private MapperRig(MapperCase one, Func<EmulatedIommu, IIotlbInvalidation>? hardware, KnownFormat? format)
    {
        Format = format ?? KnownFormat.Default;
        Device = new DmaDevice(MapperCase.DeviceName, new RequesterId(0, 2, 0), one.Constraints);
        IDmaMapper inner;
        if (one.Translates)
        {
            Iommu = new EmulatedIommu(Memory);
            Domain = new IommuDomain(Memory, Tables, hardware is null ? Iommu : hardware(Iommu), one.Window, Format.Format);
            var mapper = new IommuMapper(Device, Domain);
            _live = () => mapper.LiveMappings;
            inner = mapper;
            Port = Iommu.Connect(Device, Domain);
        }
        else
        {
            var mapper = new DirectMapper(Device, one.BusOffset);
            _live = () => mapper.LiveMappings;
            inner = mapper;
            Port = BusPort.Direct(Device, Memory, one.BusOffset);
        }

        Mapper = inner;
        if (!one.CanBounce) return;
        long bytes = (long)one.PoolSlots * 4096;
        PoolSource = new FrameAllocator(new PhysicalAddress(RigMemory.Pool), bytes);
        Pool = new BouncePool(Memory, PoolSource, bytes);
        var bounce = new BounceMapper(inner, Pool, ModeOf(one.Kind));
        Func<int> innerLive = _live;
        _live = () => bounce.LiveMappings + innerLive();
        Mapper = bounce;
    }

    /// <summary>The memory.</summary>
    public SparseMemory Memory { get; } = RigMemory.Create();

    /// <summary>The device.</summary>
    public DmaDevice Device { get; }

    /// <summary>The device's way to memory.</summary>
    public BusPort Port { get; }

    /// <summary>The mapper that a law is held against.</summary>
    public IDmaMapper Mapper { get; set; }

    /// <summary>The IOMMU; null where there is none.</summary>
    public EmulatedIommu? Iommu { get; }

    /// <summary>The device's domain; null without an IOMMU.</summary>
    public IommuDomain? Domain { get; }

    /// <summary>The format of the domain's tables.</summary>
    public KnownFormat Format { get; }

    /// <summary>The bounce pool; null for mappers that have none.</summary>
    public BouncePool? Pool { get; }

    /// <summary>Where the pool's frames come from.</summary>
    public FrameAllocator? PoolSource { get; }

    /// <summary>Where page tables come from.</summary>
    public FrameAllocator Tables { get; } = new(new PhysicalAddress(RigMemory.Tables), TableFrames * 4096L);

    /// <summary>A rig for a case.</summary>
    /// <param name="one">The case.</param>
    /// <param name="hardware">Stands in for the IOMMU where the domain invalidates; the IOMMU itself unless given.</param>
    /// <param name="format">The format of the domain's tables; the domain's default unless given.</param>
    public static MapperRig Of(MapperCase one, Func<EmulatedIommu, IIotlbInvalidation>? hardware = null, KnownFormat? format = null) => new(one, hardware, format);

    /// <summary>The pages that the domain's tables lead to, by ascending IOVA.</summary>
    public List<ReachablePage> Pages() => Format.Walker.List(Memory, Domain!.RootTable);

    /// <summary>The same, cut into 4 KiB granules.</summary>
    public SortedDictionary<ulong, ReachablePage> Granules() => Format.Walker.Granules(Memory, Domain!.RootTable);

    /// <summary>What mapping may have changed, when nothing is kept warm.</summary>
    public RigState State()
    {
        Domain?.Trim();
        return new(
            _live(),
            Pool?.FreeBytes ?? 0,
            Domain?.LiveMappings ?? 0,
            Domain?.FreeIovaBytes ?? 0,
            Domain?.TableBytes ?? 0,
            Domain is null ? string.Empty : string.Join(";", Pages()));
    }

    /// <summary>Maps the view of a case, with room for any number of segments.</summary>
    public MapResult Map(MapperCase one, out DmaSegment[] segments) => Map(one, 0, one.Home.Length, MostSegments, out segments);

    /// <summary>Maps a part of the view of a case.</summary>
    public MapResult Map(MapperCase one, long offset, long length, int room, out DmaSegment[] segments)
    {
        _segments ??= new DmaSegment[MostSegments];
        MapResult result = Mapper.Map(one.View.Slice(offset, length), one.Direction, _segments.AsSpan(0, room), one.Options);
        segments = _segments.AsSpan(0, result.SegmentCount).ToArray();
        return result;
    }

    /// <summary>Gives everything back; throws where something is still mapped or not all of it comes back.</summary>
    public void GiveBack()
    {
        Pool?.Dispose();
        Domain?.Dispose();
        if (Tables.FreeFrames != TableFrames) throw new LawViolatedException($"{TableFrames - Tables.FreeFrames} table frames did not come back.");
        if (PoolSource is { } source && source.FreeFrames != source.TotalFrames) throw new LawViolatedException("The pool's frames did not come back.");
    }

    private static BounceMode ModeOf(MapperKind kind) => kind switch
    {
        MapperKind.Bounce => BounceMode.WhatMust,
        MapperKind.IommuBouncePartial => BounceMode.PartialFrames,
        _ => BounceMode.Everything,
    };
}
