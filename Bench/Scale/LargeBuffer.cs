using System;
using System.Diagnostics;
using DmaMapping;
using PfnBuffers;
using Spectre.Console;

namespace Bench;

/// <summary>
/// A buffer of 1 TiB in scattered frames of 2 MiB, built and mapped. The machine has memory for the tables alone: mapping
/// touches no byte of the buffer.
/// </summary>
internal static class LargeBuffer
{
    /// <summary>Steps that are told.</summary>
    internal const int StepCount = 1;

    private const int FrameCount = 1 << 19;
    private const int Samples = 1000;

    /// <summary>Measures, checks, and adds rows.</summary>
    internal static void Measure(Table table, Steps steps)
    {
        steps.Begin("1 TiB in frames of 2 MiB");
        ScaleMachine machine = new();
        Pfn[] source = Scattered();
        long heap = RetainedBytes.Heap() - machine.Machine.CommittedBytes;
        long start = Stopwatch.GetTimestamp();
        PfnBuffer buffer = new([.. source], PageSize.Size2M);
        double built = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        long described = RetainedBytes.Heap() - machine.Machine.CommittedBytes - heap;

        DmaSegment[] segments = new DmaSegment[1];
        long tables = machine.Domain.TableBytes;
        heap = RetainedBytes.Heap() - machine.Machine.CommittedBytes;
        start = Stopwatch.GetTimestamp();
        MapResult mapping = machine.Mapper.Map(buffer.View, DmaDirection.Bidirectional, segments);
        double mapped = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (!mapping.IsMapped || mapping.SegmentCount != 1) Throw.Invalid($"The mapping failed: {mapping}.");
        long held = RetainedBytes.Heap() - machine.Machine.CommittedBytes - heap;
        tables = machine.Domain.TableBytes - tables;
        Check(machine, segments[0], source);

        start = Stopwatch.GetTimestamp();
        machine.Mapper.Unmap(mapping.Token);
        double unmapped = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (machine.Translates(segments[0].Address, out _)) Throw.Invalid("Self check failed: the buffer translates after the unmap.");
        steps.Done();

        table.AddRow($"1 TiB, {FrameCount:N0} scattered frames of 2 MiB: managed heap of the buffer", $"{described:N0} bytes, {(double)described / FrameCount:0.00} a frame");
        table.AddRow("managed heap of the mapping, beside the tables", $"{held:N0} bytes, {(double)held / FrameCount:0.00} a frame");
        table.AddRow("tables", $"{tables:N0} bytes, {(double)tables / FrameCount:0.00} a frame");
        table.AddRow("build, map, unmap, the first time", $"{built:0.0} ms, {mapped:0.0} ms, {unmapped:0.0} ms");
        GC.KeepAlive(buffer);
    }

    /// <summary>Every other frame from 1 TiB up, shuffled.</summary>
    private static Pfn[] Scattered()
    {
        var frames = new Pfn[FrameCount];
        for (int i = 0; i < frames.Length; i++) frames[i] = new Pfn((ulong)(FrameCount + (2 * i)));
        new Random(1).Shuffle(frames);
        return frames;
    }

    private static void Check(ScaleMachine machine, DmaSegment segment, Pfn[] frames)
    {
        Random random = new(2);
        for (int i = 0; i < Samples; i++)
        {
            int frame = random.Next(frames.Length);
            bool found = machine.Translates(segment.Address + ((long)frame << 21), out ulong physical);
            if (!found || physical != frames[frame].Value << 21) Throw.Invalid($"Self check failed: frame {frame} does not translate.");
        }
    }
}
