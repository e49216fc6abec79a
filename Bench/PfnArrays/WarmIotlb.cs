using System;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>
/// An emulated IOMMU whose IOTLB is full of translations of one domain, from a mapping that lives all along: so that
/// every strict unmap has a cache to search. Baseline and library invalidate the same kind of cache.
/// </summary>
internal sealed class WarmIotlb : IIotlbInvalidation
{
    private const int Pages = 64;

    private readonly DmaSegment[] _resident = new DmaSegment[1];

    /// <summary>A machine with RAM for tables and for the resident mapping; the frames that are measured are never touched.</summary>
    internal WarmIotlb()
    {
        Machine = new EmulatedMachine(new MemoryRegion(default, 256L << 20, MemoryKind.PageBacked));
        Iommu = new EmulatedIommu(Machine);
        Domain = new IommuDomain(Machine, Machine.Frames, Iommu);
        var device = new DmaDevice("bench", new RequesterId(0, 1, 0));
        Mapper = new IommuMapper(device, Domain);
        Port = Iommu.Connect(device, Domain);

        var frames = new Pfn[Pages];
        Machine.Frames.TryAllocate(frames, PageSize.Size4K, default);
        MapResult resident = Mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.Bidirectional, _resident);
        if (!resident.IsMapped) Throw.Invalid($"The resident mapping failed: {resident}.");
        Span<byte> one = stackalloc byte[1];
        for (int i = 0; i < Pages; i++) Port.TryRead(_resident[0].Address + (i * 4096L), one, out _);
    }

    internal EmulatedMachine Machine { get; }

    internal EmulatedIommu Iommu { get; }

    internal IommuDomain Domain { get; }

    internal IommuMapper Mapper { get; }

    /// <summary>The device's way to memory.</summary>
    internal BusPort Port { get; }

    /// <inheritdoc/>
    public void Invalidate(ushort domain, ulong address, long length) => Iommu.Invalidate(Domain.Number, new DmaAddress(address), length);
}
