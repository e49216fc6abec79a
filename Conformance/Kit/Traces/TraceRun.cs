using PfnBuffers;

namespace Conformance;

/// <summary>Consecutive frames.</summary>
/// <param name="First">The first.</param>
/// <param name="Count">How many, at least 1.</param>
public readonly record struct TraceRun(Pfn First, int Count)
{
    /// <summary>The run as <c>0x1f+3</c>.</summary>
    public override string ToString() => System.FormattableString.Invariant($"0x{First.Value:x}+{Count}");
}
