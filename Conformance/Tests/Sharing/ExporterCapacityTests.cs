using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What an exporter of large frames says that it can back, it can back when nothing is taken.</summary>
public class ExporterCapacityTests
{
    [Fact]
    public void No_zone_has_room_for_a_huge_frame()
    {
        // 1 GiB of RAM is cut at 16 MiB, so that no frame of 1 GiB is in it.
        EmulatedMachine machine = EmulatedMachine.WithRam(1 << 30);
        var exporter = new SystemMemoryExporter("memory", machine, 4096) { PageSize = PageSize.Size1G };
        Assert.False(exporter.CanBack(default));
        Assert.False(exporter.TryBack(default, out _));
        using var buffer = new SharedBuffer(exporter);
        Assert.Equal(RefusalReason.NoCommonBacking, buffer.Attach(new DirectMapper(new DmaDevice("nic", default))).Decision.Refusal!.Reason);
    }

    [Theory]
    [InlineData(0xffff, false)]
    [InlineData(0x1f_ffff, true)]
    public void A_large_frame_crosses_a_boundary_inside_it(ulong boundary, bool possible)
    {
        EmulatedMachine machine = EmulatedMachine.WithRam(64 << 20);
        var exporter = new SystemMemoryExporter("memory", machine, 40960) { PageSize = PageSize.Size2M };
        var demand = new PlacementDemand { Contiguous = true, Placement = new Placement { BoundaryMask = boundary } };
        Assert.Equal(possible, exporter.CanBack(demand));
        Assert.Equal(possible, exporter.TryBack(demand, out PfnBuffer? backing));
        if (backing is not null) exporter.Release(backing);
    }
}
