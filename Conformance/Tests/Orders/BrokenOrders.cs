using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>An oracle that admits everyone.</summary>
internal sealed class Admits : OrderParts
{
    public override OrderOracle Oracle() => new Oracled();

    private sealed class Oracled : OrderOracle
    {
        public override PaperOutcome Attach(PaperState state, PaperDevice newcomer)
            => base.Attach(state, newcomer) is { Verdict: Verdict.Refused } ? PaperOutcome.Of(Verdict.Admitted) : base.Attach(state, newcomer);
    }
}

/// <summary>An exporter that gives any frames, whatever is asked.</summary>
internal sealed class GivesAnyFrames : OrderParts
{
    public override IExporter Exporter(IExporter exporter) => new Deaf(exporter);

    private sealed class Deaf(IExporter inner) : IExporter
    {
        public string Name => inner.Name;

        public long Length => inner.Length;

        public MemoryKind Kind => inner.Kind;

        public IPhysicalMemory Memory => inner.Memory;

        public bool CanBack(in PlacementDemand demand) => inner.CanBack(demand);

        public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing) => inner.TryBack(default, out backing);

        public void Release(PfnBuffer backing) => inner.Release(backing);
    }
}

/// <summary>An exporter that keeps the frames that come back.</summary>
internal sealed class KeepsFrames : OrderParts
{
    public override IExporter Exporter(IExporter exporter) => new Miser(exporter);

    private sealed class Miser(IExporter inner) : IExporter
    {
        public string Name => inner.Name;

        public long Length => inner.Length;

        public MemoryKind Kind => inner.Kind;

        public IPhysicalMemory Memory => inner.Memory;

        public bool CanBack(in PlacementDemand demand) => inner.CanBack(demand);

        public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing) => inner.TryBack(demand, out backing);

        public void Release(PfnBuffer backing) => backing.Dispose();
    }
}

/// <summary>A mapper of one class that does one thing wrong.</summary>
/// <param name="kind">The class.</param>
/// <param name="fault">What is wrong.</param>
internal sealed class BreaksMapper(OrderClass kind, string fault) : OrderParts
{
    public override IDmaMapper Mapper(OrderClass other, IDmaMapper mapper) => other == kind ? new Broken(mapper, fault) : mapper;

    private sealed class Broken(IDmaMapper inner, string fault) : IDmaMapper
    {
        public MapperProfile Profile => inner.Profile;

        public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
            => inner.Plan(view, fault == "wrong way" ? DmaDirection.Bidirectional : direction, options, parts);

        public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        {
            MapResult result = inner.Map(view, fault == "wrong way" ? DmaDirection.Bidirectional : direction, segments, options);
            if (result.IsMapped && fault == "off by a frame") segments[0] = new DmaSegment(segments[0].Address + 4096, segments[0].Length);
            if (result.IsMapped && fault == "too short") segments[result.SegmentCount - 1] = new DmaSegment(segments[result.SegmentCount - 1].Address, segments[result.SegmentCount - 1].Length - 8);
            return result;
        }

        public void Unmap(MappingToken token)
        {
            if (fault != "no unmap") inner.Unmap(token);
        }

        public void SyncForCpu(MappingToken token, long offset, long length)
        {
            if (fault != "no sync for the CPU") inner.SyncForCpu(token, offset, length);
        }

        public void SyncForDevice(MappingToken token, long offset, long length)
        {
            if (fault != "no sync for the device") inner.SyncForDevice(token, offset, length);
        }
    }
}

/// <summary>An IOMMU that forgets nothing that it is told to.</summary>
internal sealed class RemembersAll : OrderParts
{
    public override IIotlbInvalidation Hardware(EmulatedIommu iommu) => new Stubborn();

    private sealed class Stubborn : IIotlbInvalidation
    {
        public void Invalidate(int domain, DmaAddress first, long length)
        {
        }

        public void Block(int domain)
        {
        }
    }
}
