using System;

namespace Bench;

/// <summary>
/// Many mappings of the same kind that live together, so that mapping and unmapping can be timed apart: one alone is shorter than the clock's step.
/// What is timed is all of them; the column by the page divides by them.
/// </summary>
public abstract class LiveBenchmarks : LayoutBenchmarks
{
    private const int Pages = 65536, Least = 4, Most = 4096;

    private protected LinuxLive Linux { get; private set; } = null!;

    private protected PfnLive Ours { get; private set; } = null!;

    /// <summary>How many live together.</summary>
    internal static int LivesOf(int pages) => Math.Clamp(Pages / pages, Least, Most);

    /// <summary>Builds as many buffers over the same frames. They are mapped once, so that the tables are there.</summary>
    private protected void Build()
    {
        Linux = new LinuxLive(Memory(), Frames(), LivesOf(N));
        Ours = new PfnLive(Frames(), LivesOf(N));
        Linux.Map();
        Ours.Map();
        Linux.Unmap();
        Ours.Unmap();
    }
}
