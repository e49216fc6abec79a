using System.Linq;
using DmaMapping;
using Drivers;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class SharedPictureTests
{
    [Theory]
    [InlineData("scattered", BounceMode.WhatMust)]
    [InlineData("contiguous", BounceMode.WhatMust)]
    [InlineData("huge", BounceMode.WhatMust)]
    [InlineData("scattered", BounceMode.PartialFrames)]
    [InlineData("contiguous", BounceMode.PartialFrames)]
    [InlineData("huge", BounceMode.PartialFrames)]
    [InlineData("scattered", BounceMode.Everything)]
    [InlineData("contiguous", BounceMode.Everything)]
    [InlineData("huge", BounceMode.Everything)]
    public void A_picture_comes_out_as_it_went_in(string backing, BounceMode mode)
    {
        using var rig = NewRig(backing, mode);
        Assert.Equal(rig.Scene, rig.Run());
    }

    [Theory]
    [InlineData("scattered")]
    [InlineData("contiguous")]
    [InlineData("huge")]
    public void A_mapper_that_bounces_everything_bounces_every_byte_of_every_device(string backing)
    {
        using var rig = NewRig(backing, BounceMode.Everything);
        rig.Run();
        foreach (BufferClient client in new[] { rig.Camera.Client, rig.Processor.Client, rig.Display.Client })
        {
            Assert.Equal(rig.Buffer.Length, client.BouncedBytes);
            Assert.Equal(Verdict.Bounce, client.Attachment.Decision.Verdict);
        }
    }

    [Fact]
    public void The_display_gets_one_run_where_the_frames_are_many()
    {
        using var rig = NewRig("scattered");
        rig.Run();
        Transfer shown = Assert.Single(rig.Display.Client.Transfers);
        DmaSegment segment = Assert.Single(shown.Segments);
        Assert.Equal(DriverRig.Format.Length, segment.Length);
        Assert.True(DisplayDevice.Constraints.Satisfies([segment]));

        Transfer captured = Assert.Single(rig.Camera.Client.Transfers);
        Assert.True(captured.PhysicalRuns > captured.Segments.Count, $"{captured.PhysicalRuns} runs");
        Assert.True(captured.Segments.Count > 1);
        Assert.Equal(0, captured.BouncedBytes);
    }

    [Fact]
    public void Scattered_frames_give_the_three_devices_three_verdicts_that_differ_in_what_is_copied()
    {
        using var rig = NewRig("scattered");
        rig.Run();
        Assert.Equal(Verdict.Remap, rig.Camera.Client.Attachment.Decision.Verdict);
        Assert.Equal(Verdict.Bounce, rig.Processor.Client.Attachment.Decision.Verdict);
        Assert.InRange(rig.Processor.Client.BouncedBytes, 1, rig.Buffer.Length - 1);
        Assert.Equal(rig.Buffer.Length, rig.Display.Client.BouncedBytes);
    }

    [Fact]
    public void One_window_of_the_processor_holds_frames_in_place_and_copies_of_others()
    {
        using var rig = NewRig("scattered");
        rig.Run();
        Transfer mixed = rig.Processor.Client.Transfers.First(window => window.BouncedBytes > 0 && window.BouncedBytes < window.Length);
        Assert.Contains(mixed.Parts, part => part.Treatment == MapTreatment.Direct);
        Assert.Contains(mixed.Parts, part => part.Treatment == MapTreatment.Bounced);
        Assert.Equal(mixed.BouncedBytes, mixed.Parts.Where(part => part.Treatment == MapTreatment.Bounced).Sum(part => part.Length));
        Assert.Equal(mixed.Length, mixed.Parts.Sum(part => part.Length));
    }

    [Fact]
    public void Only_frames_above_what_it_addresses_are_bounced_for_the_processor()
    {
        using var rig = NewRig("scattered");
        rig.Run();
        long high = 0;
        foreach (FrameRun run in rig.Buffer.Backing!.View.Runs) high += run.Address.Value >= DriverRig.High ? run.Length : 0;
        Assert.Equal(high, rig.Processor.Client.BouncedBytes);
    }

    [Fact]
    public void Contiguous_frames_below_4_GiB_are_reached_where_they_are()
    {
        using var rig = NewRig("contiguous");
        rig.Run();
        Assert.Equal(Verdict.Direct, rig.Processor.Client.Attachment.Decision.Verdict);
        Assert.Equal(Verdict.Direct, rig.Display.Client.Attachment.Decision.Verdict);
        Assert.Equal(0, rig.Processor.Client.BouncedBytes + rig.Display.Client.BouncedBytes);
        Assert.Equal(new DmaAddress(DriverRig.Low), rig.Display.Client.Transfers[0].Segments[0].Address);
    }

    [Theory]
    [InlineData("scattered", BounceMode.WhatMust)]
    [InlineData("huge", BounceMode.WhatMust)]
    [InlineData("scattered", BounceMode.Everything)]
    public void Every_segment_list_obeys_its_device_and_covers_its_range(string backing, BounceMode mode)
    {
        using var rig = NewRig(backing, mode);
        rig.Run();
        foreach (BufferClient client in new[] { rig.Camera.Client, rig.Processor.Client, rig.Display.Client })
        {
            long at = 0;
            foreach (Transfer transfer in client.Transfers)
            {
                Assert.Equal(at, transfer.Offset);
                Assert.True(client.Attachment.Importer.Profile.Device.Constraints.Satisfies(transfer.Segments.ToArray()));
                Assert.Equal(transfer.Length, transfer.Segments.Sum(segment => segment.Length));
                at += transfer.Length;
            }

            Assert.Equal(rig.Buffer.Length, at);
        }
    }

    [Fact]
    public void Frames_that_nobody_planned_for_are_chosen_by_the_first_mapping()
    {
        using var rig = NewRig("scattered");
        rig.CameraUnit.Expose(rig.Scene);
        rig.Camera.Capture();
        Assert.NotNull(rig.Buffer.Backing);
        Assert.Empty(rig.Camera.Client.Transfers[0].Parts);
    }

    private protected virtual DriverRig NewRig(string backing, BounceMode mode = BounceMode.WhatMust) => new(backing, mode);
}
