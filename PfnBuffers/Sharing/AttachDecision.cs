using System;
using System.Collections.Generic;
using System.Linq;

namespace PfnBuffers;

/// <summary>
/// Decides how importers stand to a shared buffer: a pure function of the exporter's capacities, the backing if there is
/// one, the importers and the policy. It maps nothing, takes nothing, and remembers nothing.
/// </summary>
public static class AttachDecision
{
    /// <summary>Decides for a newcomer while no backing is chosen: admitted where some backing serves everyone.</summary>
    /// <param name="exporter">Asked only for its capacities.</param>
    /// <param name="attached">Those who are attached.</param>
    /// <param name="newcomer">Who wants to be.</param>
    /// <param name="policy">What is allowed.</param>
    public static Decision BeforeBacking(IExporter exporter, IReadOnlyList<Importer> attached, Importer newcomer, SharingPolicy policy)
    {
        Throw.IfNull(exporter, nameof(exporter));
        Throw.IfNull(attached, nameof(attached));
        Throw.IfNull(newcomer, nameof(newcomer));
        if (RefuseAnywhere(exporter.Kind, exporter.Length, newcomer) is { } refusal) return Decision.Refused(refusal);
        Fit best = Fit.AtBest(exporter.Length, newcomer);
        if (best.Status != SegmentingStatus.Fits) return Decision.Refused(best.ExplainAtBest(exporter.Length, newcomer));
        if (IsServed([.. attached, newcomer])) return Decision.Granted(Verdict.Admitted);

        // Named are those without any one of whom the newcomer would be admitted; where no single one is to blame, all.
        string[] against = [.. attached.Where(one => IsServed([.. attached.Where(i => i != one), newcomer])).Select(i => i.Name)];
        if (against.Length == 0 && IsServed([newcomer])) against = [.. attached.Select(i => i.Name)];
        return Decision.Refused(new Refusal(
            newcomer.Name,
            RefusalReason.NoCommonBacking,
            PlacementDemand.Of(newcomer, exporter.Length).ToString(),
            $"none such for {exporter.Length} bytes in {exporter.Name}, which has {exporter.Kind} memory",
            Advice.For(against.Select(name => $"detach {name}"), newcomer, exporter.Kind, SlotBytes(0, exporter.Length), policy, iommuHelps: true))
        {
            ConflictsWith = against,
        });

        bool IsServed(IReadOnlyList<Importer> importers)
            => BackingChoice.Candidates(importers, exporter.Length, exporter.Kind, policy).Any(candidate => exporter.CanBack(candidate.Demand));
    }

    /// <summary>Decides for one importer on the backing that is chosen.</summary>
    /// <param name="backing">The frames.</param>
    /// <param name="kind">What memory they are.</param>
    /// <param name="importer">Attached, or wanting to be.</param>
    /// <param name="policy">What is allowed.</param>
    public static Decision OnBacking(scoped in PfnView backing, MemoryKind kind, Importer importer, SharingPolicy policy)
    {
        Throw.IfNull(importer, nameof(importer));
        Throw.IfNull(policy, nameof(policy));
        if (RefuseAnywhere(kind, backing.Offset | backing.Length, importer) is { } refusal) return Decision.Refused(refusal);

        MapperProfile profile = importer.Profile;
        bool mustCopy = profile.BouncesEverything || (profile.BouncesPartialFrames && IsPartial(backing));
        Fit inPlace = Fit.InPlace(backing, importer);
        if (inPlace.Status == SegmentingStatus.Fits && !mustCopy)
            return Decision.Granted(profile.Addressing == Addressing.Direct ? Verdict.Direct : Verdict.Remap);

        bool mayCopy = policy.AllowsBounce && importer.CanBounce && kind == MemoryKind.PageBacked
            && (importer.MapsWindows || profile.BounceCapacity >= BytesToCopy(backing, profile, inPlace.Status));
        if (mayCopy && Fit.Copied(backing, importer).Status == SegmentingStatus.Fits) return Decision.Granted(Verdict.Bounce);
        return Decision.Refused(inPlace.Explain(backing, kind, importer, policy));
    }

    /// <summary>
    /// What no frames can mend: the kind of memory, and a device that must be confined and cannot be. The offsets of the
    /// buffer's two ends are given or'ed together.
    /// </summary>
    private static Refusal? RefuseAnywhere(MemoryKind kind, long edges, Importer importer)
    {
        MapperProfile profile = importer.Profile;
        if (!profile.Device.IsTrusted && profile.Addressing == Addressing.Direct)
        {
            return new Refusal(importer.Name, RefusalReason.Unconfined, "an IOMMU, for it is not trusted", "a mapper without one",
                "put the device behind an IOMMU, or trust it");
        }

        if (!profile.Device.IsTrusted && (edges & (PageSize.Size4K.Bytes - 1)) != 0 && !profile.BouncesPartialFrames && !profile.BouncesEverything)
        {
            return new Refusal(importer.Name, RefusalReason.Unconfined, "whole frames of 4096 bytes, for it is not trusted", "a buffer that ends inside one",
                "give the device a mapper that bounces partial frames, or make the length a multiple of 4096");
        }

        if (kind == MemoryKind.Protected && !importer.Profile.Device.IsTrusted)
        {
            return new Refusal(importer.Name, RefusalReason.ProtectedMemory, "to reach the buffer", "protected memory, and a device that is not trusted",
                "share it from memory that is not protected, or trust the device");
        }

        if (importer.NeedsPages && kind != MemoryKind.PageBacked)
        {
            return new Refusal(importer.Name, RefusalReason.NoPages, "a page behind every frame", $"{kind} memory, which has none",
                "share it from page-backed memory, or work on DMA addresses alone");
        }

        return null;
    }

    private static bool IsPartial(scoped in PfnView view)
        => ((view.Offset | view.TailSlack) & (PageSize.Size4K.Bytes - 1)) != 0;

    /// <summary>Bytes of slots that must be had: for the frames out of reach, or for everything where it must be brought together.</summary>
    private static long BytesToCopy(scoped in PfnView view, MapperProfile profile, SegmentingStatus inPlace)
    {
        if (profile.BouncesEverything || inPlace is SegmentingStatus.TooManySegments or SegmentingStatus.Unaligned) return SlotBytes(view.Offset, view.Length);
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

    /// <summary>Bytes of the slots that a copy takes: a byte keeps its offset in its 4 KiB frame, so each frame touched takes one.</summary>
    internal static long SlotBytes(long offset, long length)
        => PageSize.Size4K.FramesFor((offset & (PageSize.Size4K.Bytes - 1)) + length) << PageSize.Size4K.Shift;
}
