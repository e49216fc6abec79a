namespace Bench;

/// <summary>How the frames of a buffer lie in physical memory.</summary>
public enum Layout
{
    /// <summary>One run, aligned to its own size.</summary>
    Contiguous,

    /// <summary>No two neighbours in the array are neighbours in memory, in shuffled order.</summary>
    Scattered,

    /// <summary>Runs of 8 frames aligned to 8, shuffled, a gap after each.</summary>
    RunsOf8,

    /// <summary>Runs of 512 frames aligned to 512, shuffled, a gap after each.</summary>
    RunsOf512,
}
