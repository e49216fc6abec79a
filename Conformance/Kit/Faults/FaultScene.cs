using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// What a scenario plays in: memory, hardware that remembers, allocators, and whatever can go wrong of them; with a naive model of what is mapped, and a look
/// at all that could have leaked.
/// </summary>
internal abstract class FaultScene
{
    private const int Frames = 96;

    private readonly Dictionary<ulong, SortedDictionary<ulong, ulong>> _mapped = [];

    /// <summary>Where pages led that were reached and that hardware was not told to forget.</summary>
    private readonly Dictionary<ulong, ulong> _seen = [];

    protected FaultScene(string format = "VtdSecondStage4", bool isLazy = false, bool isTrusted = true)
    {
        Format = KnownFormat.Named(format);
        Knowing = new KnowingHardware(Raw);
        Remembers = Format == KnownFormat.Default;
        Memory = new FaultyMemory(Remembers ? Knowing : Raw, MemoryThrows);
        Tables = new FrameAllocator(new PhysicalAddress(RigMemory.Tables), Frames * 4096L);
        Slots = new FrameAllocator(new PhysicalAddress(RigMemory.Pool), Frames * 4096L);
        Homes = new FrameAllocator([new MemoryZone("low", new PhysicalAddress(0x3000_0000), 32 * 4096), new MemoryZone("high", new PhysicalAddress(RigMemory.StartOf(HomeArea.High)), 32 * 4096)]);
        (TableLimit, SlotLimit, HomeLimit) = (new FrameLimit(Tables), new FrameLimit(Slots), new FrameLimit(Homes));
        Domain = new IommuDomain(Memory, Tables, new FaultyHardware(Knowing, HardwareThrows), new IommuDomainOptions
        {
            Format = Format.Format,
            IsTrusted = isTrusted,
            Lazy = isLazy ? new LazyInvalidation { Clock = Clock, MostPending = 3 } : null,
        });
        Knowing.Root = Domain.RootTable;
    }

    internal Injection MapRefused { get; } = new();

    internal Injection MapThrows { get; } = new();

    internal Injection BackRefused { get; } = new();

    internal Injection BackThrows { get; } = new();

    internal Injection MemoryThrows { get; } = new();

    internal Injection HardwareThrows { get; } = new();

    internal Injection ListenerThrows { get; } = new();

    internal FrameLimit TableLimit { get; }

    internal FrameLimit SlotLimit { get; }

    internal FrameLimit HomeLimit { get; }

    internal IommuDomain Domain { get; }

    /// <summary>The calls, in order.</summary>
    internal abstract IEnumerable<FaultStep> Steps();

    protected SparseMemory Raw { get; } = RigMemory.Create();

    protected FaultyMemory Memory { get; }

    protected KnowingHardware Knowing { get; }

    protected KnownFormat Format { get; }

    protected FrameAllocator Tables { get; }

    protected FrameAllocator Slots { get; }

    protected FrameAllocator Homes { get; }

    protected StoppedClock Clock { get; } = new();

    /// <summary>A pool of the scene, if it has one.</summary>
    protected BouncePool? Pool { get; set; }

    /// <summary>Whether the hardware's memory of tables can be read, which is of one format.</summary>
    private bool Remembers { get; }

    /// <summary>All that could be lost, in words, so that two moments can be compared. Brings what is kept warm back first.</summary>
    /// <param name="whole">Whether tables are among it that a reservation keeps linked when what was linked into it has ended.</param>
    internal string State(bool whole = true) => Quietly(() =>
    {
        Domain.Trim();
        Pool?.Trim();
        string pool = Pool is null ? string.Empty : $" pool {Pool.Capacity} {Pool.FreeBytes} {Pool.LargestFreeRun}";
        return $"iova {Domain.FreeIovaBytes} {Domain.LargestFreeIovaBytes} live {Domain.LiveMappings} tables {(whole ? Domain.TableBytes : 0)} {TableLimit.Free} slots {SlotLimit.Free} homes {HomeLimit.Free}{pool}{More()} reach {string.Join(";", Format.Walker.List(Raw, Domain.RootTable))}";
    });

    /// <summary>Whether the naive model is right: exactly what is mapped is reached, and hardware was never given back what it knew.</summary>
    /// <param name="exactly">Whether nothing else may be reached either.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    internal string? Wrong(bool exactly) => Quietly(() =>
    {
        if (Remembers && Knowing.Wrong is not null) return Knowing.Wrong;

        SortedDictionary<ulong, ReachablePage> reached = Look();
        var rightful = new HashSet<ulong>();
        foreach (KeyValuePair<ulong, ulong> granule in _mapped.Values.SelectMany(one => one))
        {
            if (!reached.TryGetValue(granule.Key, out ReachablePage page)) return $"IOVA {granule.Key:x} of a live mapping is not reached";
            if (granule.Value != 0 ? page.Physical != granule.Value : !IsSlot(page.Physical)) return $"{page} of a live mapping leads elsewhere than to {granule.Value:x}";
            rightful.Add(page.Physical);
            reached.Remove(granule.Key);
        }

        if (WrongElsewhere(reached) is { } elsewhere) return elsewhere;
        if (exactly && reached.Count > 0) return $"{reached.Count} granules are in no live mapping, {reached.First().Value} the first";
        return WrongBeside(reached, rightful);
    });

    /// <summary>What else is to be as before.</summary>
    protected virtual string More() => string.Empty;

    /// <summary>Whether mappings that are not noted are right. Takes what they reach out of what there is.</summary>
    protected virtual string? WrongElsewhere(SortedDictionary<ulong, ReachablePage> reached) => null;

    protected T Quietly<T>(Func<T> look)
    {
        Injection[] all = [MapRefused, MapThrows, BackRefused, BackThrows, MemoryThrows, HardwareThrows, ListenerThrows];
        foreach (Injection one in all) one.IsPaused = true;
        try
        {
            return look();
        }
        finally
        {
            foreach (Injection one in all) one.IsPaused = false;
        }
    }

    /// <summary>Notes what a mapping in this domain is to reach.</summary>
    /// <param name="segments">What the device was told.</param>
    /// <param name="view">The bytes.</param>
    /// <param name="edgesAreCopies">Whether partly covered granules lead to slots.</param>
    /// <returns>What to forget it by.</returns>
    protected ulong Note(IEnumerable<DmaSegment> segments, scoped in PfnView view, bool edgesAreCopies = false)
    {
        var granules = new SortedDictionary<ulong, ulong>();
        long at = 0;
        foreach (DmaSegment segment in segments)
        {
            for (ulong iova = segment.Address.Value & ~4095ul; iova <= segment.Address.Value + (ulong)segment.Length - 1; iova += 4096)
            {
                long first = Math.Max(0, (long)(iova - segment.Address.Value));
                long bytes = Math.Min(segment.Length, (long)(iova + 4096 - segment.Address.Value)) - first;
                ulong home = view.AddressAt(at + first).Value & ~4095ul;
                granules[iova] = edgesAreCopies && bytes < 4096 ? 0 : home;
            }

            at += segment.Length;
        }

        ulong key = granules.Keys.First();
        _mapped.Add(key, granules);
        return key;
    }

    protected void Forget(ulong key) => _mapped.Remove(key);

    protected static Pfn[] Run(ulong first, int count, int stride = 1) => [.. Enumerable.Range(0, count).Select(i => new Pfn(first + (ulong)(i * stride)))];

    /// <summary>A step that maps, and unmaps.</summary>
    protected FaultStep Mapping(string name, IDmaMapper mapper, PfnSlice slice, DmaDirection direction, MapOptions options = MapOptions.None, bool inDomain = true, bool edgesAreCopies = false)
    {
        MappingToken token = default;
        ulong noted = 0;
        var segments = new DmaSegment[64];
        return new FaultStep(
            name,
            () =>
            {
                MapResult result = mapper.Map(slice.View, direction, segments, options);
                if (!result.IsMapped) return result.Status.ToString();
                token = result.Token;
                if (inDomain) noted = Note(segments.Take(result.SegmentCount), slice.View.Slice(0, result.Length), edgesAreCopies);
                return null;
            },
            () =>
            {
                Forget(noted);
                mapper.Unmap(token);
            });
    }

    /// <summary>What is reached now, which hardware may know from now on.</summary>
    protected SortedDictionary<ulong, ReachablePage> Look()
    {
        if (Remembers) Knowing.Look();
        SortedDictionary<ulong, ReachablePage> reached = Format.Walker.Granules(Raw, Domain.RootTable);
        foreach (ReachablePage page in reached.Values) _seen[page.Iova] = page.Physical;
        return reached;
    }

    private static bool IsSlot(ulong physical) => physical - RigMemory.Pool < Frames * 4096ul;

    /// <summary>
    /// What is reached though no live mapping says so, or is still known to hardware, after something threw that must not: nobody else may get it.
    /// </summary>
    private string? WrongBeside(SortedDictionary<ulong, ReachablePage> beside, HashSet<ulong> rightful)
    {
        HashSet<ulong>? slots = null, homes = null;
        foreach (ulong iova in _seen.Keys.ToArray())
        {
            ulong frame = _seen[iova];
            bool isKnown = Remembers && Knowing.Knows(iova >> 12);
            if (!isKnown && !beside.ContainsKey(iova))
            {
                _seen.Remove(iova);
                continue;
            }

            if (_mapped.Values.Any(one => one.ContainsKey(iova))) continue;
            slots ??= SlotLimit.ListFree();
            homes ??= HomeLimit.ListFree();
            string where = beside.ContainsKey(iova) ? "is reached" : "is known to hardware";
            if (slots.Contains(frame >> 12) || homes.Contains(frame >> 12)) return $"{iova:x}=>{frame:x} {where}, and its frame is free";
            if (IsSlot(frame) && rightful.Contains(frame)) return $"{iova:x}=>{frame:x} {where}, and its slot has somebody else's bytes";
        }

        return null;
    }
}
