using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Behind an IOMMU too, address bits above a frame's can be kept only where the frames allow it, and the verdict says so.</summary>
public class KeptBitsVerdictTests
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64L << 20);

    [Theory]
    [InlineData(0x106, 0, Verdict.Remap)]
    [InlineData(0x108, 0, Verdict.Refused)]
    [InlineData(0x216, 0, Verdict.Remap)]
    [InlineData(0x216, 4095, Verdict.Remap)] // A first run of one byte.
    [InlineData(0x217, 4095, Verdict.Refused)]
    public void A_verdict_of_remapping_is_one_that_mapping_keeps(ulong second, int offset, Verdict expected)
    {
        using var domain = new IommuDomain(_machine, _machine.Frames, new EmulatedIommu(_machine));
        var mapper = new IommuMapper(new DmaDevice("ufs", new RequesterId(0, 7, 0), new DmaConstraints { OffsetPreservingMask = 0xFFFF }), domain);
        using var buffer = new PfnBuffer([new Pfn(0x105), new Pfn(second)], PageSize.Size4K, offset, 8192 - offset);
        Decision decision = Stands.On(buffer, mapper);
        Assert.Equal(expected, decision.Verdict);

        MapResult result = mapper.Map(buffer.View, DmaDirection.ToDevice, new DmaSegment[2]);
        Assert.Equal(expected == Verdict.Remap ? MapStatus.Mapped : MapStatus.Unaligned, result.Status);
        if (result.IsMapped) mapper.Unmap(result.Token);
    }
}
