using System;
using System.Collections.Generic;
using System.Diagnostics;
using DmaMapping;
using PfnBuffers;
using Spectre.Console;

namespace Bench;

/// <summary>A million maps and unmaps of 1 to 64 frames through a pool of 64 MiB, and then a mapping of 40 MiB in one segment.</summary>
internal static class BouncePoolWear
{
    /// <summary>Steps that are told.</summary>
    internal const int StepCount = 1;

    private const long PoolBytes = 64L << 20;
    private const int Calls = 1_000_000;
    private const int Live = 40;
    private const int MostFrames = 64;
    private const int LargeFrames = 10 << 10;

    /// <summary>Measures, checks, and adds rows.</summary>
    internal static void Measure(Table table, Steps steps)
    {
        steps.Begin("a million bounced mappings");
        ScaleBounce machine = new(PoolBytes);
        BounceMapper mapper = machine.Mapper("bench", default);
        BounceMapper contiguous = machine.Mapper("contiguous", DmaConstraints.ContiguousOnly);
        Random random = new(1);
        List<MappingToken> tokens = [];
        DmaSegment[] segments = new DmaSegment[MostFrames];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Calls; i++)
        {
            if (tokens.Count == Live || (tokens.Count > 0 && random.Next(2) == 0))
            {
                int at = random.Next(tokens.Count);
                mapper.Unmap(tokens[at]);
                tokens[at] = tokens[^1];
                tokens.RemoveAt(tokens.Count - 1);
                continue;
            }

            MapResult mapping = mapper.Map(machine.Home(random.Next(100) * MostFrames, 1 + random.Next(MostFrames)), DmaDirection.ToDevice, segments);
            if (!mapping.IsMapped) Throw.Invalid($"Call {i} failed: {mapping}.");
            tokens.Add(mapping.Token);
        }

        double wear = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls;
        int live = tokens.Count;
        long run = machine.Pool.LargestFreeRun;
        DmaSegment[] many = new DmaSegment[LargeFrames];
        string beside = Large(contiguous, machine, segments), apart = Large(mapper, machine, many);
        foreach (MappingToken token in tokens) mapper.Unmap(token);
        string alone = Large(contiguous, machine, segments), again = Large(contiguous, machine, segments);
        if (machine.Pool.FreeBytes != PoolBytes || machine.Pool.LargestFreeRun != PoolBytes) Throw.Invalid("Self check failed: the pool is not whole again.");
        steps.Done();

        table.AddRow($"{Calls:N0} maps and unmaps of 1 to {MostFrames} frames, a pool of 64 MiB, up to {Live} live", $"{wear:0} ns a call, copies and all");
        table.AddRow($"40 MiB in one segment, beside {live} live ({run >> 20} MiB in the longest run)", beside);
        table.AddRow($"40 MiB in as many as it takes, beside {live} live", apart);
        table.AddRow("in one segment with nothing live; once more", $"{alone}; {again}");
    }

    private static string Large(BounceMapper mapper, ScaleBounce machine, DmaSegment[] segments)
    {
        long start = Stopwatch.GetTimestamp();
        MapResult mapping = mapper.Map(machine.Home(0, LargeFrames), DmaDirection.ToDevice, segments);
        double taken = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (!mapping.IsMapped) return $"{mapping.Status} after {taken:0.0} ms";
        if (mapping.BouncedBytes != (long)LargeFrames << 12 || mapping.SegmentCount > (mapper.Profile.Device.Constraints.MaxSegmentCount == 1 ? 1 : LargeFrames)) Throw.Invalid("Self check failed: not all is bounced, or not in one segment.");
        mapper.Unmap(mapping.Token);
        return $"{taken:0.0} ms, segments: {mapping.SegmentCount}";
    }
}
