using System;
using DmaMapping;
using Drivers;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class DeviceTests
{
    private static readonly EmulatedMachine Memory = EmulatedMachine.WithRam(16 << 20);

    [Fact]
    public void The_processors_counter_wraps_inside_a_segment_that_crosses_64_KiB()
    {
        ProcessorDevice processor = NewProcessor();
        byte[] before = RandomBytes(0x20000);
        Memory.Write(new PhysicalAddress(0x100000), before);

        // 8 KiB before a multiple of 64 KiB and 8 KiB after it: the second half is never reached, the counter wraps instead.
        Assert.True(processor.Run([new DmaSegment(new DmaAddress(0x10E000), 0x4000)], 0, 64));
        byte[] after = new byte[before.Length];
        Memory.Read(new PhysicalAddress(0x100000), after);
        Assert.Equal(before[0x10000..0x12000], after[0x10000..0x12000]);
        Assert.NotEqual(before[..0x2000], after[..0x2000]);
        Assert.NotEqual(before[0xE000..0x10000], after[0xE000..0x10000]);
    }

    [Fact]
    public void The_same_bytes_in_two_segments_are_transformed_right()
    {
        ProcessorDevice processor = NewProcessor();
        byte[] before = RandomBytes(0x4000);
        Memory.Write(new PhysicalAddress(0x20E000), before);
        Assert.True(processor.Run([new DmaSegment(new DmaAddress(0x20E000), 0x2000), new DmaSegment(new DmaAddress(0x210000), 0x2000)], 0, 64));
        byte[] after = new byte[before.Length];
        Memory.Read(new PhysicalAddress(0x20E000), after);
        Weave.Invert(after, 0, 64);
        Assert.Equal(before, after);
    }

    [Fact]
    public void The_processor_has_registers_for_eight_segments()
        => Assert.Throws<ArgumentOutOfRangeException>(() => NewProcessor().Run(new DmaSegment[9], 0, 1));

    [Fact]
    public void The_transform_has_an_exact_inverse_wherever_it_is_cut()
    {
        byte[] pixels = RandomBytes(4 * 1009);
        byte[] whole = [.. pixels], cut = [.. pixels];
        Weave.Apply(whole, 12345, 101);
        for (int at = 0, piece = 4; at < cut.Length; at += piece, piece = Math.Min(piece + 4, cut.Length - at))
            Weave.Apply(cut.AsSpan(at, Math.Min(piece, cut.Length - at)), 12345 + (at / 4), 101);
        Assert.Equal(whole, cut);
        Assert.NotEqual(pixels, whole);
        Weave.Invert(whole, 12345, 101);
        Assert.Equal(pixels, whole);
    }

    [Fact]
    public void A_pixel_is_never_split()
        => Assert.Throws<ArgumentException>(() => Weave.Apply(new byte[6], 0, 1));

    [Fact]
    public void The_display_cannot_address_what_lies_above_4_GiB()
    {
        var device = new DmaDevice("display", new RequesterId(0, 4, 0), DisplayDevice.Constraints);
        var display = new DisplayDevice(BusPort.Direct(device, Memory));
        Assert.False(display.ScanOut(new DmaAddress(1UL << 32), new PictureFormat(1, 1), new byte[4]));
        Assert.Equal(FaultReason.BeyondDevice, display.Port.Faults.Recent()[0].Reason);
    }

    [Fact]
    public void The_camera_reaches_its_segments_no_more_once_they_are_unmapped()
    {
        using var rig = new DriverRig("scattered");
        rig.Run();
        DmaSegment stale = rig.Camera.Client.Transfers[0].Segments[0];
        Assert.False(rig.CameraUnit.Port.TryWrite(stale.Address, [1], out DmaFault fault));
        Assert.Equal(FaultReason.NotMapped, fault.Reason);
    }

    [Fact]
    public void A_driver_that_is_disposed_leaves_nothing_behind()
    {
        var rig = new DriverRig("scattered");
        rig.Run();
        rig.Camera.Dispose();
        Assert.DoesNotContain(rig.Buffer.Attachments, one => one.Name == "camera");
        rig.Dispose();
        Assert.Equal(1, rig.Exporter.Released);
        Assert.Equal(0, rig.Buffer.LiveUses);
    }

    [Fact]
    public void A_display_that_cannot_be_bounced_far_enough_is_refused_with_what_would_help()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => new DriverRig("scattered", displayPool: 4096));
        Assert.Contains("display is refused", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("enlarge display's bounce pool from 4096", refusal.Message, StringComparison.Ordinal);
    }

    private static ProcessorDevice NewProcessor()
        => new(BusPort.Direct(new DmaDevice("processor", new RequesterId(0, 3, 0), ProcessorDevice.Constraints), Memory));

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
