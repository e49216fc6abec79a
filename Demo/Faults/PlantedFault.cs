using System;
using DmaMapping;
using PfnBuffers;

namespace Demo;

/// <summary>
/// A mapper with a bug in it, wrapped round one without. It keeps every promise of <see cref="IDmaMapper"/> but the one that it
/// is there to break.
/// </summary>
/// <param name="inner">The mapper without.</param>
internal abstract class PlantedFault(IDmaMapper inner) : IDmaMapper
{
    public MapperProfile Profile => inner.Profile;

    /// <summary>Times that the fault found a place to do harm.</summary>
    internal int Planted { get; private protected set; }

    /// <summary>What a picture would need for the fault to find one.</summary>
    internal abstract string Needs { get; }

    private protected IDmaMapper Inner => inner;

    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
        => inner.Plan(view, direction, options, parts);

    public abstract MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options);

    public void Unmap(MappingToken token) => inner.Unmap(token);

    public void SyncForCpu(MappingToken token, long offset, long length) => inner.SyncForCpu(token, offset, length);

    public void SyncForDevice(MappingToken token, long offset, long length) => inner.SyncForDevice(token, offset, length);
}
