using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Spectre.Console;

namespace Bench;

/// <summary>
/// More users than a pool has room for: each reserves a random size up to half of the pool, waits for it, maps, holds the mapping a moment, and unmaps.
/// How long they wait, by size; a wait that takes seconds is starvation, and told.
/// </summary>
internal static class BounceOverload
{
    /// <summary>Steps that are told.</summary>
    internal const int StepCount = 1;

    private const int PoolSlots = 1024;
    private const int Users = 8;
    private const int Rounds = 2500;

    private static readonly TimeSpan Starved = TimeSpan.FromSeconds(5);
    private static readonly (string Name, int Most)[] Classes = [("1 to 16 frames", 16), ("17 to 128", 128), ("129 to 512", PoolSlots / 2)];

    /// <summary>Measures, checks, and adds rows.</summary>
    internal static void Measure(Table table, Steps steps)
    {
        steps.Begin("an overloaded bounce pool");
        ScaleBounce machine = new((long)PoolSlots << 12);
        BounceMapper[] mappers = [machine.Mapper("any", default), machine.Mapper("contiguous", DmaConstraints.ContiguousOnly)];
        ConcurrentBag<(int Frames, double Waited)> waits = [];
        int starved = 0, waited = 0;
        long start = Stopwatch.GetTimestamp();
        Task.WaitAll([.. Enumerable.Range(0, Users).Select(user => Task.Run(() => UseAsync(user)))]);
        double taken = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (machine.Pool.FreeBytes != machine.Pool.Capacity) Throw.Invalid("Self check failed: slots are lost.");
        steps.Done();

        table.AddRow($"{Users} users of a pool of {PoolSlots} slots, {Users * Rounds:N0} reservations of up to half of it: served, had to wait, starved", $"{waits.Count:N0} in {taken:0.0} s, {waited:N0}, {starved}");
        int least = 0;
        foreach ((string name, int most) in Classes)
        {
            double[] those = [.. waits.Where(one => one.Frames > least && one.Frames <= most).Select(one => one.Waited).Order()];
            table.AddRow($"waits for {name}: mean, 99th percentile, longest", $"{those.Average():0.000} ms, {those[those.Length * 99 / 100]:0.0} ms, {those[^1]:0.0} ms");
            least = most;
        }

        async Task UseAsync(int user)
        {
            Random random = new(user);
            DmaSegment[] segments = new DmaSegment[PoolSlots];
            for (int round = 0; round < Rounds; round++)
            {
                int frames = 1 + random.Next(Classes[random.Next(Classes.Length)].Most);
                BounceMapper mapper = mappers[random.Next(mappers.Length)];
                long asked = Stopwatch.GetTimestamp();
                ValueTask<BounceReservation> wait = mapper.ReserveAsync((long)frames << 12, CancellationToken.None);
                if (!wait.IsCompleted) Interlocked.Increment(ref waited);
                BounceReservation reservation = await wait.ConfigureAwait(false);
                TimeSpan elapsed = Stopwatch.GetElapsedTime(asked);
                waits.Add((frames, elapsed.TotalMilliseconds));
                if (elapsed > Starved) Interlocked.Increment(ref starved);
                MapResult mapping = mapper.Map(machine.Home(user * PoolSlots, frames), DmaDirection.Bidirectional, segments, MapOptions.None, reservation);
                if (!mapping.IsMapped) Throw.Invalid($"What was reserved is not there: {mapping}.");
                await Task.Yield();
                Thread.SpinWait(random.Next(2000));
                mapper.Unmap(mapping.Token);
            }
        }
    }
}
