using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A device that is not trusted sees no byte between lines, though they lie in the frames of lines.</summary>
public sealed class PlaneReachTests : IDisposable
{
    private const ulong Home = 0x100;

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly DmaDevice _device = new("guest", new RequesterId(1), new DmaConstraints { MaxSegmentSize = 5000 }) { IsTrusted = false };
    private readonly IommuDomain _domain;
    private readonly IommuMapper _translated;
    private readonly BusPort _port;

    public PlaneReachTests()
    {
        var iommu = new EmulatedIommu(_machine);
        _domain = new IommuDomain(_machine, _machine.Frames, iommu);
        _translated = new IommuMapper(_device, _domain);
        _port = iommu.Connect(_device, _domain);
        _machine.Fill(new Pfn(Home).ToAddress(PageSize.Size4K), 8 * 4096, 0xAA);
    }

    public void Dispose() => _domain.Dispose();

    [Theory]
    [InlineData(600, 1024, 2)]
    [InlineData(5000, 6000, 1)]
    [InlineData(5000, 6000, 3)]
    [InlineData(4096, 8192, 2)]
    public void Beside_its_segments_it_finds_zeros(int width, int stride, int room)
    {
        using var pool = new BouncePool(_machine, _machine.Frames, 16 * 4096);
        var planes = new PlaneMapper(new BounceMapper(_translated, pool, BounceMode.PartialFrames));
        var view = new PfnView(Given.Frames(Home, 8), PageSize.Size4K);
        var plane = new Plane(width % 4096 == 0 ? 0 : 50, width, stride, 4);
        var segments = new DmaSegment[room];
        for (long at = 0; at < plane.Length;)
        {
            MapResult window = planes.Map(view, plane, at, DmaDirection.Bidirectional, segments, MapOptions.Prefix);
            Assert.True(window.IsMapped, window.ToString());
            for (int i = 0; i < window.SegmentCount; i++)
            {
                // Of all granules of the segment, and of the one after it.
                ulong first = segments[i].Address.Value & ~4095ul;
                long end = (long)(segments[i].Address.Value - first) + segments[i].Length;
                for (long x = 0; x < end + 4096; x += 10)
                {
                    var one = new byte[1];
                    bool seen = _port.TryRead(new DmaAddress(first) + x, one, out _) && one[0] != 0;
                    bool mapped = false;
                    for (int j = 0; j < window.SegmentCount; j++) mapped |= first + (ulong)x >= segments[j].Address.Value && first + (ulong)x - segments[j].Address.Value < (ulong)segments[j].Length;
                    Assert.Equal(mapped, seen);
                }
            }

            planes.Unmap(window.Token);
            at += window.Length;
        }

        Assert.Equal((0, 16 * 4096L), (_domain.LiveMappings, pool.FreeBytes));
    }

    [Fact]
    public void Without_copies_lines_that_share_a_granule_are_refused()
    {
        var planes = new PlaneMapper(_translated);
        var view = new PfnView(Given.Frames(Home, 8), PageSize.Size4K);
        MapResult refused = planes.Map(view, new Plane(8192, 4096, 5000, 2), 0, DmaDirection.ToDevice, new DmaSegment[8]);
        Assert.Equal((MapStatus.Unaligned, 3), (refused.Status, refused.FailedFrame));
        Assert.Equal(0, _domain.LiveMappings);
    }
}
