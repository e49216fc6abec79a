using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>A mapper that gives the segments that it was told to give, whatever its device can take.</summary>
internal sealed class GivingMapper(DmaConstraints constraints, params DmaSegment[] given) : IDmaMapper
{
    public MapperProfile Profile { get; } = new(new DmaDevice("giver", new RequesterId(0, 7, 0), constraints), Addressing.Direct);

    internal int Live { get; private set; }

    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts) => throw new NotSupportedException();

    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        Live++;
        given.CopyTo(segments);
        return new MapResult { Status = MapStatus.Mapped, Token = new MappingToken(1, 0, 1), SegmentCount = given.Length, Length = view.Length };
    }

    public void Unmap(MappingToken token) => Live--;

    public void SyncForCpu(MappingToken token, long offset, long length) => throw new NotSupportedException();

    public void SyncForDevice(MappingToken token, long offset, long length) => throw new NotSupportedException();
}
