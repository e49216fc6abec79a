using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>What mappers share: checks of their arguments, and segmenting told as a mapping's status.</summary>
internal static class Segmenting
{
    private const MapOptions EveryOption = MapOptions.Prefix | MapOptions.ZeroCopy | MapOptions.RestIsZero | MapOptions.TakesTurns;

    internal static void Check(scoped in PfnView view, DmaDirection direction, MapOptions options)
    {
        _ = direction.DeviceAccess();
        Check(options);
        if (view.IsEmpty) Throw.Argument(nameof(view), "The view is empty: a mapping has at least 1 byte.");
    }

    internal static void Check(MapOptions options)
    {
        if (!AreKnown(options)) Throw.OutOfRange(nameof(options), options, $"it must be {nameof(MapOptions.None)}, or of {EveryOption}");
    }

    /// <summary>Whether a mapping can be made so: for who tries a short way first.</summary>
    internal static bool AreKnown(MapOptions options) => (options & ~EveryOption) == 0;

    /// <summary>Sees that every frame lies below 2^64 bytes: for who stopped looking before the last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One does not.</exception>
    internal static void CheckFrames(scoped in PfnView view)
    {
        if (view.FramesFitIn(64 - view.PageSize.Shift)) return;
        foreach (Pfn frame in view.Frames) _ = frame.ToAddress(view.PageSize);
    }

    internal static void CheckRange(long offset, long length, long mapped) => Throw.IfRangeOutside(offset, length, mapped);

    internal static MapStatus StatusOf(SegmentingStatus status) => status switch
    {
        SegmentingStatus.Fits => MapStatus.Mapped,
        SegmentingStatus.TooManySegments => MapStatus.TooManySegments,
        SegmentingStatus.SpanTooShort => MapStatus.SpanTooShort,
        SegmentingStatus.OutsideWindow => MapStatus.UnreachableFrame,
        _ => MapStatus.Unaligned,
    };

    /// <summary>The refusal that segmenting ended with, about the frame where it failed.</summary>
    internal static MapResult Refusal(scoped in PfnView view, scoped in Segmenter segmenter)
        => MapResult.Refused(StatusOf(segmenter.Status), FrameAt(view, segmenter.FailedAt), SegmentsNeeded(segmenter.Status, segmenter.Count));

    /// <summary>Segments that would have been enough; a prefix that found no room for its first one needs that one.</summary>
    private static int SegmentsNeeded(SegmentingStatus status, int count)
        => status == SegmentingStatus.SpanTooShort ? Math.Max(1, count) : count;

    /// <summary>The first frame of which the view leaves bytes of a granule uncovered; -1 where there is none. Granules are of 4 KiB unless given.</summary>
    internal static int PartialFrame(scoped in PfnView view, PageSize granule = default)
    {
        long inGranule = granule.Bytes - 1;
        if ((view.Offset & inGranule) != 0) return 0;
        return (view.TailSlack & inGranule) != 0 ? view.Frames.Length - 1 : -1;
    }

    internal static int FrameAt(scoped in PfnView view, long offset)
        => offset >= 0 && offset < view.Length ? view.FrameIndexAt(offset) : -1;
}
