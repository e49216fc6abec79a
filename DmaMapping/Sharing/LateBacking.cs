using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The frames of one shared buffer, chosen once and late: when bytes are first mapped or opened to the CPU, for everyone
/// attached by then. Choosing settles everyone's verdict. Guarded by the buffer's lock.
/// </summary>
internal sealed class LateBacking(IExporter exporter, SharingPolicy policy)
{
    private BackingCandidate? _chosen;

    /// <summary>The frames; null until they are chosen, and after they are given back.</summary>
    internal PfnBuffer? Buffer { get; private set; }

    /// <summary>What was asked of the frames when they were chosen; what would be asked now where they are not.</summary>
    internal PlacementDemand DemandOf(IEnumerable<Attachment> attachments)
        => _chosen?.Demand
        ?? attachments.Aggregate(default(PlacementDemand), (demand, one) => PlacementDemand.Meet(demand, PlacementDemand.Of(one.Importer, exporter.Length)));

    /// <summary>How an importer would stand now.</summary>
    internal Decision Decide(IEnumerable<Attachment> attached, Importer newcomer)
        => Buffer is { } frames
            ? AttachDecision.OnBacking(frames.View, exporter.Kind, newcomer, policy)
            : AttachDecision.BeforeBacking(exporter, [.. attached.Select(a => a.Importer)], newcomer, policy);

    /// <summary>Chooses the frames, if that was not done.</summary>
    /// <returns>False where the exporter has no frames for any candidate.</returns>
    /// <exception cref="System.InvalidOperationException">The exporter gave something else than it exports; nothing is chosen.</exception>
    internal bool TryChoose(List<Attachment> attachments)
    {
        if (Buffer is not null) return true;
        BackingCandidate[] candidates = [.. BackingChoice.Candidates(attachments.Select(a => a.Importer), exporter.Length, exporter.Kind, policy)];
        return TryChoose(candidates, attachments, everyoneServed: true) || TryChoose(candidates, attachments, everyoneServed: false);
    }

    /// <summary>A demand says less than a device's constraints, so frames are looked at before they are taken for good: those that serve everyone first.</summary>
    private bool TryChoose(BackingCandidate[] candidates, List<Attachment> attachments, bool everyoneServed)
    {
        foreach (BackingCandidate candidate in candidates)
        {
            if (!exporter.CanBack(candidate.Demand) || !exporter.TryBack(candidate.Demand, out PfnBuffer? frames)) continue;
            CheckContract(frames);
            Decision[] decisions = [.. attachments.Select(a => AttachDecision.OnBacking(frames!.View, exporter.Kind, a.Importer, policy))];
            if (everyoneServed && decisions.Any(d => d.Verdict == Verdict.Refused))
            {
                exporter.Release(frames!);
                continue;
            }

            Buffer = frames;
            _chosen = candidate;
            for (int i = 0; i < decisions.Length; i++) attachments[i].Decision = decisions[i];
            return true;
        }

        return false;
    }

    /// <summary>Frames of the right length, each once: a byte with two places in the buffer would have two copies unseen.</summary>
    private void CheckContract(PfnBuffer? frames)
    {
        string? broken = null;
        if (frames is null) broken = "nothing";
        else if (frames.Length != exporter.Length) broken = $"{frames.Length}";
        else if (FirstRepeated(frames) is { } repeated) broken = $"frames among which {repeated} stands twice";
        if (broken is null) return;
        if (frames is not null) exporter.Release(frames);
        Throw.Invalid($"Exporter {exporter.Name} broke its contract: it backs {exporter.Length} bytes with {broken}.");
    }

    private static Pfn? FirstRepeated(PfnBuffer frames)
    {
        if (frames.RunCount <= 1) return null;
        Pfn[] sorted = frames.View.Frames.ToArray();
        Array.Sort(sorted);
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] == sorted[i - 1]) return sorted[i];
        }

        return null;
    }

    internal void Release()
    {
        if (Buffer is null) return;
        exporter.Release(Buffer);
        Buffer = null;
    }
}
