using System.Collections.Generic;
using System.Linq;

namespace PfnBuffers;

/// <summary>
/// Whether the bytes can be moved to frames that serve a newcomer in place and everyone who is attached: nobody holds bytes
/// who did not declare to be movable, and the exporter has such frames.
/// </summary>
public static class MoveWay
{
    /// <summary>
    /// The demands to try for a move, best first. Nobody who holds bytes in place is bounced afterwards, for its mappings would
    /// become copies of which it knows nothing; nor is the newcomer, for whom bouncing needs no move.
    /// </summary>
    /// <param name="state">What there is.</param>
    /// <param name="newcomer">For whom the bytes would move; null where they move for the exporter's own reasons.</param>
    /// <param name="wish">What else is asked of the new frames.</param>
    /// <exception cref="System.ArgumentNullException">No state.</exception>
    public static IEnumerable<BackingCandidate> Candidates(SharingState state, Importer? newcomer, PlacementDemand wish = default)
    {
        Throw.IfNull(state, nameof(state));
        IEnumerable<Importer> all = newcomer is null ? state.Attached : [.. state.Attached, newcomer];
        var inPlace = new HashSet<string>(state.Holdings.Where(one => !one.IsBounced).Select(one => one.Holder));
        if (newcomer is not null) inPlace.Add(newcomer.Name);
        return BackingChoice.Candidates(all, state.Exporter.Length, state.Exporter.Kind, state.Policy, inPlace, wish)
            .Where(candidate => state.Exporter.CanBack(candidate.Demand));
    }

    internal static bool IsOpen(SharingState state, Importer importer, List<RefusalCause>? causes)
    {
        MemoryKind kind = state.Exporter.Kind;
        bool best = Fit.AtBest(state.Exporter.Length, importer).Status == SegmentingStatus.Fits;
        if (causes is null)
            return kind == MemoryKind.PageBacked && best && state.Policy.AllowsMove && !state.Obstacle.Closes && !state.Pinned.Any() && Candidates(state, importer).Any();

        if (kind == MemoryKind.Protected) Add(RefusalReason.ProtectedMemory, importer.Name, "memory kind", "memory that may be copied", "protected memory");
        else if (kind != MemoryKind.PageBacked) Add(RefusalReason.NoPages, importer.Name, "memory kind", "a page behind every frame, to copy it", $"{kind} memory");
        if (!best) causes.Add(Fit.AtBest(state.Exporter.Length, importer).ExplainAtBest(Verdict.Move, state.Exporter.Length, importer));
        if (!state.Policy.AllowsMove) Add(RefusalReason.PolicyForbids, SharingState.Buffer, "policy", "moves to be allowed", state.Policy.ToString());
        foreach (Holding held in state.Pinned.GroupBy(one => one.Holder).Select(group => group.First()).OrderBy(one => one.Holder, System.StringComparer.Ordinal))
        {
            if (state.Obstacle.IsSilent(held.Holder)) Add(RefusalReason.NoAnswer, held.Holder, "move notice", "its word that its DMA has stopped", state.Obstacle.Found);
            else Add(RefusalReason.Pinned, held.Holder, "hold", "nothing held, or that the holder is movable", Words(held.Kind));
        }

        if (state.Obstacle.Closes) Add(state.Obstacle.Reason, importer.Name, "move", "frames that serve everyone, now", state.Obstacle.Found);
        if (kind == MemoryKind.PageBacked && best && !Candidates(state, importer).Any())
            Add(RefusalReason.NoCommonBacking, importer.Name, "placement demand", PlacementDemand.Of(importer, state.Exporter.Length).ToString(), $"no frames in {state.Exporter.Name} that serve it and all who are attached");
        return false;

        void Add(RefusalReason reason, string attachment, string constraint, string wanted, string found)
            => causes.Add(new RefusalCause(Verdict.Move, reason, attachment, constraint, wanted, found));
    }

    private static string Words(HoldingKind kind) => kind switch
    {
        HoldingKind.CpuAccess => "an open access",
        HoldingKind.Pfns => "raw pfns that are not put back",
        _ => "a live mapping",
    };
}
