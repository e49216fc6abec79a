using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Demo;

/// <summary>
/// Memory as it is after years of use: what other tenants hold is taken, and only so many frames are left that a buffer just
/// finds room, half of it above 4 GiB and half below, nowhere in one piece.
/// </summary>
internal static class WornMemory
{
    /// <summary>Most consecutive 4 KiB frames that are left free.</summary>
    private const int LongestRun = 12;

    private const int Seed = 2015;

    private static readonly Placement Low = Placement.Below(32);
    private static readonly Placement High = new() { First = new PhysicalAddress(1UL << 32) };

    /// <summary>Leaves room for a number of frames, and no more.</summary>
    internal static void Wear(FrameAllocator frames, int count, PageSize size)
    {
        if (size == PageSize.Size4K) frames.Fragment(LongestRun, Seed);
        LeaveOnly(frames, count / 2, size, Low);
        LeaveOnly(frames, count - (count / 2), size, High);
    }

    private static void LeaveOnly(FrameAllocator frames, int count, PageSize size, in Placement placement)
    {
        var taken = new List<Pfn>();
        Span<Pfn> one = stackalloc Pfn[1];
        while (frames.TryAllocate(one, size, placement)) taken.Add(one[0]);

        // Of small frames whole runs are left, as Fragment made them; of huge ones every second, so that no two are side by side.
        taken.Sort();
        var left = new List<Pfn>();
        if (size == PageSize.Size4K) AddRuns(taken, count, left);
        else for (int i = 0; left.Count < count; i += 2) left.Add(taken[i]);
        frames.Free(left.ToArray(), size);
    }

    private static void AddRuns(List<Pfn> free, int count, List<Pfn> left)
    {
        List<(int First, int Count)> runs = [];
        foreach (FrameRun run in new PfnView(free.ToArray(), PageSize.Size4K).Runs) runs.Add((run.FirstFrame, run.FrameCount));
        var order = runs.ToArray();
        new Random(Seed).Shuffle(order);
        foreach ((int first, int length) in order)
        {
            int take = Math.Min(length, count - left.Count);
            left.AddRange(free.GetRange(first, take));
        }
    }
}
