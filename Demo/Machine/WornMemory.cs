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

    private static readonly Placement Low = Placement.Below(32);
    private static readonly Placement High = new() { First = new PhysicalAddress(1UL << 32) };

    /// <summary>Leaves room for a number of frames, and no more.</summary>
    internal static void Wear(FrameAllocator frames, int count, PageSize size)
    {
        if (size == PageSize.Size4K) frames.Fragment(LongestRun, seed: 2015);
        LeaveOnly(frames, count / 2, size, Low);
        LeaveOnly(frames, count - (count / 2), size, High);
    }

    private static void LeaveOnly(FrameAllocator frames, int count, PageSize size, in Placement placement)
    {
        var taken = new List<Pfn>();
        Span<Pfn> one = stackalloc Pfn[1];
        while (frames.TryAllocate(one, size, placement)) taken.Add(one[0]);

        // Small frames come from places of every kind; of huge ones every second is left, so that no two are side by side.
        if (size != PageSize.Size4K) taken.Sort();
        var left = new Pfn[Math.Min(count, taken.Count)];
        int step = size == PageSize.Size4K ? 1 : 2;
        for (int i = 0; i < left.Length; i++) left[i] = taken[i * step];
        frames.Free(left, size);
    }
}
