using System;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>
/// A device behind an IOMMU with a buffer of 256 scattered frames mapped: every other frame of 2 MiB that lie together in host memory, shuffled. So
/// a copy by hand of the same frames needs no look-up at all.
/// </summary>
internal sealed class DeviceMachine
{
    /// <summary>Frames of the buffer.</summary>
    internal const int FrameCount = 256;

    /// <summary>Bytes of a frame.</summary>
    internal const int FrameBytes = 4096;

    private const long TableBytes = 16L << 20;
    private const ulong HomeStart = 64UL << 20;
    private const ulong DestinationStart = 16UL << 20;
    private const ulong BetweenDestinations = 4UL << 20;

    private readonly EmulatedMachine _machine = new(new MemoryRegion(default, 128L << 20, MemoryKind.PageBacked));
    private readonly int _domain;

    internal DeviceMachine()
    {
        Iommu = new EmulatedIommu(_machine);
        var domain = new IommuDomain(_machine, new FrameAllocator(default, TableBytes), Iommu);
        var device = new DmaDevice("bench", new RequesterId(0, 1, 0));
        Port = Iommu.Connect(device, domain);
        _domain = domain.Number;
        for (int i = 0; i < FrameCount; i++) Offsets[i] = 2 * i * FrameBytes;
        new Random(9).Shuffle(Offsets);
        new Random(10).NextBytes(Home);

        Pfn[] frames = Array.ConvertAll(Offsets, offset => new PhysicalAddress(HomeStart + (ulong)offset).FrameOf(PageSize.Size4K));
        var segments = new DmaSegment[1];
        MapResult mapping = new IommuMapper(device, domain).Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, segments);
        if (!mapping.IsMapped || mapping.SegmentCount != 1) Throw.Invalid($"The mapping failed: {mapping}.");
        Segment = segments[0];
    }

    internal EmulatedIommu Iommu { get; }

    /// <summary>The device's way to memory.</summary>
    internal BusPort Port { get; }

    /// <summary>The whole buffer, as the device sees it.</summary>
    internal DmaSegment Segment { get; }

    /// <summary>Where each frame lies in <see cref="Home"/>.</summary>
    internal int[] Offsets { get; } = new int[FrameCount];

    /// <summary>The memory that the frames lie in.</summary>
    internal Span<byte> Home => _machine.Access(new PhysicalAddress(HomeStart), 2L * FrameCount * FrameBytes);

    /// <summary>
    /// Room for a copy of the buffer, one for each contestant. Both begin where a page of the host does: were they arrays that lie somewhere, one of two
    /// equal copies would be a tenth slower.
    /// </summary>
    internal Span<byte> Destination(int contestant) => _machine.Access(new PhysicalAddress(DestinationStart + ((ulong)contestant * BetweenDestinations)), FrameCount * FrameBytes);

    /// <summary>Empties the IOTLB.</summary>
    internal void ForgetTranslations() => Iommu.Invalidate(_domain, Segment.Address, Segment.Length);
}
