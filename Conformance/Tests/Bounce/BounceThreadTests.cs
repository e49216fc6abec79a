using System;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Many threads over one pool: no slot is anybody's twice, no wake-up is lost, and of two writers one wins.</summary>
public class BounceThreadTests
{
    private const long Slot = PoolRig.Slot;
    private const int Slots = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2, 2500)]
    [InlineData(6, 800)]
    public async Task No_slot_is_handed_out_twice_and_no_wake_up_is_lost(int threads, int rounds)
    {
        var rig = new PoolRig(Slots, most: Slots + 16);
        BounceMapper[] mappers = [rig.Mapper(name: "any"), rig.Mapper(DmaConstraints.ContiguousOnly, "one run")];
        int granted = 0, cancelled = 0;
        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(() => Work(thread), Stop)));
        Assert.Equal((rig.Pool.Capacity, 0, 0), (rig.Pool.FreeBytes, mappers.Sum(one => one.LiveReservations), mappers.Sum(one => one.LiveMappings)));
        rig.Pool.Trim();
        Assert.Equal((Slots * Slot, Slots * Slot, Slots * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes, rig.Pool.LargestFreeRun));
        Assert.True(granted > rounds && cancelled > 0, $"{granted} granted, {cancelled} cancelled");

        async Task Work(int thread)
        {
            var random = new Random(thread);
            var segments = new DmaSegment[Slots];
            for (int round = 0; round < rounds; round++)
            {
                BounceMapper mapper = mappers[random.Next(2)];
                int slots = 1 + random.Next(random.Next(4) == 0 ? Slots : 6);
                PfnBuffer homes = PoolRig.High(thread * 1000, slots);
                using var cancel = new CancellationTokenSource();
                Task<BounceReservation> wait = mapper.ReserveAsync(slots * Slot, cancel.Token).AsTask();
                if (random.Next(5) == 0) cancel.Cancel();
                BounceReservation reservation;
                try
                {
                    reservation = await wait.WaitAsync(Patience, Stop);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                    continue;
                }

                Interlocked.Increment(ref granted);
                if (random.Next(8) == 0)
                {
                    mapper.Release(reservation);
                    continue;
                }

                MapResult result = mapper.Map(homes.View, DmaDirection.Bidirectional, segments, MapOptions.None, reservation);
                Assert.True(result.IsMapped, $"{result}");
                Use(rig, segments.AsSpan(0, result.SegmentCount), ((ulong)thread << 32) | (uint)round);
                mapper.Unmap(result.Token);

                // Who does not wait may have none.
                MapResult quick = mapper.Map(homes.View, DmaDirection.Bidirectional, segments, MapOptions.None);
                Assert.True(quick.Status is MapStatus.Mapped or MapStatus.NoBounceSpace, $"{quick}");
                if (!quick.IsMapped) continue;
                Use(rig, segments.AsSpan(0, quick.SegmentCount), ~(((ulong)thread << 32) | (uint)round));
                mapper.Unmap(quick.Token);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(600)]
    public void Of_two_that_would_write_the_same_homes_one_is_mapped_always(int frames)
    {
        const int Rounds = 4000;
        var rig = new PoolRig(4 * frames + 16);
        BounceMapper[] mappers = [rig.Mapper(name: "first"), rig.Mapper(name: "second")];
        var results = new MapResult[2];
        using var start = new Barrier(2);
        int rounds = frames == 1 ? Rounds : Rounds / 10;
        string? wrong = null;
        Thread[] threads = [.. mappers.Select((mapper, i) => new Thread(() => Race(mapper, i)))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.True(wrong is null, wrong);
        Assert.Equal(rig.Pool.Capacity, rig.Pool.FreeBytes);

        void Race(BounceMapper mapper, int i)
        {
            // Of other shapes and in other orders, over the same bytes and several shards.
            PfnBuffer homes = i == 0 ? PoolRig.High(0, frames, 3) : new PfnBuffer([.. Enumerable.Reverse(PoolRig.High(0, frames, 3).View.Frames.ToArray())], PageSize.Size4K);
            var segments = new DmaSegment[frames];
            for (int round = 0; round < rounds; round++)
            {
                start.SignalAndWait();
                results[i] = mapper.Map(homes.View, DmaDirection.FromDevice, segments);
                start.SignalAndWait();
                if (i == 0 && wrong is null && !(results[0].IsMapped ^ results[1].IsMapped && results.Any(one => one.Status == MapStatus.WouldDiverge)))
                    wrong = $"round {round}: {results[0]}; {results[1]}";
                start.SignalAndWait();
                if (results[i].IsMapped) mapper.Unmap(results[i].Token);
            }
        }
    }

    [Fact]
    public async Task Growing_and_shrinking_under_others_loses_nothing()
    {
        var rig = new PoolRig(16, most: 512, growBy: 16);
        BounceMapper mapper = rig.Mapper();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(
            () =>
            {
                var random = new Random(thread);
                var segments = new DmaSegment[128];
                for (int round = 0; round < 3000; round++)
                {
                    PfnBuffer homes = PoolRig.High(thread * 1000, 1 + random.Next(random.Next(4) == 0 ? 100 : 4));
                    MapResult result = mapper.Map(homes.View, DmaDirection.Bidirectional, segments);
                    if (!result.IsMapped) continue;
                    Use(rig, segments.AsSpan(0, result.SegmentCount), ((ulong)thread << 32) | (uint)round);
                    mapper.Unmap(result.Token);
                    if (random.Next(50) == 0) rig.Pool.Trim();
                }
            },
            Stop)));
        rig.Pool.Trim();
        Assert.Equal((16 * Slot, 16 * Slot, 496L), (rig.Pool.Capacity, rig.Pool.FreeBytes, rig.Source.FreeFrames));
        rig.Pool.Dispose();
        Assert.Equal(512, rig.Source.FreeFrames);
    }

    /// <summary>Writes into every slot who has it, and finds that nobody else did.</summary>
    private static void Use(PoolRig rig, ReadOnlySpan<DmaSegment> segments, ulong owner)
    {
        ulong[] slots = PoolRig.SlotsOf(segments);
        foreach (ulong slot in slots) Word(rig, slot) = owner;
        Thread.SpinWait(50);
        foreach (ulong slot in slots)
        {
            if (Word(rig, slot) != owner) throw new LawViolatedException($"slot {slot:x} is somebody else's too");
        }
    }

    /// <summary>As the device sees it, which has no IOMMU.</summary>
    private static ref ulong Word(PoolRig rig, ulong slot) => ref MemoryMarshal.Cast<byte, ulong>(rig.Memory.Access(new PhysicalAddress(slot * (ulong)Slot), 8))[0];
}
