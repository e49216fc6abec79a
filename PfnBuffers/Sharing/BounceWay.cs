using System;
using System.Collections.Generic;

namespace PfnBuffers;

/// <summary>Whether somebody can be served by copies: policy, declaration, kind of memory and capacity.</summary>
internal static class BounceWay
{
    internal static bool IsOpen(SharingState state, scoped in PfnView frames, Importer importer, in Fit inPlace, List<RefusalCause>? causes)
        => IsOpen(state, importer, BytesToCopy(frames, importer, inPlace.Status), Fit.Copied(frames, importer), frames.Length, causes);

    /// <summary>The same while there are no frames, for somebody whose mapper copies on any.</summary>
    internal static bool IsOpenOnAny(SharingState state, Importer importer, List<RefusalCause>? causes)
    {
        long length = state.Exporter.Length;
        long needed = importer.BouncesEverything ? AttachDecision.SlotBytes(0, length) : 0;
        return IsOpen(state, importer, needed, Fit.AtBest(length, importer), length, causes);
    }

    private static bool IsOpen(SharingState state, Importer importer, long needed, in Fit copied, long length, List<RefusalCause>? causes)
    {
        MapperProfile profile = importer.Profile;
        bool enough = profile.BounceCapacity > 0 && (importer.MapsWindows || profile.BounceCapacity >= needed);
        bool fits = copied.Status == SegmentingStatus.Fits;
        if (state.Policy.AllowsBounce && importer.CanBounce && state.Exporter.Kind == MemoryKind.PageBacked && enough && fits) return true;
        if (causes is null) return false;

        MemoryKind kind = state.Exporter.Kind;
        if (kind == MemoryKind.Protected) Add(RefusalReason.ProtectedMemory, "memory kind", "memory that may be copied", "protected memory");
        else if (kind != MemoryKind.PageBacked) Add(RefusalReason.NoPages, "memory kind", "a page behind every frame, to copy it", $"{kind} memory");
        if (!state.Policy.AllowsBounce) causes.Add(new RefusalCause(Verdict.Bounce, RefusalReason.PolicyForbids, SharingState.Buffer, "policy", "copies to be allowed", state.Policy.ToString()));
        if (importer.RawPfns) Add(RefusalReason.RawPfns, "raw pfns", "a mapping to copy for", "that it takes pfns as they are");
        else if (importer.ZeroCopyOnly) Add(RefusalReason.ZeroCopyOnly, "zero copy", "to work on the bytes themselves", "that only a copy could be had");
        if (!enough && importer is { RawPfns: false, ZeroCopyOnly: false }) Add(RefusalReason.NoBounceCapacity, "bounce capacity", $"{needed} bytes", $"{profile.BounceCapacity}");
        if (!fits) causes.Add(copied.ExplainAtBest(Verdict.Bounce, length, importer));
        return false;

        void Add(RefusalReason reason, string constraint, string wanted, string found)
            => causes.Add(new RefusalCause(Verdict.Bounce, reason, importer.Name, constraint, wanted, found));
    }

    /// <summary>Bytes of slots that must be had: for the frames out of reach, or for everything where it must be brought together.</summary>
    private static long BytesToCopy(scoped in PfnView view, Importer importer, SegmentingStatus inPlace)
    {
        MapperProfile profile = importer.Profile;
        if (importer.BouncesEverything || inPlace is SegmentingStatus.TooManySegments or SegmentingStatus.Unaligned)
            return AttachDecision.SlotBytes(view.Offset, view.Length);
        long bytes = 0;
        foreach (FrameRun run in view.Runs)
        {
            if (profile.Reaches(run.Address, run.Length)) continue;
            for (long at = 0; at < run.Length;)
            {
                PhysicalAddress address = run.Address + at;
                long piece = Math.Min(run.Length - at, PageSize.Size4K.Bytes - address.OffsetIn(PageSize.Size4K));
                if (!profile.Reaches(address, piece)) bytes += PageSize.Size4K.Bytes;
                at += piece;
            }
        }

        return bytes;
    }
}
