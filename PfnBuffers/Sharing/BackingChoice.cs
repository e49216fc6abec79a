using System;
using System.Collections.Generic;
using System.Linq;

namespace PfnBuffers;

/// <summary>
/// Which frames to ask the exporter for, given everyone who is attached. First the meet of all demands; if there are no
/// such frames, the meets that are left when some who can be bounced are: fewest first, then by name. The result is a
/// function of the set of importers, so the order in which they came cannot matter (invariant I4).
/// </summary>
public static class BackingChoice
{
    /// <summary>Up to so many importers who can bounce, every subset of them is tried; beyond it, none, each alone, and all.</summary>
    private const int MostBySubset = 10;

    /// <summary>The demands to try, best first, each with those who would be bounced.</summary>
    /// <param name="importers">Everyone attached, in any order.</param>
    /// <param name="length">Bytes of the buffer.</param>
    /// <param name="kind">What memory the exporter has: only page-backed memory can be bounced.</param>
    /// <param name="policy">What is allowed.</param>
    /// <exception cref="ArgumentNullException">No importers or no policy.</exception>
    /// <exception cref="ArgumentException">One of the importers is null.</exception>
    public static IEnumerable<BackingCandidate> Candidates(
        IEnumerable<Importer> importers,
        long length,
        MemoryKind kind,
        SharingPolicy policy)
    {
        // Told at once, not when somebody begins to look at what comes.
        Throw.IfNull(policy, nameof(policy));
        return Candidates(Throw.IfAnyNull(importers, nameof(importers)), length, kind, policy, [], default);
    }

    /// <summary>The same, where some are not to be bounced, and something else is asked of the frames.</summary>
    internal static IEnumerable<BackingCandidate> Candidates(
        IEnumerable<Importer> importers,
        long length,
        MemoryKind kind,
        SharingPolicy policy,
        HashSet<string> inPlace,
        PlacementDemand wish)
    {
        Importer[] all = [.. importers.OrderBy(i => i.Name, StringComparer.Ordinal)];
        Importer[] relaxable = [.. all.Where(i => policy.AllowsBounce && kind == MemoryKind.PageBacked && MayBounce(i, length) && !inPlace.Contains(i.Name))];
        (Importer Importer, PlacementDemand Own)[] demands = [.. all.Select(one => (one, PlacementDemand.Of(one, length)))];
        foreach (HashSet<Importer> bounced in Subsets(relaxable))
        {
            PlacementDemand demand = wish;
            foreach ((Importer importer, PlacementDemand own) in demands)
            {
                if (!bounced.Contains(importer)) demand = PlacementDemand.Meet(demand, own);
            }

            // Whoever is bounced is copied, and copying needs pages.
            if (bounced.Count > 0) demand = PlacementDemand.Meet(demand, new PlacementDemand { NeedsPages = true });
            if (!demand.IsBottom) yield return new BackingCandidate(demand, [.. bounced.Select(i => i.Name)]);
        }
    }

    /// <summary>Whether some backing serves all of them.</summary>
    internal static bool IsServed(SharingState state, IReadOnlyList<Importer> importers)
        => Candidates(importers, state.Exporter.Length, state.Exporter.Kind, state.Policy).Any(candidate => state.Exporter.CanBack(candidate.Demand));

    private static bool MayBounce(Importer importer, long length)
        => importer.CanBounce && (importer.MapsWindows || importer.Profile.BounceCapacity >= AttachDecision.SlotBytes(0, length));

    private static IEnumerable<HashSet<Importer>> Subsets(Importer[] items)
    {
        if (items.Length > MostBySubset)
        {
            yield return [];
            foreach (Importer item in items) yield return [item];
            yield return [.. items];
            yield break;
        }

        // Masks by number of bits, then with the first names first.
        IEnumerable<int> masks = Enumerable.Range(0, 1 << items.Length)
            .OrderBy(mask => items.Where((_, i) => ((mask >> i) & 1) != 0).Count())
            .ThenBy(mask => mask);
        foreach (int mask in masks) yield return [.. items.Where((_, i) => ((mask >> i) & 1) != 0)];
    }
}
