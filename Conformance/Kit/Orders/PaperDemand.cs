using System;

namespace Conformance;

/// <summary>What is asked of the frames: from where and below how many bits of address, in one run, page-backed.</summary>
/// <param name="From">Frames lie at this or above.</param>
/// <param name="Bits">Frames lie below 2^this.</param>
/// <param name="InOneRun">Whether they lie together.</param>
/// <param name="NeedsPages">Whether pages stand behind them.</param>
public readonly record struct PaperDemand(ulong From, int Bits, bool InOneRun, bool NeedsPages)
{
    /// <summary>What takes any frames.</summary>
    public static PaperDemand Anything { get; } = new(0, 64, false, false);

    /// <summary>This and what a device asks for, so that nothing need be copied for it.</summary>
    public PaperDemand And(ClassFacts facts)
        => new(facts.IsTranslated ? From : Math.Max(From, facts.WindowStart), facts.IsTranslated ? Bits : Math.Min(Bits, facts.WindowBits), InOneRun || facts.WantsOneRun, NeedsPages || facts.NeedsPages);
}
