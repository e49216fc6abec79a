using System;

namespace PfnBuffers;

/// <summary>
/// What one read of a pfn array tells about it, computed once when a buffer adopts the array.
/// Run starts are kept only where runs are long (32 frames or more on average): 4 bytes a run is then
/// at most an eighth of a byte a frame, and mapping the buffer again costs O(runs) instead of O(frames).
/// </summary>
internal sealed class RunSummary
{
    /// <summary>Runs shorter than this on average are found again at each map, which is as fast as reading them here.</summary>
    private const int LeastFramesPerRun = 32;

    private readonly int[]? _starts;

    private RunSummary(int runCount, ulong pfnBits, int[]? starts)
    {
        RunCount = runCount;
        PfnBits = pfnBits;
        _starts = starts;
    }

    internal int RunCount { get; }

    /// <summary>Bitwise or of all frame numbers: none reaches 2^k when this does not.</summary>
    internal ulong PfnBits { get; }

    /// <summary>Whether run starts are kept, so that runs can be walked without reading the array.</summary>
    internal bool KeepsRuns => _starts is not null;

    internal static RunSummary Of(ReadOnlySpan<Pfn> frames)
    {
        (int runs, ulong bits) = RunScanner.Scan(frames);
        if (runs > frames.Length / LeastFramesPerRun) return new RunSummary(runs, bits, null);

        int[] starts = new int[runs];
        int at = 0;
        for (int run = 0; run < runs; run++)
        {
            starts[run] = at;
            at += RunScanner.RunLength(frames.Slice(at));
        }

        return new RunSummary(runs, bits, starts);
    }

    /// <summary>Index of the run that holds a frame. Only where runs are kept.</summary>
    internal int RunOf(int frame)
    {
        int at = Array.BinarySearch(_starts!, frame);
        return at >= 0 ? at : ~at - 1;
    }

    /// <summary>Index one past the last frame of a run, among <paramref name="frameCount"/> frames. Only where runs are kept.</summary>
    internal int EndOf(int run, int frameCount) => run + 1 < _starts!.Length ? _starts[run + 1] : frameCount;
}
