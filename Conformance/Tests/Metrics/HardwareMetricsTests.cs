using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Invalidations are counted as the hardware gets them, faults as the bus answers them.</summary>
public sealed class HardwareMetricsTests
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly ManualTime _clock = new();
    private readonly DmaSegment[] _segments = new DmaSegment[1];
    private readonly EmulatedIommu _iommu;

    public HardwareMetricsTests() => _iommu = new EmulatedIommu(_machine);

    [Fact]
    public void A_strict_domain_counts_what_its_hardware_counts()
    {
        using Heard heard = new("strict");
        using (IommuDomain domain = new(_machine, _machine.Frames, _iommu))
        {
            heard.Follow(domain);
            var mapper = new IommuMapper(Device("strict"), domain);
            foreach (int pages in new[] { 1, 7, 600 }) mapper.Unmap(Map(mapper, pages));
            Assert.Equal((3, 0), (heard[DmaMetrics.Invalidations, "range"], heard[DmaMetrics.Invalidations, "domain"]));

            IovaReservation room = mapper.Reserve(4096).Reservation;
            mapper.Link(room, 0, new PfnView([new Pfn(0x100)], PageSize.Size4K), DmaDirection.ToDevice, MapOptions.None);
            mapper.Release(room);
            Assert.Equal(4, heard[DmaMetrics.Invalidations, "range"]);

            // Tables that are kept warm go, each after an invalidation of its own.
            domain.Trim();
            Assert.True(heard[DmaMetrics.Invalidations, "range"] > 4);
            Assert.Equal(_iommu.Invalidations, heard[DmaMetrics.Invalidations, "range"]);
        }

        Assert.Equal((1, _iommu.Invalidations - 1), (heard[DmaMetrics.Invalidations, "domain"], heard[DmaMetrics.Invalidations, "range"]));
    }

    [Fact]
    public void A_lazy_domain_counts_batches()
    {
        using Heard heard = new("lazy");
        IommuDomain domain = new(_machine, _machine.Frames, _iommu, new IommuDomainOptions { Lazy = new LazyInvalidation { Clock = _clock, MostPending = 4 } });
        heard.Follow(domain);
        var mapper = new IommuMapper(Device("lazy"), domain);
        MappingToken[] tokens = [.. Enumerable.Range(0, 5).Select(_ => Map(mapper, 1))];
        for (int i = 0; i < 3; i++) mapper.Unmap(tokens[i]);
        Assert.Equal(0, heard[DmaMetrics.Invalidations, "domain"]);
        mapper.Unmap(tokens[3]);
        Assert.Equal(1, heard[DmaMetrics.Invalidations, "domain"]);
        mapper.Unmap(tokens[4]);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((2, 0, 2), (heard[DmaMetrics.Invalidations, "domain"], heard[DmaMetrics.Invalidations, "range"], _iommu.Invalidations));

        // Of two MiB and more each is told at once.
        mapper.Unmap(Map(mapper, 512));
        Assert.Equal((2, 1, 3), (heard[DmaMetrics.Invalidations, "domain"], heard[DmaMetrics.Invalidations, "range"], _iommu.Invalidations));
    }

    [Fact]
    public void Faults_are_counted_by_reason_with_and_without_an_IOMMU()
    {
        using Heard heard = new("faulty");
        IommuDomain domain = new(_machine, _machine.Frames, _iommu);
        DmaDevice device = Device("faulty");
        var mapper = new IommuMapper(device, domain);
        BusPort port = _iommu.Connect(device, domain);
        MappingToken token = Map(mapper, 2);
        Assert.True(port.TryRead(_segments[0].Address, new byte[8192], out _));
        Assert.False(port.TryWrite(_segments[0].Address, new byte[1], out _));
        mapper.Unmap(token);
        for (int i = 0; i < 2; i++) Assert.False(port.TryRead(_segments[0].Address, new byte[8192], out _));
        Assert.False(BusPort.Direct(device, _machine).TryRead(new DmaAddress(1ul << 40), new byte[1], out _));
        Assert.True(_iommu.Disconnect(device));
        Assert.False(port.TryRead(_segments[0].Address, new byte[1], out _));
        Assert.Equal((1, 2, 1, 1), (heard[DmaMetrics.Faults, "NoWriteAccess"], heard[DmaMetrics.Faults, "NotMapped"], heard[DmaMetrics.Faults, "NoMemory"], heard[DmaMetrics.Faults, "NoDomain"]));
        Assert.Equal(4, _iommu.Faults.Count);
    }

    private static DmaDevice Device(string name) => new(name, new RequesterId(1));

    private MappingToken Map(IommuMapper mapper, int pages)
    {
        MapResult result = mapper.Map(new PfnView(Given.Frames(0x400, pages, 2), PageSize.Size4K), DmaDirection.ToDevice, _segments);
        Assert.True(result.IsMapped, result.ToString());
        return result.Token;
    }
}
