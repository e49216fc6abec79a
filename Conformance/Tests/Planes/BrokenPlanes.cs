using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Takes what lies between lines for part of them: maps all from the first byte to the last.</summary>
internal sealed class MapsTheExtent(MapperRig rig) : LibraryPlanes(rig)
{
    public override MapResult Map(scoped in PfnView view, Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        var extent = new Plane(plane.Offset, plane.Extent, plane.Extent, 1);
        MapResult result = base.Map(view, extent, from, direction, segments, options);
        if (!result.IsMapped) return result;

        // And tells of as many bytes as the plane has.
        long left = Math.Min(result.Length, plane.Length - from);
        int count = 0;
        for (long at = 0; at < left; count++)
        {
            segments[count] = new DmaSegment(segments[count].Address, Math.Min(segments[count].Length, left - at));
            at += segments[count].Length;
        }

        return result with { Length = left, SegmentCount = count, BouncedBytes = Math.Min(result.BouncedBytes, left) };
    }
}

/// <summary>Maps all from the first byte to the last, and gives the device segments of the lines only: what lies between is reachable and copied.</summary>
internal sealed class CopiesBetweenLines(MapperRig rig) : LibraryPlanes(rig)
{
    public override MapResult Map(scoped in PfnView view, Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        var extent = new Plane(plane.Offset, plane.Extent, plane.Extent, 1);
        MapResult all = from == 0 ? base.Map(view, extent, 0, direction, segments, options) : default;
        if (!all.IsMapped || all.Length < plane.Extent || all.SegmentCount != 1)
        {
            if (all.IsMapped) Unmap(all.Token);
            return base.Map(view, plane, from, direction, segments, options);
        }

        DmaAddress start = segments[0].Address;
        for (int line = 0; line < plane.Height; line++) segments[line] = new DmaSegment(start + (plane.LineAt(line) - plane.Offset), plane.Width);
        return all with { Length = plane.Length, SegmentCount = plane.Height, BouncedBytes = all.BouncedBytes == 0 ? 0 : plane.Length };
    }
}

/// <summary>Starts each line where the one before ended.</summary>
internal sealed class ForgetsTheStride(MapperRig rig) : LibraryPlanes(rig)
{
    public override MapResult Map(scoped in PfnView view, Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, new Plane(plane.Offset, plane.Width, plane.Width, plane.Height), from, direction, segments, options);
}

/// <summary>Takes each line's first segment to hold the whole line, as where lines lie in one frame.</summary>
internal sealed class OneSegmentALine(MapperRig rig) : LibraryPlanes(rig)
{
    public override MapResult Map(scoped in PfnView view, Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, plane, from, direction, segments, options);
        if (result.SegmentCount < 2 || segments[0].Length >= plane.Width) return result;
        segments[0] = new DmaSegment(segments[0].Address, segments[0].Length + segments[1].Length);
        for (int i = 1; i < result.SegmentCount - 1; i++) segments[i] = segments[i + 1];
        return result with { SegmentCount = result.SegmentCount - 1 };
    }
}

/// <summary>Cuts the first segment in two, which the device may take but need not be asked to.</summary>
internal sealed class CutsTooOften(MapperRig rig) : LibraryPlanes(rig)
{
    public override MapResult Map(scoped in PfnView view, Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, plane, from, direction, segments, options);
        if (result.SegmentCount == 0 || segments[0].Length < 2 || result.SegmentCount == segments.Length) return result;
        segments.Slice(0, result.SegmentCount).CopyTo(segments.Slice(1));
        segments[0] = new DmaSegment(segments[1].Address, 1);
        segments[1] = new DmaSegment(segments[1].Address + 1, segments[1].Length - 1);
        return result with { SegmentCount = result.SegmentCount + 1 };
    }
}

/// <summary>Maps a window and says that it ends a line later, or a byte.</summary>
internal sealed class SkipsAByte(MapperRig rig) : LibraryPlanes(rig)
{
    public override MapResult Map(scoped in PfnView view, Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, plane, from, direction, segments, options);
        return result.IsMapped && result.Length < plane.Length - from ? result with { Length = result.Length + 1 } : result;
    }
}

/// <summary>Ends every window after one line.</summary>
internal sealed class OneLineAWindow(MapperRig rig) : LibraryPlanes(rig)
{
    public override MapResult Map(scoped in PfnView view, Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        bool prefix = (options & MapOptions.Prefix) != 0;
        Plane mapped = prefix ? new Plane(plane.Offset, plane.Width, plane.Stride, (int)(from / plane.Width) + 1) : plane;
        return base.Map(view, mapped, from, direction, segments, options);
    }
}

/// <summary>Cannot go on inside a line.</summary>
internal sealed class WholeLinesOnly(MapperRig rig) : LibraryPlanes(rig)
{
    public override MapResult Map(scoped in PfnView view, Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => from % plane.Width == 0 ? base.Map(view, plane, from, direction, segments, options) : new MapResult { Status = MapStatus.Unaligned, FailedFrame = -1 };
}

/// <summary>Plans the lines, and forgets that some can be joined, or that a window is cut.</summary>
internal sealed class PlansALineLess(MapperRig rig) : LibraryPlanes(rig)
{
    public override MapPlan Plan(scoped in PfnView view, Plane plane, long from, DmaDirection direction, MapOptions options)
    {
        MapPlan plan = base.Plan(view, plane, from, direction, options);
        return plan.SegmentCount > 1 ? plan with { SegmentCount = plan.SegmentCount - 1 } : plan;
    }
}

/// <summary>Plans by mapping, and leaves the mapping there.</summary>
internal sealed class PlansPlanesByMapping(MapperRig rig) : LibraryPlanes(rig)
{
    public override MapPlan Plan(scoped in PfnView view, Plane plane, long from, DmaDirection direction, MapOptions options)
    {
        base.Map(view, plane, from, direction, new DmaSegment[4096], options);
        return base.Plan(view, plane, from, direction, options);
    }
}

/// <summary>Keeps the first line where not all of them could be mapped.</summary>
internal sealed class KeepsTheFirstLine(MapperRig rig) : LibraryPlanes(rig)
{
    public override MapResult Map(scoped in PfnView view, Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, plane, from, direction, segments, options);
        if (!result.IsMapped) base.Map(view, new Plane(plane.Offset, plane.Width, plane.Width, 1), 0, direction, new DmaSegment[64], options);
        return result;
    }
}

/// <summary>Says that one segment less would do.</summary>
internal sealed class AsksForALineLess(MapperRig rig) : LibraryPlanes(rig)
{
    public override MapResult Map(scoped in PfnView view, Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, plane, from, direction, segments, options);
        return result.Status == MapStatus.SpanTooShort ? result with { SegmentsNeeded = result.SegmentsNeeded - 1 } : result;
    }
}

/// <summary>Forgets one kind of sync.</summary>
internal sealed class ForgetsPlaneSync(MapperRig rig, bool forCpu) : LibraryPlanes(rig)
{
    public override void SyncForCpu(MappingToken token, long offset, long length)
    {
        if (!forCpu) base.SyncForCpu(token, offset, length);
    }

    public override void SyncForDevice(MappingToken token, long offset, long length)
    {
        if (forCpu) base.SyncForDevice(token, offset, length);
    }
}

/// <summary>Does not unmap.</summary>
internal sealed class LeavesPlanesMapped(MapperRig rig) : LibraryPlanes(rig)
{
    public override void Unmap(MappingToken token) => SyncForCpu(token, 0, 0);
}
