using System;
using System.Diagnostics;
using DmaMapping;
using PfnBuffers;
using Spectre.Console;

namespace Bench;

/// <summary>Ten million mappings of one page each, alive at once on one domain. What the caller keeps of them, tokens and addresses, is not counted.</summary>
internal static class ManyMappings
{
    /// <summary>Steps that are told.</summary>
    internal const int StepCount = 2 * Parts;

    private const int Parts = 20;
    private const int Count = 10_000_000;
    private const int Samples = 1000;

    /// <summary>Measures, checks, and adds rows.</summary>
    internal static void Measure(Table table, Steps steps)
    {
        steps.Begin("10 million mappings");
        ScaleMachine machine = new();
        MappingToken[] tokens = new MappingToken[Count];
        DmaAddress[] addresses = new DmaAddress[Count];
        long heap = RetainedBytes.Heap() - machine.Machine.CommittedBytes;
        double mapped = 0, unmapped = 0;
        for (int part = 0; part < Parts; part++)
        {
            mapped += Map(machine, tokens, addresses, part * (Count / Parts), (part + 1) * (Count / Parts));
            steps.Done();
        }

        long held = RetainedBytes.Heap() - machine.Machine.CommittedBytes - heap;
        long tables = machine.Domain.TableBytes;
        Check(machine, addresses);
        for (int part = 0; part < Parts; part++)
        {
            unmapped += Unmap(machine, tokens, part * (Count / Parts), (part + 1) * (Count / Parts));
            steps.Done();
        }

        if (machine.Domain.LiveMappings != 0 || machine.Translates(addresses[0], out _)) Throw.Invalid("Self check failed: mappings are left.");
        table.AddRow($"{Count:N0} live mappings of one page: managed heap, beside the tables", $"{held:N0} bytes, {(double)held / Count:0.0} a mapping");
        table.AddRow("tables", $"{tables:N0} bytes, {(double)tables / Count:0.0} a mapping");
        table.AddRow("together", $"{(double)(held + tables) / Count:0.0} bytes a mapping");
        table.AddRow("map, unmap", $"{mapped / Count:0} ns, {unmapped / Count:0} ns a mapping");
    }

    /// <summary>Maps part of them.</summary>
    /// <returns>Nanoseconds.</returns>
    private static double Map(ScaleMachine machine, MappingToken[] tokens, DmaAddress[] addresses, int first, int end)
    {
        Span<Pfn> frame = stackalloc Pfn[1];
        Span<DmaSegment> segment = new DmaSegment[1];
        long start = Stopwatch.GetTimestamp();
        for (int i = first; i < end; i++)
        {
            frame[0] = FrameOf(i);
            MapResult mapping = machine.Mapper.Map(new PfnView(frame, PageSize.Size4K), DmaDirection.Bidirectional, segment);
            if (!mapping.IsMapped) Throw.Invalid($"Mapping {i} failed: {mapping}.");
            tokens[i] = mapping.Token;
            addresses[i] = segment[0].Address;
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static double Unmap(ScaleMachine machine, MappingToken[] tokens, int first, int end)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = first; i < end; i++) machine.Mapper.Unmap(tokens[i]);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static Pfn FrameOf(int mapping) => new((1ul << 20) + (2 * (ulong)mapping));

    private static void Check(ScaleMachine machine, DmaAddress[] addresses)
    {
        if (machine.Domain.LiveMappings != Count) Throw.Invalid("Self check failed: the domain counts other mappings.");
        Random random = new(3);
        for (int i = 0; i < Samples; i++)
        {
            int mapping = random.Next(Count);
            bool found = machine.Translates(addresses[mapping], out ulong physical);
            if (!found || physical != FrameOf(mapping).Value << 12) Throw.Invalid($"Self check failed: mapping {mapping} does not translate.");
        }
    }
}
