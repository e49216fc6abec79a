using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>A mapper that hands everything on to another.</summary>
internal abstract class MapperWrapper(IDmaMapper inner) : IDmaMapper
{
    public virtual MapperProfile Profile => Inner.Profile;

    protected IDmaMapper Inner => inner;

    public virtual MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
        => Inner.Plan(view, direction, options, parts);

    public virtual MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => Inner.Map(view, direction, segments, options);

    public virtual void Unmap(MappingToken token) => Inner.Unmap(token);

    public virtual void SyncForCpu(MappingToken token, long offset, long length) => Inner.SyncForCpu(token, offset, length);

    public virtual void SyncForDevice(MappingToken token, long offset, long length) => Inner.SyncForDevice(token, offset, length);
}
