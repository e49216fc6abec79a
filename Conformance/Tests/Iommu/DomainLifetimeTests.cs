using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a device reaches when its domain is gone: nothing, whoever owns the tables' frames by then.</summary>
public class DomainLifetimeTests
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64L << 20);
    private readonly DmaDevice _device = new("nic", new RequesterId(0, 3, 0));

    [Fact]
    public void A_device_whose_domain_is_disposed_reaches_nothing_even_where_its_tables_were()
    {
        var iommu = new EmulatedIommu(_machine);
        var domain = new IommuDomain(_machine, _machine.Frames, iommu);
        BusPort port = iommu.Connect(_device, domain);
        PhysicalAddress root = domain.RootTable;
        domain.Dispose();

        // The next owner of the root's frame writes entries there that would lead back to it.
        Assert.True(_machine.Frames.TryAllocate(1, new Placement { First = root, Last = root + 4095 }, out _));
        for (int i = 0; i < 512; i++) _machine.Write(root + (i * 8), BitConverter.GetBytes(root.Value | 3));
        Assert.False(port.TryWrite(new DmaAddress(0x8000), [1, 2, 3], out DmaFault fault));
        Assert.Equal(FaultReason.NoDomain, fault.Reason);
    }

    [Fact]
    public void No_device_is_connected_to_a_disposed_domain()
    {
        var iommu = new EmulatedIommu(_machine);
        var domain = new IommuDomain(_machine, _machine.Frames, iommu);
        domain.Dispose();
        Assert.Throws<ObjectDisposedException>(() => iommu.Connect(_device, domain));
        Assert.False(iommu.Disconnect(_device));
    }

    [Fact]
    public void A_device_can_move_on_to_another_domain_when_its_own_is_disposed()
    {
        var iommu = new EmulatedIommu(_machine);
        var first = new IommuDomain(_machine, _machine.Frames, iommu);
        iommu.Connect(_device, first);
        first.Dispose();
        using var second = new IommuDomain(_machine, _machine.Frames, iommu);
        Assert.Equal(_device, iommu.Connect(_device, second).Device);
    }
}
