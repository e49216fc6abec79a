using System;
using PfnBuffers;

namespace Bench;

/// <summary>
/// Builds the frames of each layout, the same at every run. A layout of N frames spreads over 3N frames of memory:
/// run slots are twice as long as a run, and every third slot stays empty, so no shuffle can join two runs.
/// </summary>
internal static class Layouts
{
    /// <summary>Every layout lies from 1 GiB up, so that a contiguous GiB can be one aligned block.</summary>
    internal const ulong FirstFrame = 1 << 18;

    /// <summary>Frames of the emulated machine: 4 GiB, enough for the largest layout.</summary>
    internal const int MachineFrames = 1 << 20;

    private const int Seed = 20240;
    private const int Misalignment = 3;

    /// <summary>The frames of one cell.</summary>
    internal static Pfn[] Build(Layout layout, int count)
    {
        int run = RunLength(layout, count);
        int runs = (count + run - 1) / run;
        int[] slots = new int[runs + (runs / 2)];
        for (int i = 0; i < slots.Length; i++) slots[i] = i;
        if (layout != Layout.Contiguous) new Random(Seed + count).Shuffle(slots);

        Pfn[] frames = new Pfn[count];
        for (int i = 0; i < count; i++)
            frames[i] = new Pfn(FirstFrame + ((ulong)slots[i / run] * 2 * (ulong)run) + (ulong)(i % run));
        return frames;
    }

    /// <summary>The frames of one cell, a few frames further up, so that no run is aligned to more than those.</summary>
    internal static Pfn[] BuildUnaligned(Layout layout, int count)
    {
        Pfn[] frames = Build(layout, count);
        for (int i = 0; i < frames.Length; i++) frames[i] += Misalignment;
        return frames;
    }

    /// <summary>How the layout is named in tables.</summary>
    internal static string NameOf(Layout layout) => layout switch
    {
        Layout.Contiguous => "contiguous",
        Layout.Scattered => "scattered",
        Layout.RunsOf8 => "runs of 8",
        _ => "runs of 512",
    };

    /// <summary>How the layout is named in results that programs read.</summary>
    internal static string IdOf(Layout layout) => layout switch
    {
        Layout.Contiguous => "contiguous",
        Layout.Scattered => "scattered",
        Layout.RunsOf8 => "runs8",
        _ => "runs512",
    };

    private static int RunLength(Layout layout, int count) => layout switch
    {
        Layout.Contiguous => count,
        Layout.Scattered => 1,
        Layout.RunsOf8 => 8,
        _ => 512,
    };
}
