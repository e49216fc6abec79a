using System.Collections.Generic;
using System.Linq;

namespace Conformance.Mutants;

/// <summary>The faults by which a device reaches what it must not, and the campaign that finds them.</summary>
public static class ReachFaults
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SourceMutant> All { get; } = [.. ReachMutants.All];

    /// <summary>The fault of a name.</summary>
    public static SourceMutant Named(string name) => All.Single(one => one.Name == name);

    /// <summary>Has devices try as many steps as so many cases of the random campaign have.</summary>
    /// <returns>In how many lives, and what is wrong.</returns>
    public static (long Cases, string? What) Search(long cases)
    {
        (HostileTally tally, string? what) = HostileCampaign.Run(cases * RandomOptions.StepsOfACase, Seed.Value);
        return (tally.Lives, what);
    }

    /// <summary>Has devices try so many steps.</summary>
    /// <returns>The counts, and what is wrong.</returns>
    public static (string Counts, string? What, long Violations) Run(long operations, ulong seed)
    {
        (HostileTally tally, string? what) = HostileCampaign.Run(operations, seed);
        return (tally.ToString(), what, tally.Violations);
    }
}
