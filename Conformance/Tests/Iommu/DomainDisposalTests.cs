using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A domain that is gone leads nowhere, whatever has become of the frames of its tables.</summary>
public sealed class DomainDisposalTests : IDisposable
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(32 << 20);
    private readonly DmaDevice _device = new("guest", new RequesterId(1)) { IsTrusted = false };
    private readonly EmulatedIommu _iommu;
    private readonly IommuDomain _domain;

    public DomainDisposalTests()
    {
        _iommu = new EmulatedIommu(_machine);
        _domain = new IommuDomain(_machine, _machine.Frames, _iommu);
    }

    public void Dispose() => _domain.Dispose();

    [Fact]
    public void A_device_that_is_still_connected_reaches_nothing_through_the_old_root()
    {
        BusPort port = _iommu.Connect(_device, _domain);
        PhysicalAddress root = _domain.RootTable;
        _domain.Dispose();

        // The frame has another owner now, whose data looks like a table that leads to itself.
        _machine.Write(root, BitConverter.GetBytes(root.Value | 3));
        Assert.False(port.TryRead(new DmaAddress(0), new byte[8], out DmaFault fault));
        Assert.Equal(FaultReason.NoDomain, fault.Reason);
    }

    [Fact]
    public void It_is_neither_connected_nor_planned_nor_mapped()
    {
        var mapper = new IommuMapper(_device, _domain);
        _domain.Dispose();
        long free = _machine.Frames.FreeFrames;
        Pfn[] frames = Given.Frames(0x80, 1);
        Assert.Throws<ObjectDisposedException>(() => _iommu.Connect(_device, _domain));
        Assert.Throws<ObjectDisposedException>(() => mapper.Plan(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice));
        Assert.Throws<ObjectDisposedException>(() => mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1]));
        Assert.Throws<ObjectDisposedException>(() => CoherentMemory.TryAllocate(mapper, _machine, _machine.Frames, 8192, out _));
        Assert.Equal(free, _machine.Frames.FreeFrames);
    }

    [Fact]
    public void A_device_can_move_on_to_another_domain()
    {
        _iommu.Connect(_device, _domain);
        _domain.Dispose();
        using var second = new IommuDomain(_machine, _machine.Frames, _iommu);
        Assert.Equal(_device, _iommu.Connect(_device, second).Device);
    }

    [Fact]
    public void A_table_that_leads_beyond_memory_is_a_fault_not_an_exception()
    {
        BusPort port = _iommu.Connect(_device, _domain);
        _machine.Write(_domain.RootTable, BitConverter.GetBytes(0x7000_0000_0000ul | 3));
        Assert.False(port.TryRead(new DmaAddress(0), new byte[8], out DmaFault fault));
        Assert.Equal(FaultReason.NoMemory, fault.Reason);
        _machine.Write(_domain.RootTable, new byte[8]);
    }

    [Theory]
    [InlineData(1, 3000, true)]
    [InlineData(8, 1500, true)]
    [InlineData(512, 5, false)]
    [InlineData(512, 6, false)]
    [InlineData(600, 7, false)]
    [InlineData(600, 8, false)]
    public void A_disposal_that_is_refused_leaves_tables_that_come_back_later(int pages, int count, bool lazy)
    {
        long free = _machine.Frames.FreeFrames;
        var options = new IommuDomainOptions { Lazy = lazy ? new LazyInvalidation { MostPending = 5000, Clock = new ManualTime() } : null };
        using var domain = new IommuDomain(_machine, _machine.Frames, _iommu, options);
        (long tables, ulong free, ulong largest) start = (domain.TableBytes, domain.FreeIovaBytes, domain.LargestFreeIovaBytes);
        var mapper = new IommuMapper(new DmaDevice("device", new RequesterId(1)), domain);
        Pfn[] frames = Given.Frames(0, pages);
        var segments = new DmaSegment[1];
        MappingToken stays = mapper.Map(new PfnView(Given.Frames(0, 5000), PageSize.Size4K), DmaDirection.ToDevice, segments).Token;
        var tokens = new MappingToken[count];
        for (int i = 0; i < tokens.Length; i++) tokens[i] = mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, segments).Token;
        foreach (MappingToken token in tokens) mapper.Unmap(token);

        // Refused, and what ended is free now: more than is kept warm.
        Assert.Throws<InvalidOperationException>(domain.Dispose);
        mapper.Unmap(stays);
        domain.Trim();
        Assert.Equal(KnownFormat.Default.Walker.CountTables(_machine, domain.RootTable) * 4096L, domain.TableBytes);
        Assert.Equal(start, (domain.TableBytes, domain.FreeIovaBytes, domain.LargestFreeIovaBytes));
        domain.Dispose();
        Assert.Equal(free, _machine.Frames.FreeFrames);
    }
}
