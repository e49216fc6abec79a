using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Maps every direction as both, so that a device may do what it was not asked to.</summary>
internal sealed class MapsBothWays(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, DmaDirection.Bidirectional, segments, options);
}

/// <summary>Maps the whole of the last frame.</summary>
internal sealed class MapsMore(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        var whole = new PfnView(view.Frames, view.PageSize, view.Offset, view.Length + view.TailSlack);
        MapResult result = base.Map(whole, direction, segments, options);
        if (!result.IsMapped) return result;

        // And tells nobody.
        long slack = Math.Max(0, result.Length - view.Length);
        int count = result.SegmentCount;
        while (slack > 0)
        {
            DmaSegment last = segments[count - 1];
            long cut = Math.Min(slack, last.Length);
            slack -= cut;
            if (cut == last.Length) count--;
            else segments[count - 1] = new DmaSegment(last.Address, last.Length - cut);
        }

        return result with { Length = Math.Min(result.Length, view.Length), SegmentCount = count, BouncedBytes = Math.Min(result.BouncedBytes, view.Length) };
    }
}

/// <summary>Has the hardware forget nothing, or only the first page of what is unmapped.</summary>
internal sealed class ForgetsInvalidations(EmulatedIommu iommu, bool all) : IIotlbInvalidation
{
    public void Invalidate(int domain, DmaAddress first, long length)
    {
        if (!all) iommu.Invalidate(domain, first, Math.Min(length, 4096));
    }

    public void Block(int domain) => iommu.Block(domain);
}

/// <summary>Ends the mapping before when it makes another.</summary>
internal sealed class HasOneMapping(MapperRig rig) : MapperDecorator(rig)
{
    private MappingToken _live;

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        Unmap(_live);
        MapResult result = base.Map(view, direction, segments, options);
        if (result.IsMapped) _live = result.Token;
        return result;
    }

    public override void Unmap(MappingToken token)
    {
        if (token == _live && !token.IsNone) base.Unmap(token);
        if (token == _live) _live = default;
    }
}
