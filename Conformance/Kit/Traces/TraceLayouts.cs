using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>Draws where the frames of a buffer lie: as allocators leave them, and as they break code.</summary>
internal static class TraceLayouts
{
    /// <summary>How many kinds there are.</summary>
    private const int Kinds = 11;

    private static readonly int[] Areas = [TraceMemory.Zero, TraceMemory.Isa, TraceMemory.Isa, TraceMemory.Large, TraceMemory.Large, TraceMemory.Large, TraceMemory.Mmio, TraceMemory.Edge, TraceMemory.Edge, TraceMemory.High, TraceMemory.High, TraceMemory.Far48, TraceMemory.Far52, TraceMemory.Top];
    private static readonly int[] LargeAreas = [TraceMemory.Large, TraceMemory.High];
    private static readonly int[] Primes = [2, 3, 5, 7, 11, 13, 17, 31, 61, 127];

    internal static PageSize Page(ref SpyRandom random) => random.Below(20) switch
    {
        < 12 => PageSize.Size4K,
        < 15 => PageSize.Size16K,
        < 18 => PageSize.Size64K,
        _ => PageSize.Size2M,
    };

    /// <summary>Frames of a size.</summary>
    internal static List<TraceRun> Draw(ref SpyRandom random, PageSize page, TraceTally tally)
    {
        int area = page == PageSize.Size2M ? LargeAreas[random.Below(2)] : Areas[random.Below(Areas.Length)];
        int all = (int)(TraceMemory.LengthOf(area) / page.Bytes);
        int most = Math.Min(all, page == PageSize.Size4K ? 48 : page == PageSize.Size16K ? 24 : 12);
        int count = 1 + random.Below(most);
        var at = new Cursor(area, page, all);
        var runs = new List<TraceRun>();
        int kind = random.Below(Kinds);
        switch (kind)
        {
            case 0:
                tally.Count(TraceTally.Layouts, "contiguous");
                runs.Add(at.Run(random.Below(all), count));
                break;
            case 1:
                // What matters in an area is its middle, or its end.
                tally.Count(TraceTally.Layouts, "across an edge");
                runs.Add(at.Run(area == TraceMemory.Top ? all - count : area == TraceMemory.Zero ? 0 : (all / 2) - random.Below(count + 1), count));
                break;
            case 2:
                tally.Count(TraceTally.Layouts, "as a buddy allocator leaves it");
                Buddies(ref random, at, count, runs);
                break;
            case 3:
                tally.Count(TraceTally.Layouts, "every other frame");
                for (int i = 0, start = random.Below(all); i < count; i++) runs.Add(at.Run((start + (2 * i)) % all, 1));
                break;
            case 4:
                tally.Count(TraceTally.Layouts, "reversed");
                for (int i = 0, start = random.Below(all); i < count; i++) runs.Add(at.Run((start + all - i) % all, 1));
                break;
            case 5:
                tally.Count(TraceTally.Layouts, "growing runs");
                for (int length = 1, start = random.Below(all); length * (length + 1) / 2 <= count; start += length + 1, length++) runs.Add(at.Run(start % all, length));
                break;
            case 6:
                tally.Count(TraceTally.Layouts, "shrinking runs");
                for (int length = (int)Math.Sqrt(count * 2), start = random.Below(all); length > 0; start += length + 1, length--) runs.Add(at.Run(start % all, length));
                break;
            case 7:
                tally.Count(TraceTally.Layouts, "a prime number");
                Pieces(ref random, at, Primes[random.Below(Primes.Length)] % (all + 1), runs);
                break;
            case 8:
                tally.Count(TraceTally.Layouts, "near a power of two");
                Near(ref random, at, most, runs);
                break;
            case 9:
                tally.Count(TraceTally.Layouts, "a frame twice");
                Pieces(ref random, at, count, runs);
                runs.Insert(random.Below(runs.Count + 1), runs[random.Below(runs.Count)]);
                break;
            default:
                tally.Count(TraceTally.Layouts, "of several areas");
                Several(ref random, page, count, runs);
                break;
        }

        // Now and then long enough for large pages of an IOMMU.
        if (page == PageSize.Size4K && area is TraceMemory.Large or TraceMemory.High && random.OneIn(16))
        {
            tally.Count(TraceTally.Layouts, "for large pages");
            int start = random.OneIn(2) ? 512 * random.Below(3) : random.Below(700);
            if (random.OneIn(2))
            {
                runs.Insert(0, at.Run(start, 500 + random.Below(560)));
            }
            else
            {
                // All but one lie as a large page does.
                int odd = 1 + random.Below(510);
                runs.InsertRange(0, [at.Run(start, odd), at.Run(random.Below(all), 1), at.Run(start + odd + 1, 511 - odd)]);
            }
        }

        runs.RemoveAll(run => run.Count == 0);
        if (runs.Count == 0) runs.Add(at.Run(0, 1));
        return runs;
    }

    /// <summary>Blocks of powers of two, aligned to their size, in any order.</summary>
    private static void Buddies(ref SpyRandom random, in Cursor at, int count, List<TraceRun> runs)
    {
        for (int left = count; left > 0;)
        {
            int size = 1 << random.Below(5);
            while (size > left || size > at.All) size >>= 1;
            runs.Add(at.Run(random.Below(at.All / size) * size, size));
            left -= size;
        }
    }

    private static void Pieces(ref SpyRandom random, in Cursor at, int count, List<TraceRun> runs)
    {
        for (int left = Math.Max(1, count); left > 0;)
        {
            int size = Math.Min(left, 1 + random.Below(8));
            runs.Add(at.Run(random.Below(at.All), size));
            left -= size;
        }
    }

    /// <summary>One frame more or less than a power of two, in one run or with a gap.</summary>
    private static void Near(ref SpyRandom random, in Cursor at, int most, List<TraceRun> runs)
    {
        int power = 1;
        while (power * 2 <= most && !random.OneIn(6)) power *= 2;
        int count = Math.Max(1, power + random.Below(3) - 1), start = random.Below(at.All);
        if (random.OneIn(2) || count < 2)
        {
            runs.Add(at.Run(start, count));
            return;
        }

        int gap = 1 + random.Below(count - 1);
        runs.Add(at.Run(start, gap));
        runs.Add(at.Run((start + gap + 1) % at.All, count - gap));
    }

    private static void Several(ref SpyRandom random, PageSize page, int count, List<TraceRun> runs)
    {
        int[] areas = page == PageSize.Size2M ? LargeAreas : Areas;
        for (int left = count; left > 0;)
        {
            int area = areas[random.Below(areas.Length)], all = (int)(TraceMemory.LengthOf(area) / page.Bytes);
            int size = Math.Min(left, 1 + random.Below(6));
            runs.Add(new Cursor(area, page, all).Run(random.Below(all), size));
            left -= size;
        }
    }

    /// <summary>Frames of an area.</summary>
    private readonly record struct Cursor(int Area, PageSize Page, int All)
    {
        /// <summary>So many frames from one on, as far as there are.</summary>
        internal TraceRun Run(int start, int count)
        {
            start = Math.Max(0, Math.Min(start, All - 1));
            return new TraceRun(new Pfn(TraceMemory.StartOf(Area) >> Page.Shift) + start, Math.Min(count, All - start));
        }
    }
}
