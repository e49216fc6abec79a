using PfnBuffers;

namespace Conformance;

/// <summary>A frame run, as plain numbers that a model can also make.</summary>
/// <param name="FirstFrame">Index of its first frame in the view.</param>
/// <param name="FrameCount">Number of its frames.</param>
/// <param name="Start">Its first frame.</param>
/// <param name="Address">Physical address of its first byte in the view.</param>
/// <param name="Length">Its bytes in the view.</param>
public readonly record struct RunFact(int FirstFrame, int FrameCount, ulong Start, ulong Address, long Length)
{
    /// <summary>The numbers of a run.</summary>
    public static RunFact Of(FrameRun run) => new(run.FirstFrame, run.FrameCount, run.Start.Value, run.Address.Value, run.Length);
}
