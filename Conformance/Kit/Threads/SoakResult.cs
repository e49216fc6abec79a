using System;

namespace Conformance;

/// <summary>What came of soaking.</summary>
/// <param name="Operations">Steps of all threads.</param>
/// <param name="Time">How long it took.</param>
/// <param name="What">What is wrong; null where nothing is.</param>
public sealed record SoakResult(long Operations, TimeSpan Time, string? What)
{
    /// <summary>The counts in a line.</summary>
    public override string ToString() => FormattableString.Invariant($"ops={Operations} violations={(What is null ? 0 : 1)}");
}
