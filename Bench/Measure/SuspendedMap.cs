using System;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>
/// Whether a thread that is suspended inside a map blocks the maps of another on the same domain. It is held at every access to
/// table memory in turn that its map makes, the first map of a domain among them, which makes tables.
/// </summary>
internal static class SuspendedMap
{
    /// <summary>Frames of each mapping.</summary>
    internal const int Frames = 256;

    private const int OtherMaps = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

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
        HoldingMemory memory = new(machine);
        EmulatedIommu iommu = new(machine);
        using IommuDomain domain = new(memory, machine.Frames, iommu);
        DmaDevice device = new("bench", new RequesterId(0, 1, 0));
        IommuMapper mapper = new(device, domain);

        Pfn[] frames = Layouts.Build(Layout.Scattered, 2 * Frames);
        using PfnBuffer first = new(frames[..Frames], PageSize.Size4K), second = new(frames[Frames..], PageSize.Size4K);
        Thread held = Worker(new MapLoop("held", mapper, first), 1, out _);
        memory.HoldAfter(accesses, held);
        held.Start();
        while (held.IsAlive && !memory.Held.Wait(1))
        {
        }

        bool? passed = null;
        if (memory.Held.IsSet)
        {
            Thread other = Worker(new MapLoop("other", mapper, second), OtherMaps, out Func<bool> isDone);
            other.Start();
            passed = other.Join(Patience) && isDone();
            memory.LetGo();
            other.Join();
        }

        held.Join();
        if (domain.LiveMappings != 0) Throw.Invalid("Self check failed: mappings are left.");
        return passed;
    }

    private static Thread Worker(MapLoop loop, int times, out Func<bool> isDone)
    {
        bool done = false;
        isDone = () => Volatile.Read(ref done);
        return new Thread(() =>
        {
            Interleaved.Consume(loop.Run(times));
            Volatile.Write(ref done, true);
        });
    }
}
