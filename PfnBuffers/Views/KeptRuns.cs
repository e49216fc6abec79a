using System;

namespace PfnBuffers;

/// <summary>
/// The runs of a buffer, found once when it adopts its array. They are kept only where they are long (32 frames or more on
/// average): 12 bytes a run are then at most three eighths of a byte a frame, and mapping the buffer again costs O(runs) and
/// reads nothing of the array.
/// </summary>
internal sealed class KeptRuns
{
    /// <summary>Runs shorter than this on average are found again at each map, which is as fast as reading them here.</summary>
    private const int LeastFramesPerRun = 32;

    private static readonly int[] OneStart = [0];

    private KeptRuns(ReadOnlySpan<Pfn> frames, int count)
    {
        if (count == 1)
        {
            Starts = OneStart;
            Pfns = [frames[0]];
            return;
        }

        Starts = new int[count];
        Pfns = new Pfn[count];
        int at = 0;
        for (int run = 0; run < count; run++)
        {
            Starts[run] = at;
            Pfns[run] = frames[at];
            at += RunScanner.RunLength(frames.Slice(at));
        }
    }

    /// <summary>Index of each run's first frame.</summary>
    internal int[] Starts { get; }

    /// <summary>The number of each run's first frame.</summary>
    internal Pfn[] Pfns { get; }

    /// <summary>The runs, where they are worth keeping.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="count">How many runs they are.</param>
    internal static KeptRuns? Of(ReadOnlySpan<Pfn> frames, int count)
        => count == 0 || count > frames.Length / LeastFramesPerRun ? null : new KeptRuns(frames, count);

    /// <summary>Index of the run that holds a frame.</summary>
    internal int RunOf(int frame)
    {
        int at = Array.BinarySearch(Starts, frame);
        return at >= 0 ? at : ~at - 1;
    }
}
