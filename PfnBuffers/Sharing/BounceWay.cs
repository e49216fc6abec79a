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

    /// <summary>
    /// Bytes of slots that must be had: for the frames out of reach, and for the fewest others that bring enough together for the device's
    /// segment rules. IOVAs are together already, so there a copy only mends where a view begins; and bits kept above
    /// those of a frame are mended by a copy of everything alone.
    /// </summary>
    private static long BytesToCopy(scoped in PfnView view, Importer importer, SegmentingStatus inPlace)
    {
        DmaConstraints constraints = importer.MappingConstraints;
        bool mayChoose = importer.Profile.Addressing == Addressing.Direct && constraints.OffsetPreservingMask < (ulong)PageSize.Size4K.Bytes;
        bool needsAll = importer.BouncesEverything || (!mayChoose && inPlace is (SegmentingStatus.TooManySegments or SegmentingStatus.Unaligned));
        var fewest = new FewestCopies();
        if (!needsAll) ViewPieces.AddTo(fewest, view, importer.Profile, null);
        if (needsAll || !fewest.TryChoose(mayChoose ? constraints : default)) return AttachDecision.SlotBytes(view.Offset, view.Length);

        long bytes = 0;
        foreach (CopyStretch stretch in fewest.Copied) bytes += AttachDecision.SlotBytes(view.Offset + stretch.From, stretch.Length);
        return bytes;
    }
}
