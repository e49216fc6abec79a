using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Mutants;

/// <summary>The side of a faulty bounce mapper that the mapper which it wraps sees.</summary>
internal sealed class BounceBelow(BounceFault fault, IDmaMapper inner) : IDmaMapper
{
    private MappingToken _late;

    public MapperProfile Profile => inner.Profile;

    /// <summary>The mapping that is being made.</summary>
    internal BounceWork? Work { get; set; }

    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
        => inner.Plan(view, direction, fault.Vouching?.Invoke(options) ?? options, parts);

    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        if (Work is not { } work || view.PageSize.Shift != 12) return inner.Map(view, direction, segments, fault.Vouching?.Invoke(options) ?? options);
        work.Places = view.Frames.ToArray();
        work.Length = view.Length;
        fault.Placed?.Invoke(work);
        MapResult result = inner.Map(new PfnView(work.Places, view.PageSize, view.Offset, view.Length), direction, segments, fault.Vouching?.Invoke(options) ?? options);
        if (!result.IsMapped) return result;
        work.Length = result.Length;
        fault.Reached?.Invoke(work);
        return result;
    }

    public void Unmap(MappingToken token)
    {
        if (fault.KeepsReach) (token, _late) = (_late, token);
        if (!token.IsNone) inner.Unmap(token);
    }

    public void SyncForCpu(MappingToken token, long offset, long length) => inner.SyncForCpu(token, offset, length);

    public void SyncForDevice(MappingToken token, long offset, long length) => inner.SyncForDevice(token, offset, length);
}
