using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Makes what maps planes in a rig: the library's, or one with something broken in it.</summary>
/// <param name="rig">The rig.</param>
public delegate IPlanes MakePlanes(MapperRig rig);

/// <summary>What a mapper of planes does, so that laws can also be pointed at a broken one.</summary>
public interface IPlanes
{
    /// <summary>As <see cref="PlaneMapper.Plan"/>.</summary>
    MapPlan Plan(scoped in PfnView view, Plane plane, long from, DmaDirection direction, MapOptions options);

    /// <summary>As <see cref="PlaneMapper.Map"/>.</summary>
    MapResult Map(scoped in PfnView view, Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options);

    /// <summary>As <see cref="PlaneMapper.Unmap"/>.</summary>
    void Unmap(MappingToken token);

    /// <summary>As <see cref="PlaneMapper.SyncForCpu"/>.</summary>
    void SyncForCpu(MappingToken token, long offset, long length);

    /// <summary>As <see cref="PlaneMapper.SyncForDevice"/>.</summary>
    void SyncForDevice(MappingToken token, long offset, long length);
}
