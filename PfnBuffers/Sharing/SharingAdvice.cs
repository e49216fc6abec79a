using System;
using System.Collections.Generic;
using System.Linq;

namespace PfnBuffers;

/// <summary>
/// Tells, before anything is built, which of several exporters should back a buffer for given devices, on which frames, and
/// what each alternative costs (Verkuil in the thread, T10: users do not know which device should be the exporter). Pure.
/// </summary>
public static class SharingAdvice
{
    /// <summary>
    /// All ways of sharing, best first: those that serve everybody before those that do not; then by bytes copied, by segments,
    /// by moves if somebody comes late, and by the exporter's name. Whoever does not serve everybody has one entry, which says why.
    /// </summary>
    /// <param name="exporters">Who could export; each is asked for its length, its kind and its capacities.</param>
    /// <param name="importers">Who will share, in any order; their names differ.</param>
    /// <param name="policy">What is allowed; everything unless said.</param>
    /// <exception cref="ArgumentNullException">No exporters or no importers.</exception>
    /// <exception cref="ArgumentException">Two importers of one name; or an exporter or importer is null; or an importer takes raw pfns and has a mapper that translates; or an exporter has no bytes, or more than 2^63 - 4097.</exception>
    public static IReadOnlyList<SharingOption> For(IReadOnlyList<IExporter> exporters, IReadOnlyList<Importer> importers, SharingPolicy? policy = null)
    {
        exporters = Throw.IfAnyNull(exporters, nameof(exporters));
        for (int i = 0; i < exporters.Count; i++) SharingState.Checked(exporters[i], $"{nameof(exporters)}[{i}]");
        Importer[] all = [.. Throw.IfAnyNull(importers, nameof(importers)).OrderBy(one => one.Name, StringComparer.Ordinal)];
        foreach (Importer one in all)
        {
            if (one.RawPfns && one.Profile.Addressing != Addressing.Direct)
                Throw.Argument(nameof(importers), $"{one.Name} takes raw pfns, and its profile says {one.Profile.Addressing}: pfns are not translated, so say Direct.");
        }

        for (int i = 1; i < all.Length; i++)
        {
            if (all[i].Name == all[i - 1].Name) Throw.Argument(nameof(importers), $"Two importers are named {all[i].Name}: give them names of their own.");
        }

        return
        [
            .. exporters.SelectMany(exporter => OptionsOf(new SharingState(exporter, policy ?? SharingPolicy.Default) { Attached = all }))
                .OrderByDescending(option => option.ServesAll)
                .ThenBy(option => option.BouncedBytes)
                .ThenBy(option => option.Segments)
                .ThenBy(option => option.MovesIfLate)
                .ThenBy(option => option.Exporter.Name, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<SharingOption> OptionsOf(SharingState state)
    {
        IExporter exporter = state.Exporter;
        ImporterForecast?[] excluded = [.. state.Attached.Select(one => Excluded(state, one))];
        if (Array.TrueForAll(excluded, one => one is null))
        {
            BackingCandidate[] candidates = [.. BackingChoice.Candidates(state.Attached, exporter.Length, exporter.Kind, state.Policy).Where(one => exporter.CanBack(one.Demand))];
            foreach (BackingCandidate candidate in candidates)
                yield return new SharingOption(exporter, candidate.Demand, [.. state.Attached.Select(one => Forecast(state, candidate, one))]);
            if (candidates.Length > 0) yield break;
        }

        yield return new SharingOption(exporter, PlacementDemand.Bottom, [.. state.Attached.Select((one, i) => excluded[i] ?? Unserved(state, one))]);
    }

    /// <summary>Why no frames of the exporter could serve somebody; null where some could.</summary>
    private static ImporterForecast? Excluded(SharingState state, Importer importer)
    {
        RefusalCause? cause = Exclusion.Of(state, importer);
        Fit best = Fit.AtBest(state.Exporter.Length, importer);
        if (cause is null && best.Status != SegmentingStatus.Fits) cause = best.ExplainAtBest(Verdict.Admitted, state.Exporter.Length, importer);
        return cause is null ? null : new ImporterForecast(importer.Name, Verdict.Refused, 0, 0, false, cause);
    }

    /// <summary>Somebody of a set that cannot be served together: admitted, if it can be alone.</summary>
    private static ImporterForecast Unserved(SharingState state, Importer importer)
    {
        Decision alone = AttachDecision.Decide(new SharingState(state.Exporter, state.Policy), importer);
        if (alone.Refusal is { } refusal) return new ImporterForecast(importer.Name, Verdict.Refused, 0, 0, false, refusal.Causes[0]);
        SharingState others = new(state.Exporter, state.Policy) { Attached = [.. state.Attached.Where(one => one != importer)] };
        Decision beside = AttachDecision.Decide(others, importer);
        return new ImporterForecast(importer.Name, beside.Verdict, 0, 0, false, beside.Refusal?.Causes[0]);
    }

    private static ImporterForecast Forecast(SharingState state, BackingCandidate candidate, Importer importer)
    {
        long length = state.Exporter.Length;
        MapperProfile profile = importer.Profile;
        bool copies = importer.BouncesEverything || candidate.Bounced.Contains(importer.Name);
        long partial = profile.BouncesPartialFrames ? length % PageSize.Size4K.Bytes : 0;
        Verdict verdict = copies || partial > 0 ? Verdict.Bounce : profile.Addressing == Addressing.Direct ? Verdict.Direct : Verdict.Remap;
        bool inOneRun = candidate.Demand.Contiguous || profile.Addressing == Addressing.Translated;
        long segments = inOneRun && !copies ? Fit.AtBest(length, importer).Count : Fit.AtWorst(length, importer);
        return new ImporterForecast(importer.Name, verdict, copies ? length : partial, segments, MightMove(state, candidate, importer), null);
    }

    /// <summary>Whether frames chosen for one of the others, who came first, promise less than somebody asks.</summary>
    private static bool MightMove(SharingState state, BackingCandidate candidate, Importer importer)
    {
        if (candidate.Bounced.Contains(importer.Name)) return false;
        PlacementDemand wanted = Places(PlacementDemand.Of(importer, state.Exporter.Length));
        return state.Attached.Any(one => one != importer && FirstFor(one) is { } first && PlacementDemand.Meet(first, wanted) != first);

        // What is asked of the frames where somebody is there alone; whoever is bounced even then asks for any.
        PlacementDemand? FirstFor(Importer one)
            => BackingChoice.Candidates([one], state.Exporter.Length, state.Exporter.Kind, state.Policy).FirstOrDefault(alone => state.Exporter.CanBack(alone.Demand)) is { } chosen ? Places(chosen.Demand) : null;

        // Pages are a matter of the exporter's memory, whichever frames of it are chosen.
        static PlacementDemand Places(PlacementDemand demand) => demand with { NeedsPages = false };
    }
}
