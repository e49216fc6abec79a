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
        foreach (BackingCandidate candidate in BackingChoice.Candidates(attachments.Select(a => a.Importer), exporter.Length, exporter.Kind, policy))
        {
            if (!exporter.CanBack(candidate.Demand) || !exporter.TryBack(candidate.Demand, out PfnBuffer? frames)) continue;
            if (frames is null || frames.Length != exporter.Length)
            {
                if (frames is not null) exporter.Release(frames);
                Throw.Invalid($"Exporter {exporter.Name} broke its contract: it backs {exporter.Length} bytes with {(frames is null ? "nothing" : $"{frames.Length}")}.");
            }

            Buffer = frames;
            _chosen = candidate;
            foreach (Attachment attachment in attachments)
                attachment.Decision = AttachDecision.OnBacking(frames.View, exporter.Kind, attachment.Importer, policy);
            return true;
        }

        return false;
    }

    internal void Release()
    {
        if (Buffer is null) return;
        exporter.Release(Buffer);
        Buffer = null;
    }
}
