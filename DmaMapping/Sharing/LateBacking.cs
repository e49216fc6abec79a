using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The frames of one shared buffer, chosen late: when bytes are first mapped, held or opened to the CPU, for everyone
/// attached by then; afterwards only a move changes them. Guarded by the buffer's lock.
/// </summary>
internal sealed class LateBacking(IExporter exporter)
{
    private BackingCandidate? _chosen;

    /// <summary>The frames; null until they are chosen, and after they are given back.</summary>
    internal PfnBuffer? Frames { get; private set; }

    /// <summary>What was asked of the frames when they were chosen; what would be asked now where they are not.</summary>
    internal PlacementDemand DemandOf(IEnumerable<Attachment> attachments)
        => _chosen?.Demand
        ?? attachments.Aggregate(default(PlacementDemand), (demand, one) => PlacementDemand.Meet(demand, PlacementDemand.Of(one.Importer, exporter.Length)));

    /// <summary>Chooses the frames, if that was not done, and settles everyone's verdict on them.</summary>
    /// <returns>False where the exporter has no frames for any candidate.</returns>
    /// <exception cref="InvalidOperationException">The exporter gave something else than it exports; nothing is chosen.</exception>
    internal bool TryChoose(BufferCore core)
    {
        if (Frames is not null) return true;
        BackingCandidate[] candidates = CandidatesFor(core, core.Attachments);

        // A demand says less than a device's constraints, so frames are looked at before they are taken for good: those that serve everyone first.
        return TryChoose(core, candidates, everyoneServed: true) || TryChoose(core, candidates, everyoneServed: false);
    }

    /// <summary>Why there are no frames now: what everybody together asks for, and without whom there would be some. Frames are taken for trial, and given back.</summary>
    /// <param name="core">Whose frames.</param>
    /// <param name="holder">Who wants to hold bytes.</param>
    internal Refusal ExplainNone(BufferCore core, string holder)
    {
        var against = new List<string>();
        foreach (Attachment other in core.Attachments.Where(a => a.Name != holder))
        {
            if (TryReserve(CandidatesFor(core, core.Attachments.Where(a => a != other)), _ => true, out bool _) is not { } reserved) continue;
            exporter.Release(reserved.Frames);
            against.Add(other.Name);
        }

        return AttachDecision.RefuseForFrames(core.Snapshot(), holder, against);
    }

    /// <summary>Takes frames for one of some demands that suit; they are the caller's, to be put in place or given back.</summary>
    /// <param name="candidates">What to ask for, best first.</param>
    /// <param name="suits">Whether frames that were given do.</param>
    /// <param name="isShort">Whether frames that the exporter could have were not free.</param>
    /// <returns>The frames and what was asked of them; null where the exporter has none.</returns>
    /// <exception cref="InvalidOperationException">The exporter gave something else than it exports; nothing is taken.</exception>
    internal (PfnBuffer Frames, BackingCandidate Candidate)? TryReserve(IEnumerable<BackingCandidate> candidates, Func<PfnBuffer, bool> suits, out bool isShort)
    {
        isShort = false;
        foreach (BackingCandidate candidate in candidates)
        {
            if (!exporter.CanBack(candidate.Demand)) continue;
            if (!exporter.TryBack(candidate.Demand, out PfnBuffer? frames))
            {
                isShort = true;
                continue;
            }

            CheckContract(frames);
            if (suits(frames!)) return (frames!, candidate);
            exporter.Release(frames!);
        }

        return null;
    }

    /// <summary>Puts frames in place, and everyone on them.</summary>
    /// <returns>The frames that were there before, to be given back; null where there were none.</returns>
    internal PfnBuffer? Put(BufferCore core, PfnBuffer frames, BackingCandidate candidate)
    {
        SharingState state = core.Snapshot(frames: frames);
        Decision[] decisions = [.. core.Attachments.Select(a => AttachDecision.Stand(state, a.Importer))];
        PfnBuffer? before = Frames;
        (Frames, _chosen) = (frames, candidate);
        for (int i = 0; i < decisions.Length; i++) core.Attachments[i].Standing = decisions[i];
        return before;
    }

    internal void Release()
    {
        if (Frames is not { } frames) return;
        Frames = null;
        exporter.Release(frames);
    }

    private BackingCandidate[] CandidatesFor(BufferCore core, IEnumerable<Attachment> attachments)
        => [.. BackingChoice.Candidates(attachments.Select(a => a.Importer), exporter.Length, exporter.Kind, core.Policy)];

    private bool TryChoose(BufferCore core, BackingCandidate[] candidates, bool everyoneServed)
    {
        if (TryReserve(candidates, frames => !everyoneServed || Serves(core, frames), out _) is not { } reserved) return false;
        Put(core, reserved.Frames, reserved.Candidate);
        return true;
    }

    private static bool Serves(BufferCore core, PfnBuffer frames)
    {
        SharingState state = core.Snapshot(frames: frames);
        return core.Attachments.All(a => AttachDecision.Stand(state, a.Importer).Verdict != Verdict.Refused);
    }

    /// <summary>Frames of the right length, each once, and none that the buffer has already: a byte with two places would have two homes.</summary>
    private void CheckContract(PfnBuffer? frames)
    {
        string? broken = null;
        if (frames is null) broken = "nothing";
        else if (frames.Length != exporter.Length) broken = $"{frames.Length}";
        else if (FirstRepeated(frames) is { } repeated) broken = $"frames among which {repeated} stands twice";
        if (broken is null) return;
        if (frames is not null && !ReferenceEquals(frames, Frames)) exporter.Release(frames);
        Throw.Invalid($"Exporter {exporter.Name} broke its contract: it backs {exporter.Length} bytes with {broken}.");
    }

    private Pfn? FirstRepeated(PfnBuffer frames)
    {
        if (Frames is null && frames.RunCount <= 1) return null;
        Pfn[] sorted = [.. SmallFrames(frames), .. Frames is null ? [] : SmallFrames(Frames)];
        Array.Sort(sorted);
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] == sorted[i - 1]) return sorted[i];
        }

        return null;
    }

    /// <summary>The 4 KiB frames of a buffer whose frames may be larger.</summary>
    private static IEnumerable<Pfn> SmallFrames(PfnBuffer buffer)
    {
        int order = buffer.PageSize.Shift - PageSize.Size4K.Shift;
        Pfn[] frames = buffer.View.Frames.ToArray();
        return order == 0 ? frames : frames.SelectMany(frame => Enumerable.Range(0, 1 << order).Select(i => new Pfn((frame.Value << order) + (ulong)i)));
    }
}
