using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A refusal advises only what the device does not have already, and what the memory allows.</summary>
public class AdviceTests
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64L << 20);

    [Fact]
    public void A_device_behind_an_IOMMU_is_not_told_to_get_one()
    {
        using var domain = new IommuDomain(_machine, _machine.Frames, new EmulatedIommu(_machine));
        var mapper = new IommuMapper(new DmaDevice("camera", new RequesterId(0, 2, 0)), domain);
        using var buffer = new SharedBuffer(new SystemMemoryExporter("ram", _machine, 1L << 40));
        Refusal refusal = buffer.Attach(mapper).Decision.Refusal!;
        Assert.Equal(RefusalReason.NoCommonBacking, refusal.Reason);
        Assert.DoesNotContain("IOMMU", refusal.Advice, StringComparison.Ordinal);
        Assert.Contains("none such", refusal.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_can_bounce_enough_is_not_told_to()
    {
        using var pool = new BouncePool(_machine, _machine.Frames, 1 << 20, Placement.Below(24));
        var isa = new DmaDevice("isa", new RequesterId(0, 5, 0), new DmaConstraints { Window = DmaWindow.OfBits(24) });
        var mapper = new BounceMapper(new DirectMapper(isa), pool);
        using var buffer = new SharedBuffer(new FixedMemoryExporter("bar0", WithBar(), new PhysicalAddress(0xE000_0000), 65536));
        Refusal refusal = buffer.Attach(mapper).Decision.Refusal!;
        Assert.DoesNotContain("bounce", refusal.Advice, StringComparison.Ordinal);
        Assert.Contains("give isa an IOMMU", refusal.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_that_is_too_small_is_to_be_enlarged()
    {
        using var pool = new BouncePool(_machine, _machine.Frames, 4096, Placement.Below(24));
        var isa = new DmaDevice("isa", new RequesterId(0, 5, 0), new DmaConstraints { Window = new DmaWindow(default, new DmaAddress(0xFF_FFFF)) });
        using FrameFragmentation fragmentation = _machine.Frames.Fragment(1, 1);
        var high = new SystemMemoryExporter("high", _machine, new FrameAllocator(new PhysicalAddress(32 << 20), 16 << 20), 65536);
        using var buffer = new SharedBuffer(high);
        Refusal refusal = buffer.Attach(new BounceMapper(new DirectMapper(isa), pool)).Decision.Refusal!;
        Assert.Contains("enlarge isa's bounce pool from 4096 to 65536 bytes", refusal.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_that_the_device_cannot_reach_is_refused_when_the_mapper_is_made()
    {
        using var pool = new BouncePool(_machine, _machine.Frames, 1 << 20, new Placement { First = new PhysicalAddress(32 << 20) });
        var isa = new DmaDevice("isa", new RequesterId(0, 5, 0), new DmaConstraints { Window = DmaWindow.OfBits(24) });
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => new BounceMapper(new DirectMapper(isa), pool));
        Assert.Contains("out of reach of isa", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void An_exporter_that_breaks_its_contract_is_named(int way)
    {
        var mapper = new DirectMapper(new DmaDevice("disk", new RequesterId(0, 6, 0)));
        using var buffer = new SharedBuffer(new BrokenExporter(_machine, way));
        Attachment attachment = buffer.Attach(mapper).Attachment!;
        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => attachment.Map(0, 8192, DmaDirection.ToDevice, new DmaSegment[4]));
        Assert.Contains("crooked", thrown.Message, StringComparison.Ordinal);
        Assert.Null(buffer.Backing);
        Assert.Equal(0, mapper.LiveMappings);
    }

    private static EmulatedMachine WithBar() => new(new MemoryRegion(new PhysicalAddress(0xE000_0000), 65536, MemoryKind.Mmio));

    /// <summary>Gives nothing, too little, or one frame twice.</summary>
    private sealed class BrokenExporter(IPhysicalMemory memory, int way) : IExporter
    {
        public string Name => "crooked";

        public long Length => 8192;

        public MemoryKind Kind => MemoryKind.PageBacked;

        public IPhysicalMemory Memory => memory;

        public bool CanBack(in PlacementDemand demand) => true;

        public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
        {
            backing = way switch
            {
                0 => null,
                1 => new PfnBuffer([new Pfn(1)], PageSize.Size4K),
                _ => new PfnBuffer([new Pfn(1), new Pfn(1)], PageSize.Size4K),
            };
            return true;
        }

        public void Release(PfnBuffer backing) => backing.Dispose();
    }
}
