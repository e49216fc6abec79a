using System;

namespace Conformance.Mutants;

/// <summary>A planted fault, and the search that must find it. Each search tries the same cases every time.</summary>
/// <param name="Family">What searches: a campaign, or laws of one kind.</param>
/// <param name="Name">The fault.</param>
/// <param name="Breaks">The rule that does not hold any more.</param>
/// <param name="Find">Searches: after how many cases something was wrong, and what; null where nothing is in as many as may be tried.</param>
public sealed record FaultSearch(string Family, string Name, string Breaks, Func<(long Cases, string? What)> Find)
{
    /// <summary>No fault may take more cases than this.</summary>
    public const long MostCases = 10_000;
}
