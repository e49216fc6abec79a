using PfnBuffers;

namespace Conformance;

/// <summary>What an attach should come to.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Follows">How the device stands then.</param>
/// <param name="Moved">What the bytes are moved to, where they are.</param>
public readonly record struct PaperOutcome(Verdict Verdict, Verdict Follows, PaperDemand Moved = default)
{
    /// <summary>A verdict without a move.</summary>
    public static PaperOutcome Of(Verdict verdict) => new(verdict, verdict);
}
