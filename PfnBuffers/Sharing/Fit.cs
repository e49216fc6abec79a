using System;

namespace PfnBuffers;

/// <summary>Whether the segments that a device would be given satisfy it: cut for trial, and kept nowhere.</summary>
internal readonly struct Fit
{
    private Fit(SegmentingStatus status, int count, long failedAt)
    {
        Status = status;
        Count = count;
        FailedAt = failedAt;
    }

    internal SegmentingStatus Status { get; }

    /// <summary>Segments that all bytes need.</summary>
    internal int Count { get; }

    /// <summary>Offset of the byte that could not be placed; -1 where there is none.</summary>
    internal long FailedAt { get; }

    /// <summary>The frames where they are: at their bus addresses, or at consecutive IOVAs.</summary>
    internal static Fit InPlace(scoped in PfnView view, Importer importer)
    {
        MapperProfile profile = importer.Profile;
        if (profile.Addressing == Addressing.Translated)
        {
            long at = 0;
            foreach (FrameRun run in view.Runs)
            {
                if (!profile.Reaches(run.Address, run.Length)) return new Fit(SegmentingStatus.OutsideWindow, 0, at);
                at += run.Length;
            }

            return importer.MappingConstraints.OffsetPreservingMask < (ulong)PageSize.Size4K.Bytes
                ? AtOneRun(view.Offset, view.Length, importer)
                : AtKeptBits(view, importer);
        }

        var segmenter = new Segmenter(importer.MappingConstraints, default, countOnly: true);
        foreach (FrameRun run in view.Runs)
        {
            if (!profile.TryBusAddress(run.Address, run.Length, out DmaAddress bus))
            {
                segmenter.Reject(SegmentingStatus.OutsideWindow);
                break;
            }

            if (!segmenter.Add(bus, run.Address, run.Length)) break;
        }

        return Of(ref segmenter);
    }

    /// <summary>A copy in consecutive slots within reach, or consecutive IOVAs of one: every byte keeps its offset in its frame.</summary>
    internal static Fit Copied(scoped in PfnView view, Importer importer) => AtOneRun(view.Offset, view.Length, importer);

    /// <summary>The best that any frames could give: one run, aligned to anything.</summary>
    internal static Fit AtBest(long length, Importer importer) => AtOneRun(0, length, importer);

    /// <summary>Segments where no two 4 KiB frames lie together, at most: those of whole frames, and of the rest; and never more than the device takes.</summary>
    internal static long AtWorst(long length, Importer importer)
    {
        long frame = PageSize.Size4K.Bytes;
        long segments = ((length / frame) * AtOneRun(0, frame, importer).Count) + (length % frame == 0 ? 0 : AtOneRun(0, length % frame, importer).Count);
        int most = importer.MappingConstraints.MaxSegmentCount;
        return most == 0 ? segments : Math.Min(segments, most);
    }

    /// <summary>Why not even the best frames would do.</summary>
    internal RefusalCause ExplainAtBest(Verdict way, long length, Importer importer)
    {
        DmaConstraints constraints = importer.Profile.Device.Constraints;
        return Status == SegmentingStatus.TooManySegments
            ? new RefusalCause(way, RefusalReason.TooManySegments, importer.Name, "segment count", $"segments that keep to: {constraints}",
                $"{length} bytes, {Count} segments even in one run of frames")
            : new RefusalCause(way, RefusalReason.Unaligned, importer.Name, "segment rules", $"segments that keep to: {constraints}",
                $"{length} bytes, which such segments cannot cover");
    }

    /// <summary>Why the frames do not do where they are.</summary>
    internal RefusalCause ExplainInPlace(Verdict way, scoped in PfnView view, Importer importer)
    {
        DmaConstraints constraints = importer.Profile.Device.Constraints;
        int frame = FailedAt >= 0 && FailedAt < view.Length ? view.FrameIndexAt(FailedAt) : -1;
        string found = frame >= 0 ? view.Frames[frame].ToString() : $"{view.Length} bytes";
        return Status switch
        {
            SegmentingStatus.TooManySegments => new RefusalCause(way, RefusalReason.TooManySegments, importer.Name, "segment count",
                constraints.MaxSegmentCount == 1 ? "one segment" : $"at most {constraints.MaxSegmentCount} segments", $"{Count}"),
            SegmentingStatus.OutsideWindow => new RefusalCause(way, RefusalReason.UnreachableFrame, importer.Name, "address window",
                $"frames within {Reach(importer.Profile)}", found)
            {
                FrameIndex = frame,
            },
            SegmentingStatus.Unaligned => new RefusalCause(way, RefusalReason.Unaligned, importer.Name, "segment rules",
                $"segments that keep to: {constraints}", $"{found}, offset {view.Offset}, length {view.Length}")
            {
                FrameIndex = frame,
            },
            _ => ExplainMustCopy(way, importer),
        };
    }

    /// <summary>Why no frames do as they are: the device's mapper copies on any.</summary>
    internal static RefusalCause ExplainMustCopy(Verdict way, Importer importer)
        => new(way, RefusalReason.MustCopy, importer.Name, "mapper", "no copy of the bytes",
            importer.BouncesEverything ? "a mapper that copies everything" : "frames that are covered partly, which it must copy");

    private static string Reach(MapperProfile profile)
        => profile.Addressing == Addressing.Direct ? profile.Device.Constraints.Window.ToString() : $"0x0-{profile.LastPhysical}";

    /// <summary>At consecutive IOVAs of which the first keeps the address bits that the device wants kept: whether the others do depends on the frames.</summary>
    private static Fit AtKeptBits(scoped in PfnView view, Importer importer)
    {
        DmaConstraints constraints = importer.MappingConstraints with { Window = default };
        var segmenter = new Segmenter(constraints, default, countOnly: true);
        DmaAddress start = new(view.AddressAt(0).Value & constraints.OffsetPreservingMask), at = start;
        foreach (FrameRun run in view.Runs)
        {
            if ((at + (run.Length - 1)).Value < start.Value)
            {
                // Consecutive addresses end here, so these bytes keep no bits of theirs.
                segmenter.Reject(SegmentingStatus.Unaligned);
                break;
            }

            if (!segmenter.Add(at, run.Address, run.Length)) break;
            at += run.Length;
        }

        return Of(ref segmenter);
    }

    /// <summary>All bytes in one run that starts where the device's boundaries and alignment like it best.</summary>
    private static Fit AtOneRun(long offset, long length, Importer importer)
    {
        DmaConstraints free = importer.MappingConstraints with { Window = default, OffsetPreservingMask = 0 };
        var segmenter = new Segmenter(free, default, countOnly: true);
        segmenter.Add(new DmaAddress((ulong)(offset & (PageSize.Size4K.Bytes - 1))), length);
        return Of(ref segmenter);
    }

    private static Fit Of(scoped ref Segmenter segmenter)
    {
        SegmentingStatus status = segmenter.Finish();
        return new Fit(status, segmenter.Count, segmenter.FailedAt);
    }
}
