using System;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>
/// Whether a thread that is suspended inside a map blocks the maps of another on the same domain. It is held at every access to
/// table memory in turn that its map makes; it is the first map of the domain, so tables are made on the way.
/// </summary>
internal static class SuspendedMap
{
    /// <summary>Frames of each mapping.</summary>
    internal const int Frames = 256;

    private const int OtherMaps = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Tries every place until one blocks.</summary>
    /// <returns>Places tried, and those at which the other thread went on.</returns>
    internal static (int Places, int Passed) Run()
    {
        for (int place = 0; ; place++)
        {
            bool? passed = Passes(place);
            if (passed is null) return (place, place);
            if (passed is false) return (place + 1, place);
        }
    }

    /// <summary>Null where the map makes fewer accesses.</summary>
    private static bool? Passes(int accesses)
    {
        EmulatedMachine machine = new(new MemoryRegion(default, 16L << 20, MemoryKind.PageBacked));
        using HoldingMemory memory = new(machine);
        using IommuDomain domain = new(memory, machine.Frames, new EmulatedIommu(machine));
        IommuMapper mapper = new(new DmaDevice("bench", new RequesterId(0, 1, 0)), domain);
        Pfn[] frames = Layouts.Build(Layout.Scattered, 2 * Frames);

        Thread held = new(() =>
        {
            MapResult mapping = Map(mapper, frames.AsSpan(0, Frames));
            memory.LetGo();
            mapper.Unmap(mapping.Token);
        });
        memory.HoldAfter(accesses, held);
        held.Start();
        while (held.IsAlive && !memory.Held.Wait(1))
        {
        }

        bool? passed = memory.Held.IsSet ? OtherMapsPass(mapper, frames, memory) : null;
        held.Join();
        if (domain.LiveMappings != 0) Throw.Invalid("Self check failed: mappings are left.");
        return passed;
    }

    private static bool OtherMapsPass(IommuMapper mapper, Pfn[] frames, HoldingMemory memory)
    {
        MapResult[] mappings = new MapResult[OtherMaps];
        Thread other = new(() =>
        {
            for (int i = 0; i < mappings.Length; i++) mappings[i] = Map(mapper, frames.AsSpan(Frames));
        });
        other.Start();
        bool passed = other.Join(Patience);
        memory.LetGo();
        other.Join();
        foreach (MapResult mapping in mappings) mapper.Unmap(mapping.Token);
        return passed;
    }

    private static MapResult Map(IommuMapper mapper, ReadOnlySpan<Pfn> frames)
    {
        MapResult mapping = mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.Bidirectional, new DmaSegment[1]);
        if (!mapping.IsMapped) Throw.Invalid($"The mapping failed: {mapping}.");
        return mapping;
    }
}
