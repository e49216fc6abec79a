namespace PfnBuffers;

/// <summary>What no frames can mend: the kind of memory, and a device that must be confined and cannot be.</summary>
internal static class Exclusion
{
    private const string Trust = "trust";

    /// <summary>Why an importer cannot be served whatever the frames; null where it can.</summary>
    internal static RefusalCause? Of(SharingState state, Importer importer)
    {
        MemoryKind kind = state.Exporter.Kind;
        MapperProfile profile = importer.Profile;
        if (!profile.Device.IsTrusted)
        {
            if (importer.RawPfns) return Cause(RefusalReason.Unconfined, Trust, "a mapping that confines it, for it is not trusted", "that it takes raw pfns");
            if (profile.Addressing == Addressing.Direct) return Cause(RefusalReason.Unconfined, Trust, "an IOMMU, for it is not trusted", "a mapper without one");
            if (kind == MemoryKind.Protected) return Cause(RefusalReason.ProtectedMemory, Trust, "to reach the buffer", "protected memory, and a device that is not trusted");

            // The offsets of the buffer's two ends: is either inside a frame?
            long ends = state.Backing is { } backing ? backing.Offset | backing.Length : state.Exporter.Length;
            if ((ends & (PageSize.Size4K.Bytes - 1)) != 0 && !profile.BouncesPartialFrames && !profile.BouncesEverything)
                return Cause(RefusalReason.Unconfined, Trust, "whole frames of 4096 bytes, or a mapper that bounces partial ones, for it is not trusted", "a buffer that ends inside a frame");
        }

        return importer.NeedsPages && kind != MemoryKind.PageBacked
            ? Cause(RefusalReason.NoPages, "need of pages", "a page behind every frame", $"{kind} memory, which has none")
            : null;

        RefusalCause Cause(RefusalReason reason, string constraint, string wanted, string found)
            => new(Verdict.Refused, reason, importer.Name, constraint, wanted, found);
    }
}
