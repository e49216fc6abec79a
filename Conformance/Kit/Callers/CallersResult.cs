using System;
using System.Collections.Generic;

namespace Conformance;

/// <summary>What came of hostile calls.</summary>
/// <param name="Tally">How they came out.</param>
/// <param name="Members">How many members were called or read.</param>
/// <param name="Uncovered">Members that nobody called or read, and calls of what is not there; empty where one type alone was called.</param>
/// <param name="Time">How long it took.</param>
/// <param name="What">What is wrong, a line for each member; null where nothing is.</param>
public sealed record CallersResult(CallersTally Tally, int Members, IReadOnlyList<string> Uncovered, TimeSpan Time, string? What)
{
    /// <summary>The counts in a line.</summary>
    public override string ToString()
        => FormattableString.Invariant($"calls={Tally.Calls} members={Members} exceptions={Tally.Exceptions} statuses={Tally.Statuses} returned={Tally.Returned} uncovered={Uncovered.Count} violations={Tally.Violations}");
}
