using System;

namespace Conformance;

/// <summary>What came of a random campaign.</summary>
/// <param name="Operations">Steps that were played.</param>
/// <param name="Cases">Cases that they were of.</param>
/// <param name="Violations">Cases that went wrong.</param>
/// <param name="Digest">Stands for everything that came out. Those of shards, added up, are that of the whole.</param>
/// <param name="Tally">What was played, by class.</param>
/// <param name="Time">How long it took.</param>
/// <param name="What">What is wrong first, with the case; null where nothing is.</param>
/// <param name="Shortest">The first case that went wrong, as short as it was made; null where none did.</param>
public sealed record RandomResult(long Operations, long Cases, long Violations, ulong Digest, TraceTally Tally, TimeSpan Time, string? What, TraceCase? Shortest)
{
    /// <summary>The counts in a line.</summary>
    public override string ToString() => FormattableString.Invariant($"ops={Operations} cases={Cases} violations={Violations}");
}
