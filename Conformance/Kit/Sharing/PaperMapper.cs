using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A mapper that exists on paper: it has a profile, for what is decided before anything is mapped, and maps nothing.</summary>
public sealed class PaperMapper(MapperProfile profile) : IDmaMapper
{
    /// <inheritdoc/>
    public MapperProfile Profile => profile;

    /// <inheritdoc/>
    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts) => default;

    /// <inheritdoc/>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options) => default;

    /// <inheritdoc/>
    public void Unmap(MappingToken token) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void SyncForCpu(MappingToken token, long offset, long length) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void SyncForDevice(MappingToken token, long offset, long length) => throw new NotSupportedException();
}
