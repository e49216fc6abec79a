using System;
using System.Collections.Generic;
using System.Linq;

namespace PfnBuffers;

/// <summary>
/// Decides how importers stand to a shared buffer: a pure function of a <see cref="SharingState"/> and the importer. It maps
/// nothing, takes nothing, and remembers nothing. The ways are tried in the order of the table in design.md, and the first
/// that is open is the verdict.
/// </summary>
public static class AttachDecision
{
    /// <summary>
    /// Decides for a newcomer: while no backing is chosen it is admitted where some backing serves everyone; afterwards it is
    /// served where the frames are, by moving them, or by copies.
    /// </summary>
    /// <param name="state">What there is.</param>
    /// <param name="newcomer">Who wants to attach.</param>
    /// <exception cref="ArgumentNullException">No state or no newcomer.</exception>
    /// <exception cref="ArgumentException">The newcomer takes raw pfns and has a mapper that translates.</exception>
    /// <exception cref="ObjectDisposedException">The backing is disposed.</exception>
    public static Decision Decide(SharingState state, Importer newcomer)
    {
        Throw.IfNull(state, nameof(state));
        Check(newcomer, nameof(newcomer));
        return Judge(state, newcomer, mayMove: true);
    }

    /// <summary>Decides for somebody who is attached how it stands on the frames, as they are.</summary>
    /// <param name="state">What there is, a backing among it.</param>
    /// <param name="importer">The attached one.</param>
    /// <exception cref="ArgumentNullException">No state or no importer.</exception>
    /// <exception cref="ArgumentException">There is no backing to stand on; or the importer takes raw pfns and has a mapper that translates.</exception>
    /// <exception cref="ObjectDisposedException">The backing is disposed.</exception>
    public static Decision Stand(SharingState state, Importer importer)
    {
        Throw.IfNull(state, nameof(state));
        Check(importer, nameof(importer));
        if (state.Backing is null) Throw.Argument(nameof(state), "No frames are chosen, so nobody stands on them yet: decide instead.");
        return Judge(state, importer, mayMove: false);
    }

    /// <summary>A refusal for want of free frames: what those who are attached ask for together, while nothing is chosen.</summary>
    /// <param name="state">What there is; no backing.</param>
    /// <param name="holder">Who wants to hold bytes: an attachment's name, or <see cref="SharingState.Cpu"/>.</param>
    /// <param name="against">Those without any one of whom there would be frames.</param>
    /// <exception cref="ArgumentNullException">No state or no names.</exception>
    /// <exception cref="ArgumentException">One of the names is null.</exception>
    public static Refusal RefuseForFrames(SharingState state, string holder, IReadOnlyList<string> against)
    {
        Throw.IfNull(holder, nameof(holder));
        against = Throw.IfAnyNull(against, nameof(against));
        string exporter = Throw.IfNull(state, nameof(state)).Exporter.Name;
        PlacementDemand demand = state.Attached.Aggregate(default(PlacementDemand), (all, one) => PlacementDemand.Meet(all, PlacementDemand.Of(one, state.Exporter.Length)));
        var cause = new RefusalCause(Verdict.Refused, RefusalReason.NoFreeFrames, holder, "use", $"{demand}, or copies for those who allow them", $"none free now in {exporter} for {state.Exporter.Length} bytes");
        return new Refusal(holder, [cause], against, () => [new Change(ChangeKind.FreeFrames, exporter, 0, $"free frames for {exporter}")]);
    }

    /// <summary>Whether a newcomer is not refused; without the reasons.</summary>
    internal static bool Admits(SharingState state, Importer newcomer) => Verdicts(state, newcomer, mayMove: true, null).Verdict != Verdict.Refused;

    /// <summary>Bytes of the slots that a copy takes: a byte keeps its offset in its 4 KiB frame, so each frame touched takes one.</summary>
    internal static long SlotBytes(long offset, long length)
        => PageSize.Size4K.FramesFor((offset & (PageSize.Size4K.Bytes - 1)) + length) << PageSize.Size4K.Shift;

    private static void Check(Importer importer, string name)
    {
        Throw.IfNull(importer, name);
        if (importer.RawPfns && importer.Profile.Addressing != Addressing.Direct)
            Throw.Argument(name, $"{importer.Name} takes raw pfns, and its profile says {importer.Profile.Addressing}: pfns are not translated, so say Direct.");
    }

    private static Decision Judge(SharingState state, Importer importer, bool mayMove)
    {
        Decision decision = Verdicts(state, importer, mayMove, null);
        if (decision.Verdict != Verdict.Refused) return decision;
        var causes = new List<RefusalCause>();
        Verdicts(state, importer, mayMove, causes);
        SharingState kept = state.Keep();
        return Decision.Refused(new Refusal(importer.Name, causes, Opponents(state, importer, causes), () => AdviceSearch.Cheapest(kept, importer)));
    }

    /// <summary>The verdict; and what closes each way before it, where somebody wants to know.</summary>
    private static Decision Verdicts(SharingState state, Importer importer, bool mayMove, List<RefusalCause>? causes)
    {
        if (Exclusion.Of(state, importer) is { } excluded)
        {
            causes?.Add(excluded);
            return default;
        }

        return state.Backing is { } backing ? OnBacking(state, backing.View, importer, mayMove, causes) : BeforeBacking(state, importer, causes);
    }

    private static Decision BeforeBacking(SharingState state, Importer newcomer, List<RefusalCause>? causes)
    {
        long length = state.Exporter.Length;
        Fit best = Fit.AtBest(length, newcomer);
        if (best.Status != SegmentingStatus.Fits)
        {
            causes?.Add(best.ExplainAtBest(Verdict.Admitted, length, newcomer));
            return default;
        }

        // Where its mapper copies on any frames, frames alone do not serve it.
        bool mustCopy = newcomer.BouncesEverything || (newcomer.Profile.BouncesPartialFrames && (length & (PageSize.Size4K.Bytes - 1)) != 0);
        if (mustCopy && !BounceWay.IsOpenOnAny(state, newcomer, null))
        {
            causes?.Add(Fit.ExplainMustCopy(Verdict.Admitted, newcomer));
            if (causes is not null) BounceWay.IsOpenOnAny(state, newcomer, causes);
            return default;
        }

        if (BackingChoice.IsServed(state, [.. state.Attached, newcomer])) return Decision.Granted(Verdict.Admitted);
        causes?.Add(new RefusalCause(Verdict.Admitted, RefusalReason.NoCommonBacking, newcomer.Name, "placement demand",
            PlacementDemand.Of(newcomer, length).ToString(), NoneSuch(state)));
        return default;
    }

    private static string NoneSuch(SharingState state)
    {
        PlacementDemand others = state.Attached.Aggregate(default(PlacementDemand), (demand, one) => PlacementDemand.Meet(demand, PlacementDemand.Of(one, state.Exporter.Length)));
        string beside = state.Attached.Count > 0 ? $" beside those who want {others}" : string.Empty;
        return $"none such for {state.Exporter.Length} bytes in {state.Exporter.Name}, which has {state.Exporter.Kind} memory{beside}";
    }

    private static Decision OnBacking(SharingState state, scoped in PfnView frames, Importer importer, bool mayMove, List<RefusalCause>? causes)
    {
        Verdict inPlace = importer.Profile.Addressing == Addressing.Direct ? Verdict.Direct : Verdict.Remap;
        bool mustCopy = importer.BouncesEverything || (importer.Profile.BouncesPartialFrames && IsPartial(frames));
        Fit fit = Fit.InPlace(frames, importer);
        if (fit.Status == SegmentingStatus.Fits && !mustCopy) return Decision.Granted(inPlace);
        causes?.Add(fit.ExplainInPlace(inPlace, frames, importer));

        // Where a copy is needed on any frames, other frames do not help.
        bool moveHelps = mayMove && !mustCopy;
        if (state.Policy.PrefersBounce && BounceWay.IsOpen(state, frames, importer, fit, causes)) return Decision.Granted(Verdict.Bounce);
        if (moveHelps && MoveWay.IsOpen(state, importer, causes)) return Decision.MoveFirst(inPlace);
        if (!state.Policy.PrefersBounce && BounceWay.IsOpen(state, frames, importer, fit, causes)) return Decision.Granted(Verdict.Bounce);
        return default;
    }

    private static bool IsPartial(scoped in PfnView view)
        => ((view.Offset | view.TailSlack) & (PageSize.Size4K.Bytes - 1)) != 0;

    /// <summary>Those who stand against somebody, by name: whoever a cause names; where wishes conflict, those without any one of whom they would not, and where there is no such one, all.</summary>
    private static string[] Opponents(SharingState state, Importer importer, List<RefusalCause> causes)
    {
        var names = new SortedSet<string>(causes.Select(cause => cause.Attachment).Where(name => name != importer.Name && name != SharingState.Buffer), StringComparer.Ordinal);
        if (causes.Any(cause => cause.Reason == RefusalReason.NoCommonBacking))
        {
            string[] one = [.. state.Attached.Select(other => other.Name).Where(name => IsServedIn(state.WithoutImporter(name)))];
            if (one.Length > 0) names.UnionWith(one);
            else if (IsServedIn(state.Attached.Aggregate(state, (left, other) => left.WithoutImporter(other.Name)))) names.UnionWith(state.Attached.Select(other => other.Name));
        }

        return [.. names];

        bool IsServedIn(SharingState other) => other.Backing is null ? BackingChoice.IsServed(other, [.. other.Attached, importer]) : MoveWay.Candidates(other, importer).Any();
    }
}
