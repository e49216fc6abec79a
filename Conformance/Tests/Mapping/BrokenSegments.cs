using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Tells the device an address that is 64 bytes off in the last segment.</summary>
internal sealed class OffByALine(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (result.IsMapped) segments[result.SegmentCount - 1] = new DmaSegment(segments[result.SegmentCount - 1].Address + 64, segments[result.SegmentCount - 1].Length);
        return result;
    }
}

/// <summary>Gives the first two segments in the wrong order.</summary>
internal sealed class WrongOrder(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (result.SegmentCount > 1) (segments[0], segments[1]) = (segments[1], segments[0]);
        return result;
    }
}

/// <summary>Gives the device the first segment in two, where it takes so many and it lies so that both obey the device.</summary>
internal sealed class CutsInTwo(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (!result.IsMapped || result.SegmentCount == segments.Length || segments[0].Length <= 65536) return result;
        segments.Slice(0, result.SegmentCount).ToArray().AsSpan(1).CopyTo(segments.Slice(2));
        (DmaAddress start, long length) = (segments[0].Address, segments[0].Length);
        segments[0] = new DmaSegment(start, 65536);
        segments[1] = new DmaSegment(start + 65536, length - 65536);
        return result with { SegmentCount = result.SegmentCount + 1 };
    }
}

/// <summary>Maps the first 4 KiB of large frames only.</summary>
internal sealed class KnowsSmallFramesOnly(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view.PageSize == PageSize.Size4K ? view : view.Slice(0, Math.Min(view.Length, 4096)), direction, segments, options);
}

/// <summary>Computes the end of a frame, which at the top of memory is 0.</summary>
internal sealed class FearsTheLastFrame(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        for (int i = 0; i < view.Frames.Length; i++)
        {
            if ((view.Frames[i].Value + 1) << view.PageSize.Shift == 0) return new MapResult { Status = MapStatus.UnreachableFrame, FailedFrame = i };
        }

        return base.Map(view, direction, segments, options);
    }
}

/// <summary>Maps half of the prefix that fits.</summary>
internal sealed class MapsHalfAPrefix(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapPlan plan = base.Plan(view, direction, options, default);
        bool halves = (options & MapOptions.Prefix) != 0 && plan.Length > 1;
        return base.Map(halves ? view.Slice(0, plan.Length / 2) : view, direction, segments, options);
    }
}

/// <summary>Gives up a prefix when the first try does not reach the end.</summary>
internal sealed class RefusesPrefixes(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, direction, segments, options & ~MapOptions.Prefix);
}

/// <summary>Says that one segment less would do.</summary>
internal sealed class AsksForTooFew(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        return result.Status == MapStatus.SpanTooShort ? result with { SegmentsNeeded = result.SegmentsNeeded - 1 } : result;
    }
}

/// <summary>Says that one segment more is needed, in plans and refusals alike, where the device takes too few.</summary>
internal sealed class CountsOneTooMany(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapPlan plan = base.Plan(view, direction, options, parts);
        return plan.Status == MapStatus.TooManySegments ? plan with { SegmentCount = plan.SegmentCount + 1 } : plan;
    }

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        return result.Status == MapStatus.TooManySegments ? result with { SegmentsNeeded = result.SegmentsNeeded + 1 } : result;
    }
}

/// <summary>Keeps lengths in 32 bits, of which one is a sign.</summary>
internal sealed class KeepsLengthsIn32Bits(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view.Slice(0, checked((int)view.Length)), direction, segments, options);
}

/// <summary>Gives up where its table of pages ends.</summary>
internal sealed class EndsAt16MiB(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => view.Length > 1 << 24 ? throw new InvalidOperationException("The table of pages is full.") : base.Map(view, direction, segments, options);
}

/// <summary>Makes of every prefix that does not reach the end one of a byte, or of as little as the device takes.</summary>
internal sealed class MapsACrumb(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapPlan plan = Inner.Plan(view, direction, options, default);
        bool cuts = (options & MapOptions.Prefix) != 0 && plan.Length < view.Length;
        return base.Map(cuts ? view.Slice(0, Math.Min(view.Length, Rig.Device.Constraints.Granularity)) : view, direction, segments, options);
    }
}
