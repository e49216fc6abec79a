using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Devices that want every address bit kept are served in place or not at all.</summary>
public class KeptBitsTests
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly DmaSegment[] _segments = new DmaSegment[4];

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(ulong.MaxValue)]
    public void No_other_address_keeps_all_bits(ulong mask)
    {
        var device = new DmaDevice("exact", new RequesterId(1), new DmaConstraints { OffsetPreservingMask = mask });
        using var domain = new IommuDomain(_machine, _machine.Frames, new EmulatedIommu(_machine));
        using var pool = new BouncePool(_machine, _machine.Frames, 64 * 4096);
        var direct = new DirectMapper(device);
        var view = new PfnView(Given.Frames(0x103, 2), PageSize.Size4K);
        foreach (MapOptions options in new[] { MapOptions.None, MapOptions.Prefix })
        {
            Assert.Equal(MapStatus.NoIovaSpace, new IommuMapper(device, domain).Map(view, DmaDirection.ToDevice, _segments, options).Status);
            Assert.Equal(MapStatus.NoBounceSpace, new BounceMapper(direct, pool, BounceMode.Everything).Map(view, DmaDirection.ToDevice, _segments, options).Status);
        }

        Assert.Equal((0, 64 * 4096L), (domain.LiveMappings, pool.FreeBytes));

        MapResult inPlace = direct.Map(view, DmaDirection.ToDevice, _segments);
        Assert.True(inPlace.IsMapped && device.Constraints.Satisfies(_segments.AsSpan(0, inPlace.SegmentCount), view));
    }
}
