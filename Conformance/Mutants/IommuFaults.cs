using System;
using System.Collections.Generic;
using System.Linq;

namespace Conformance.Mutants;

/// <summary>The faults of an IOMMU's domain, and the laws that find them.</summary>
public static class IommuFaults
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SourceMutant> All { get; } = [.. IommuMutants.All];

    /// <summary>The fault of a name.</summary>
    public static SourceMutant Named(string name) => All.Single(one => one.Name == name);

    /// <summary>Holds the laws of domains against so many cases each, until one is broken.</summary>
    /// <returns>How; null where all of them hold.</returns>
    public static string? Find(long cases)
        => Broken(DomainLaws.BooksAreExact(), cases)
        ?? Broken(DomainLaws.NothingIsUsedBeforeItIsForgotten(), cases)
        ?? Broken(GranuleLaws.WholeGranulesAndNothingElse(), cases)
        ?? Broken(TableLaws.TablesHoldTheUnionOfLiveMappings(one => MapperRig.Of(one)), cases);

    private static string? Broken<T>(Law<T> law, long cases)
    {
        const long Part = 25;
        for (long done = 0; done < cases; done += Part)
        {
            if (law.Run(Math.Min(Part, cases - done), Seed.Value + (ulong)done, stopsAtFirst: true).First is { } broken) return broken;
        }

        return null;
    }
}
