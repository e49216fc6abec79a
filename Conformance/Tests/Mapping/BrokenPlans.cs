using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Plans to invalidate nothing.</summary>
internal sealed class PlansNoInvalidations(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
        => base.Plan(view, direction, options, parts) with { Invalidations = 0 };
}

/// <summary>Plans one segment too few where there are several.</summary>
internal sealed class PlansTooFew(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapPlan plan = base.Plan(view, direction, options, parts);
        return plan.SegmentCount > 1 ? plan with { SegmentCount = plan.SegmentCount - 1 } : plan;
    }
}

/// <summary>Calls every part direct.</summary>
internal sealed class PlansNoCopies(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapPlan plan = base.Plan(view, direction, options, parts);
        for (int i = 0; i < Math.Min(plan.PartCount, parts.Length); i++) parts[i] = new MapPart(parts[i].Offset, parts[i].Length, MapTreatment.Direct);
        return plan;
    }
}

/// <summary>Plans by mapping, and leaves the mapping there.</summary>
internal sealed class PlansByMapping(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapPlan plan = base.Plan(view, direction, options, parts);
        base.Map(view, direction, new DmaSegment[plan.SegmentCount], options);
        return plan;
    }
}

/// <summary>Plans IOVA space where there is no IOMMU, or none where there is one.</summary>
internal sealed class PlansAnotherCost(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapPlan plan = base.Plan(view, direction, options, parts);
        return plan with { IovaBytes = plan.IovaBytes == 0 ? 4096 : 0 };
    }
}

/// <summary>Tells the last parts where there is no room for all of them.</summary>
internal sealed class PlansTheLastParts(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapPlan plan = base.Plan(view, direction, options, parts);
        if (parts.IsEmpty || parts.Length >= plan.PartCount) return plan;
        var all = new MapPart[plan.PartCount];
        base.Plan(view, direction, options, all);
        all.AsSpan(all.Length - parts.Length).CopyTo(parts);
        return plan;
    }
}
