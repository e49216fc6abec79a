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
    public static string? Find(long cases) => Search(cases).What;

    /// <summary>The same, with the number of cases that were tried.</summary>
    public static (long Cases, string? What) Search(long cases)
    {
        // Part by part, so that a law that finds nothing does not keep the others waiting.
        const long Part = 25;
        Func<long, ulong, LawRun>[] laws =
        [
            (count, seed) => DomainLaws.BooksAreExact().Run(count, seed, stopsAtFirst: true),
            (count, seed) => DomainLaws.NothingIsUsedBeforeItIsForgotten().Run(count, seed, stopsAtFirst: true),
            (count, seed) => GranuleLaws.WholeGranulesAndNothingElse().Run(count, seed, stopsAtFirst: true),
            (count, seed) => TableLaws.TablesHoldTheUnionOfLiveMappings(one => MapperRig.Of(one)).Run(count, seed, stopsAtFirst: true),
        ];
        long tried = 0;
        for (long done = 0; done < cases; done += Part)
        {
            foreach (Func<long, ulong, LawRun> law in laws)
            {
                LawRun run = law(Math.Min(Part, cases - done), Seed.Value + (ulong)done);
                tried += run.Cases;
                if (run.First is { } broken) return (tried, broken);
            }
        }

        return (tried, null);
    }
}
