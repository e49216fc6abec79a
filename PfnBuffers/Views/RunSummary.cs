using System;

namespace PfnBuffers;

/// <summary>
/// What one read of a pfn array tells about it, computed once when a buffer adopts the array.
/// Runs are kept only where they are long (32 frames or more on average): 12 bytes a run are then at most three eighths of a
/// byte a frame, and mapping the buffer again costs O(runs) and reads nothing of the array.
/// </summary>
internal readonly struct RunSummary
{
    /// <summary>Runs shorter than this on average are found again at each map, which is as fast as reading them here.</summary>
    private const int LeastFramesPerRun = 32;

    private RunSummary(int runCount, ulong pfnBits, int[]? starts, Pfn[]? pfns)
    {
        RunCount = runCount;
        PfnBits = pfnBits;
        Starts = starts;
        Pfns = pfns;
    }

    internal int RunCount { get; }

    /// <summary>Bitwise or of all frame numbers: none reaches 2^k when this does not.</summary>
    internal ulong PfnBits { get; }

    /// <summary>Index of each run's first frame; null where runs are not kept.</summary>
    internal int[]? Starts { get; }

    /// <summary>The number of each run's first frame.</summary>
    internal Pfn[]? Pfns { get; }

    internal static RunSummary Of(ReadOnlySpan<Pfn> frames)
    {
        if (frames.Length == 1) return new RunSummary(1, frames[0].Value, null, null);
        (int runs, ulong bits) = RunScanner.Scan(frames);
        if (runs > frames.Length / LeastFramesPerRun) return new RunSummary(runs, bits, null, null);

        int[] starts = new int[runs];
        var pfns = new Pfn[runs];
        int at = 0;
        for (int run = 0; run < runs; run++)
        {
            starts[run] = at;
            pfns[run] = frames[at];
            at += RunScanner.RunLength(frames.Slice(at));
        }

        return new RunSummary(runs, bits, starts, pfns);
    }

    /// <summary>Index of the run that holds a frame. Only where runs are kept.</summary>
    internal int RunOf(int frame)
    {
        int at = Array.BinarySearch(Starts!, frame);
        return at >= 0 ? at : ~at - 1;
    }
}
