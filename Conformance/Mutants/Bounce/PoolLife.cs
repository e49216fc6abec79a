using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Mutants;

/// <summary>What befalls a pool that the spy does not try: growth, reservations, waiting. Spelt out by hand, and quick.</summary>
internal static class PoolLife
{
    private const long Slot = 4096;
    private const int Slots = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>What goes wrong first; null for nothing.</summary>
    internal static string? Wrong()
    {
        try
        {
            return Reuse() ?? Growth() ?? Reservations() ?? Waiting();
        }
        catch (Exception thrown) when (thrown is InvalidOperationException or ArgumentException or AggregateException)
        {
            return thrown.Message;
        }
    }

    private static string? Reuse()
    {
        BouncePool pool = Pool(256, 256, default);
        BounceMapper run = Mapper(pool, "run", 32, DmaConstraints.ContiguousOnly);
        const int Runs = 30;
        for (int freed = 1; freed < Runs; freed++)
        {
            // A lane keeps 64 slots, and so not the twenty-second run of three beside the others.
            var slots = new ulong[Runs];
            var tokens = new MappingToken[Runs];
            for (int i = 0; i < Runs; i++)
            {
                tokens[i] = Map(run, 3 * i, 3, out ulong[] three);
                slots[i] = three[0];
            }

            for (int i = 0; i < freed; i++) run.Unmap(tokens[i]);
            run.Unmap(Map(run, 500, 3, out ulong[] again));
            if (again[0] != slots[freed - 1]) return "the slots freed last are not taken first";
            for (int i = freed; i < Runs; i++) run.Unmap(tokens[i]);
        }

        var everything = new BounceMapper(new DirectMapper(Device("every", new DmaConstraints { Window = DmaWindow.OfBits(32) })), pool, BounceMode.Everything);
        Pfn[] device = [new Pfn(RigMemory.StartOf(HomeArea.Mmio) >> 12), new Pfn((RigMemory.StartOf(HomeArea.Mmio) >> 12) + 2)];
        if (everything.Map(new PfnView(device, PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[2]).Status != MapStatus.UnreachableFrame) return "device memory is copied";

        if (pool.FreeBytes != pool.Capacity) return $"{pool.FreeBytes} of {pool.Capacity} bytes are free where nobody has any";
        run.Unmap(Map(run, 0, 256, out _));
        pool.Dispose();
        return null;
    }

    private static string? Growth()
    {
        // A device reaches the pool as it is made, and nothing of what the source has besides.
        MemoryZone[] zones = [new("low", new PhysicalAddress(1 << 24), 4 * Slot), new("high", new PhysicalAddress(1 << 28), 4 * Slot)];
        var pool = new BouncePool(RigMemory.Create(), new FrameAllocator(zones), new BouncePoolOptions { Length = 4 * Slot, MostLength = 8 * Slot });
        var window = new DmaWindow(new DmaAddress(pool.Start.Value), new DmaAddress(pool.Start.Value + (4 * (ulong)Slot) - 1));
        var mapper = new BounceMapper(new DirectMapper(Device("near", new DmaConstraints { Window = window })), pool);
        MappingToken all = Map(mapper, 0, 4, out _);
        if (Try(mapper, 100, 1).Status != MapStatus.NoBounceSpace || pool.Capacity != 4 * Slot) return "a pool grows out of its mappers' reach";
        mapper.Unmap(all);
        pool.Dispose();
        return null;
    }

    private static string? Reservations()
    {
        BouncePool pool = Pool(Slots, Slots, default);
        BounceMapper mapper = Mapper(pool, "device", 32, default);
        var segments = new DmaSegment[Slots];
        if (!mapper.TryReserve(8 * Slot, out BounceReservation reservation)) return "nothing is reserved";
        if (Map(mapper, reservation, 9, segments).Status != MapStatus.NoBounceSpace) return "a mapping takes more than was reserved";
        if (Map(mapper, reservation, 8, []).IsMapped) return "segments have nowhere to be";
        MapResult result = Map(mapper, reservation, 8, segments);
        if (!result.IsMapped) return $"after refusals a reservation is not what it was: {result}";
        mapper.Unmap(result.Token);
        if (!mapper.TryReserve(8 * Slot, out reservation)) return "nothing is reserved again";
        result = Map(mapper, reservation, 3, segments);
        if (pool.FreeBytes != (Slots - 3) * Slot) return "the rest of a reservation does not go back";
        mapper.Unmap(result.Token);
        pool.Dispose();
        return null;
    }

    private static string? Waiting()
    {
        BouncePool pool = Pool(Slots, Slots, default);
        BounceMapper mapper = Mapper(pool, "device", 32, default);
        MappingToken[] full = [.. Enumerable.Range(0, Slots).Select(i => Map(mapper, 2 * i, 1, out _))];
        using var cancel = new CancellationTokenSource();
        Task<BounceReservation> head = Wait(mapper, 12, cancel.Token), first = Wait(mapper, 8, default), second = Wait(mapper, 2, default);
        for (int i = 0; i < 8; i++) mapper.Unmap(full[i]);
        if (Try(mapper, 200, 1).Status != MapStatus.NoBounceSpace) return "a map passes by who waits";
        if (second.IsCompleted || first.IsCompleted) return "who came later is served before";
        cancel.Cancel();
        if (!Task.WhenAny(first, Task.Delay(Patience)).GetAwaiter().GetResult().Equals(first)) return "nobody moves up when the head is cancelled";
        if (!Task.WhenAny(head, Task.Delay(Patience)).GetAwaiter().GetResult().Equals(head)) return "a cancelled wait goes on";
        if (!head.IsCanceled || second.IsCompleted) return "who came later is served before";
        for (int i = 8; i < 10; i++) mapper.Unmap(full[i]);
        if (!Task.WhenAny(second, Task.Delay(Patience)).GetAwaiter().GetResult().Equals(second)) return "what is freed is not granted";
        mapper.Release(first.GetAwaiter().GetResult());
        mapper.Release(second.GetAwaiter().GetResult());
        for (int i = 10; i < Slots; i++) mapper.Unmap(full[i]);
        pool.Dispose();
        return null;
    }

    private static Task<BounceReservation> Wait(BounceMapper mapper, int slots, CancellationToken cancel) => mapper.ReserveAsync(slots * Slot, cancel).AsTask();

    private static BouncePool Pool(int slots, int most, Placement placement)
        => new(RigMemory.Create(), new FrameAllocator(new PhysicalAddress(RigMemory.Pool), most * Slot), new BouncePoolOptions { Length = slots * Slot, MostLength = most * Slot, Placement = placement });

    private static BounceMapper Mapper(BouncePool pool, string name, int bits, DmaConstraints rules) => new(new DirectMapper(Device(name, rules with { Window = DmaWindow.OfBits(bits) })), pool);

    private static DmaDevice Device(string name, DmaConstraints rules) => new(name, new RequesterId((ushort)name[0]), rules);

    private static MappingToken Map(BounceMapper mapper, int first, int count, out ulong[] slots)
    {
        var segments = new DmaSegment[count];
        MapResult result = mapper.Map(Home(first, count).View, DmaDirection.Bidirectional, segments);
        if (!result.IsMapped) throw new InvalidOperationException($"{count} frames: {result}");
        slots = [.. segments.Take(result.SegmentCount).Select(one => one.Address.Value / (ulong)Slot)];
        return result.Token;
    }

    private static MapResult Map(BounceMapper mapper, BounceReservation reservation, int count, DmaSegment[] segments)
        => mapper.Map(Home(300, count).View, DmaDirection.Bidirectional, segments, MapOptions.None, reservation);

    private static MapResult Try(BounceMapper mapper, int first, int count)
    {
        MapResult result = mapper.Map(Home(first, count).View, DmaDirection.Bidirectional, new DmaSegment[count]);
        if (result.IsMapped) mapper.Unmap(result.Token);
        return result;
    }

    private static PfnBuffer Home(int first, int count)
        => new([.. Enumerable.Range(first, count).Select(i => new Pfn((RigMemory.StartOf(HomeArea.High) >> 12) + (ulong)i))], PageSize.Size4K);
}
