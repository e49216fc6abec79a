using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What docs/iommu-domains.md shows.</summary>
public class DomainExample
{
    [Fact]
    public void The_lazy_domain_of_the_page_on_domains_does_what_it_says()
    {
        // <lazy>
        var machine = EmulatedMachine.WithRam(64L << 20);
        var iommu = new EmulatedIommu(machine);
        var nic = new DmaDevice("nic", new RequesterId(0, 3, 0)) { PrefersLowAddresses = true };
        using var domain = new IommuDomain(machine, machine.Frames, iommu, new IommuDomainOptions
        {
            Lazy = new LazyInvalidation { MostPending = 128, Window = TimeSpan.FromSeconds(1) },
            ReservedWindows = [new DmaWindow(new DmaAddress(0x8000_0000), new DmaAddress(0x8FFF_FFFF))], // the firmware's
        });
        var mapper = new IommuMapper(nic, domain);
        BusPort port = iommu.Connect(nic, domain);

        Span<DmaSegment> segments = stackalloc DmaSegment[1];
        MapResult mapping = mapper.Map(new PfnView([new Pfn(0x100)], PageSize.Size4K), DmaDirection.ToDevice, segments);
        bool reads = port.TryRead(segments[0].Address, new byte[64], out _);
        long before = iommu.Invalidations;
        mapper.Unmap(mapping.Token); // the table entry is gone, but the IOTLB may know it for up to a second

        bool readsStill = port.TryRead(segments[0].Address, new byte[64], out _);
        domain.Trim(); // invalidates what waits, and gives back what is kept warm
        bool readsThen = port.TryRead(segments[0].Address, new byte[64], out _);
        // </lazy>

        Assert.Equal((true, true, false), (reads, readsStill, readsThen));
        Assert.InRange(segments[0].Address.Value, 0x1000ul, 0xFFFF_FFFFul);
        Assert.Equal(before + 2, iommu.Invalidations); // Of the pending mapping, and of the empty table that was taken out.
    }

    [Fact]
    public void The_group_of_the_page_on_domains_does_what_it_says()
    {
        var machine = EmulatedMachine.WithRam(64L << 20);
        var iommu = new EmulatedIommu(machine);
        // <group>
        // Two functions of one card, which the IOMMU cannot tell apart. One of them is not trusted, so neither is.
        var disk = new DmaDevice("disk", new RequesterId(0, 5, 0));
        var guest = new DmaDevice("guest", new RequesterId(0, 5, 1)) { IsTrusted = false };
        using var shared = new IommuDomain(machine, machine.Frames, iommu, new IommuDomainOptions { IsTrusted = false });
        var forDisk = new IommuMapper(disk, shared);
        var forGuest = new IommuMapper(guest, shared);

        // Half a granule: the guest would reach the other half.
        MapResult half = forDisk.Map(new PfnView([new Pfn(0x100)], PageSize.Size4K, 0, 2048), DmaDirection.ToDevice, new DmaSegment[1]);
        // </group>

        Assert.Equal((MapStatus.Unaligned, false), (half.Status, forDisk.Profile.Device.IsTrusted));
        Assert.Same(guest, forGuest.Profile.Device);
    }
}
