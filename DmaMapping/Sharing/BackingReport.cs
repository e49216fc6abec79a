using System.Collections.Generic;
using System.Globalization;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Frames as they were when a report was taken. Immutable, and of no use to a device: it holds nothing.</summary>
public sealed class BackingReport
{
    /// <summary>Runs that are told one by one: scattered memory has as many as it has frames, and a report is to be read.</summary>
    private const int MostRuns = 4;

    internal BackingReport(PfnBuffer frames)
    {
        PageSize = frames.PageSize;
        FrameCount = frames.FrameCount;
        RunCount = frames.RunCount;
        Offset = frames.Offset;
        var first = new List<FrameRun>();
        foreach (FrameRun run in frames.View.Runs)
        {
            if (first.Count == MostRuns) break;
            first.Add(run);
        }

        FirstRuns = first.AsReadOnly();
    }

    /// <summary>The size of each frame.</summary>
    public PageSize PageSize { get; }

    /// <summary>Number of frames.</summary>
    public int FrameCount { get; }

    /// <summary>Number of maximal sequences of consecutive frames.</summary>
    public int RunCount { get; }

    /// <summary>Bytes skipped in the first frame.</summary>
    public long Offset { get; }

    /// <summary>The first runs, 4 at most, in the order of the bytes.</summary>
    public IReadOnlyList<FrameRun> FirstRuns { get; }

    /// <summary>The frames as <c>6 frames of 4K in 2 runs: pfn 0x40 x 5, pfn 0x61 x 1</c>.</summary>
    public override string ToString()
    {
        string more = RunCount > FirstRuns.Count ? ", ..." : string.Empty;
        return string.Format(CultureInfo.InvariantCulture, "{0:N0} frame{1} of {2} in {3:N0} run{4}: {5}{6}",
            FrameCount, FrameCount == 1 ? string.Empty : "s", PageSize, RunCount, RunCount == 1 ? string.Empty : "s", string.Join(", ", FirstRuns), more);
    }
}
