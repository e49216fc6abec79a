using System;
using System.Collections.Generic;
using System.Numerics;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// A machine around one mapper: memory, the device's port, and what else the mapper is made of. Everything is made afresh for each case.
/// To hold a law against another mapper, put that into <see cref="Mapper"/>.
/// </summary>
public sealed class MapperRig
{
    private const int MostSegments = 1 << 15;

    [ThreadStatic]
    private static DmaSegment[]? _segments;

    private readonly MapperSetting _setting;
    private readonly MapperUnderTest _made;
    private IDmaMapper _mapper;

    private MapperRig(MapperCase one, MakeMapper make)
    {
        _setting = new MapperSetting(one, Memory);
        _made = make(_setting) ?? throw new LawViolatedException("The factory made no mapper.");
        _mapper = _made.Mapper;
        if (Lacks(one.Capabilities) is { } lacks) throw new LawViolatedException($"The mapper claims {lacks}.");
    }

    /// <summary>The memory.</summary>
    public SparseMemory Memory { get; } = RigMemory.Create();

    /// <summary>The device.</summary>
    public DmaDevice Device => _setting.Device;

    /// <summary>The device's way to memory.</summary>
    public IDevicePort Bus => _made.Port;

    /// <summary>The device's port on the library's bus.</summary>
    /// <exception cref="InvalidOperationException">The mapper under test has its own way to memory.</exception>
    public BusPort Port => KnownPort ?? throw new InvalidOperationException("The device is not on the library's bus: use Bus.");

    /// <summary>The device's port on the library's bus; null where it is on another.</summary>
    public BusPort? KnownPort => (_made.Port as BusDevicePort)?.Port;

    /// <summary>The mapper that a law is held against.</summary>
    /// <exception cref="ArgumentNullException">No mapper.</exception>
    public IDmaMapper Mapper
    {
        get => _mapper;
        set => _mapper = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>The IOMMU; null where there is none that is known.</summary>
    public EmulatedIommu? Iommu => _made.Iommu;

    /// <summary>The device's domain; null where there is none that is known.</summary>
    public IommuDomain? Domain => _made.Domain;

    /// <summary>The format of the domain's tables.</summary>
    public KnownFormat Format => _made.Format;

    /// <summary>The bounce pool; null where there is none that is known.</summary>
    public BouncePool? Pool => _made.Pool;

    /// <summary>Where the pool's frames come from; null for mappers that have none.</summary>
    public FrameAllocator? PoolSource => Pool is null ? null : _setting.PoolFrames;

    /// <summary>Where page tables come from.</summary>
    public FrameAllocator Tables => _setting.TableFrames;

    /// <summary>A rig for a case, around a mapper of the library.</summary>
    /// <param name="one">The case.</param>
    /// <param name="hardware">Stands in for the IOMMU where the domain invalidates; the IOMMU itself unless given.</param>
    /// <param name="format">The format of the domain's tables; the domain's default unless given.</param>
    public static MapperRig Of(MapperCase one, Func<EmulatedIommu, IIotlbInvalidation>? hardware = null, KnownFormat? format = null)
        => Of(one, LibraryMappers.Of(one.Kind, hardware, format));

    /// <summary>A rig for a case, around a mapper of anybody's.</summary>
    /// <param name="one">The case.</param>
    /// <param name="make">Makes the mapper.</param>
    public static MapperRig Of(MapperCase one, MakeMapper make) => new(one, make);

    /// <summary>The pages that the domain's tables lead to, by ascending IOVA.</summary>
    public List<ReachablePage> Pages() => Format.Walker.List(Memory, Domain!.RootTable);

    /// <summary>The same, cut into 4 KiB granules.</summary>
    public SortedDictionary<ulong, ReachablePage> Granules() => Format.Walker.Granules(Memory, Domain!.RootTable);

    /// <summary>What mapping may have changed, when nothing is kept warm.</summary>
    public RigState State()
    {
        Settle();
        Domain?.Trim();
        return new(
            _made.LiveMappings?.Invoke() ?? 0,
            Pool?.FreeBytes ?? 0,
            Domain?.LiveMappings ?? 0,
            Domain?.FreeIovaBytes ?? 0,
            Domain?.TableBytes ?? 0,
            Domain is null ? string.Empty : string.Join(";", Pages()),
            _made.State?.Invoke() ?? string.Empty);
    }

    /// <summary>Lets the window of a lazy mapper pass.</summary>
    public void Settle() => _made.Settle?.Invoke();

    /// <summary>The direction that the hardware lets through where another was asked for.</summary>
    public DmaDirection Granted(DmaDirection asked)
        => _made.WritesAreReads && (asked & DmaDirection.FromDevice) != 0 ? DmaDirection.Bidirectional : asked;

    /// <summary>Whether the device comes to a physical range without a copy, worked out from the mapper's profile in numbers of any size.</summary>
    public bool Reaches(ulong address, long length)
    {
        MapperProfile profile = Mapper.Profile;
        BigInteger first = address, last = first + length - 1;
        if (last > profile.LastPhysical.Value) return false;
        if (profile.Addressing == Addressing.Translated) return true;
        first += _setting.BusOffset;
        last += _setting.BusOffset;
        DmaWindow window = Device.Constraints.Window;
        return first >= window.First.Value && last <= window.Last.Value;
    }

    /// <summary>Maps the view of a case, with room for any number of segments.</summary>
    public MapResult Map(MapperCase one, out DmaSegment[] segments) => Map(one, 0, one.Home.Length, MostSegments, out segments);

    /// <summary>Maps a part of the view of a case.</summary>
    public MapResult Map(MapperCase one, long offset, long length, int room, out DmaSegment[] segments)
    {
        _segments ??= new DmaSegment[MostSegments];
        MapResult result = Mapper.Map(one.View.Slice(offset, length), one.Direction, _segments.AsSpan(0, Math.Min(room, MostSegments)), one.Options);
        segments = _segments.AsSpan(0, result.SegmentCount).ToArray();
        return result;
    }

    /// <summary>Gives everything back; throws where something is still mapped or not all of it comes back.</summary>
    public void GiveBack()
    {
        if (_made.GiveBack is not { } giveBack) return;
        giveBack();
        if (Tables.FreeFrames != Tables.TotalFrames) throw new LawViolatedException($"{Tables.TotalFrames - Tables.FreeFrames} table frames did not come back.");
        FrameAllocator pool = _setting.PoolFrames;
        if (pool.FreeFrames != pool.TotalFrames) throw new LawViolatedException("The pool's frames did not come back.");
    }

    /// <summary>What is claimed, and what the claim needs and is not there; null where nothing is missing.</summary>
    private string? Lacks(MapperCapabilities claimed)
    {
        bool Claims(MapperCapabilities one) => (claimed & one) != 0;
        if (Claims(MapperCapabilities.Tables) && _made.Domain is null) return $"{MapperCapabilities.Tables}, and {nameof(MapperUnderTest)}.{nameof(MapperUnderTest.Domain)} is not given";
        if (Claims(MapperCapabilities.Lazy) && _made.Settle is null) return $"to be {MapperCapabilities.Lazy}, and {nameof(MapperUnderTest)}.{nameof(MapperUnderTest.Settle)} is not given";
        return Claims(MapperCapabilities.Reserves) && _mapper is not IReservingMapper ? $"that it {MapperCapabilities.Reserves}, and is no {nameof(IReservingMapper)}" : null;
    }
}
