using System;
using Demo;
using DmaMapping;
using Drivers;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Drivers and the demo under a checker: correct ones are told nothing, and what is wrong is.</summary>
public class CheckedDriverTests
{
    [Fact]
    public void A_camera_that_writes_after_its_driver_unmapped_is_told()
    {
        using var rig = new DriverRig("scattered", checker: new MappingChecker());
        rig.Run();
        DmaSegment stale = rig.Camera.Client.Transfers[0].Segments[0];
        MisuseReport report = Assert.Throws<DmaMisuseException>(() => rig.CameraUnit.Port.TryWrite(stale.Address, [1], out _)).Report!;
        Assert.Equal((MisuseKind.DeviceAfterUnmap, "camera"), (report.Kind, report.Device));
        Assert.Equal("BufferClient.Map", report.Created!.Method);
        Assert.Equal("BufferClient.Unmap", report.Ended!.Method);
    }

    [Fact]
    public void The_cpu_that_looks_while_the_display_scans_may_look_and_not_write()
    {
        using var rig = new DriverRig("contiguous", checker: new MappingChecker());
        rig.Run();
        rig.Display.Client.Map(0, 4096, DmaDirection.ToDevice);
        using (CpuAccess cpu = rig.Buffer.BeginCpuAccess(0, 100, MemoryAccess.Read).Access!) cpu.Read(0, new byte[100]);
        rig.Display.Client.Unmap();
        rig.Camera.Client.Map(0, 4096, DmaDirection.FromDevice);
        using (CpuAccess cpu = rig.Buffer.BeginCpuAccess(0, 100, MemoryAccess.Read).Access!)
            Assert.Equal(MisuseKind.CpuTouchesDevice, Assert.Throws<DmaMisuseException>(() => cpu.Read(0, new byte[100])).Report!.Kind);
        rig.Camera.Client.Unmap();
    }

    [Theory]
    [InlineData(Backing.Scattered)]
    [InlineData(Backing.Contiguous)]
    [InlineData(Backing.Huge)]
    public void The_demo_shares_its_picture_under_a_checker(Backing backing)
    {
        var checker = new MappingChecker();
        ShareOutcome outcome = SharePipeline.Run(Scene(), backing, Fault.None, checker);
        Assert.True(outcome.CapturedIntact);
        Assert.Equal(0, outcome.DifferentPixels);
        Assert.Equal((0, 0), (checker.LiveMappings, checker.Quarantine.Count));
    }

    [Fact]
    public void A_mapper_that_forgets_the_processors_boundary_is_found_before_any_byte_is_wrong()
    {
        var misuse = Assert.Throws<DmaMisuseException>(() => SharePipeline.Run(Scene(), Backing.Contiguous, Fault.Boundary, new MappingChecker()));
        Assert.Equal((MisuseKind.BadSegments, "processor"), (misuse.Report!.Kind, misuse.Report.Device));
    }

    private static Picture Scene()
    {
        var format = new PictureFormat(517, 389);
        byte[] pixels = new byte[format.Length];
        new Random(7).NextBytes(pixels);
        return new Picture(format, pixels);
    }
}
