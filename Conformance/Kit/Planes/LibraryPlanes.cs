using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>The library's own mapper of planes, over the mapper of a rig. What is broken is derived from it.</summary>
public class LibraryPlanes(MapperRig rig) : IPlanes
{
    private readonly PlaneMapper _planes = new(rig.Mapper);

    /// <inheritdoc/>
    public virtual MapPlan Plan(scoped in PfnView view, Plane plane, long from, DmaDirection direction, MapOptions options)
        => _planes.Plan(view, plane, from, direction, options);

    /// <inheritdoc/>
    public virtual MapResult Map(scoped in PfnView view, Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => _planes.Map(view, plane, from, direction, segments, options);

    /// <inheritdoc/>
    public virtual void Unmap(MappingToken token) => _planes.Unmap(token);

    /// <inheritdoc/>
    public virtual void SyncForCpu(MappingToken token, long offset, long length) => _planes.SyncForCpu(token, offset, length);

    /// <inheritdoc/>
    public virtual void SyncForDevice(MappingToken token, long offset, long length) => _planes.SyncForDevice(token, offset, length);
}
