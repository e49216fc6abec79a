using System.Collections.Generic;
using System.Linq;

namespace Conformance.Mutants;

/// <summary>The faults planted in the sources of bouncing, and what finds them.</summary>
public static class SlotFaults
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SourceMutant> All { get; } = [.. SlotMutants.All];

    /// <summary>The fault of a name.</summary>
    public static SourceMutant Named(string name) => All.Single(one => one.Name == name);

    /// <summary>Lives through the life of a pool, and spies for so many steps, until something is wrong.</summary>
    /// <returns>What; null where nothing is.</returns>
    public static string? Find(long operations)
        => PoolLife.Wrong() ?? SpyCampaign.Run(new SpyOptions { Operations = operations, Seed = Seed.Value, Shortens = false }).What;

    /// <summary>The same, with the number of lives; a spy makes some hundred steps in one.</summary>
    public static (long Cases, string? What) Search(long cases)
    {
        if (PoolLife.Wrong() is { } wrong) return (1, wrong);
        (long lives, string? what) = Spy(cases, null);
        return (lives + 1, what);
    }

    /// <summary>Spies, around a bounce mapper with a fault or without.</summary>
    internal static (long Cases, string? What) Spy(long cases, BounceFault? around)
    {
        SpyResult result = SpyCampaign.Run(new SpyOptions { Operations = cases * RandomOptions.StepsOfACase, Seed = Seed.Value, Shortens = false, Parts = around ?? SpyParts.Library });
        return (result.Tally.Lives, result.What);
    }
}
