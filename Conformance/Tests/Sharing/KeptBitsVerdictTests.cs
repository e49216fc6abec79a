using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Behind an IOMMU too, address bits above a frame's can be kept only where the frames allow it, and the verdict says so.</summary>
public class KeptBitsVerdictTests
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64L << 20);

    [Theory]
    [InlineData(1, Verdict.Remap)]
    [InlineData(3, Verdict.Refused)]
    public void A_verdict_of_remapping_is_one_that_mapping_keeps(ulong step, Verdict expected)
    {
        using var domain = new IommuDomain(_machine, _machine.Frames, new EmulatedIommu(_machine));
        var mapper = new IommuMapper(new DmaDevice("ufs", new RequesterId(0, 7, 0), new DmaConstraints { OffsetPreservingMask = 0xFFFF }), domain);
        using var buffer = new PfnBuffer([new Pfn(0x105), new Pfn(0x105 + step)], PageSize.Size4K);
        Decision decision = Stands.On(buffer, mapper);
        Assert.Equal(expected, decision.Verdict);

        MapResult result = mapper.Map(buffer.View, DmaDirection.ToDevice, new DmaSegment[2]);
        Assert.Equal(expected == Verdict.Remap ? MapStatus.Mapped : MapStatus.Unaligned, result.Status);
        if (result.IsMapped) mapper.Unmap(result.Token);
    }
}
