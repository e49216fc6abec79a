using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// King's mail of 29 January 2015: X exports a buffer, Y has attached and mapped it, and now Z attaches with tighter
/// constraints. Deny it? Only if it is tighter? Move the pages? Each way that it can end, one a test.
/// </summary>
public class LateAttachTests
{
    [Fact]
    public void Z_is_no_tighter_than_what_is_there_and_attaches_at_once()
    {
        using var x = new MoveScene();
        Attachment y = x.Anything("Y");
        MapResult live = MoveScene.Map(y, DmaDirection.Bidirectional, out DmaSegment[] before);
        AttachResult z = x.Come(new DirectMapper(x.Device("Z", default)));
        Assert.Equal(Verdict.Direct, z.Decision.Verdict);
        Assert.Equal(before[0].Address.Value, x.Start.Value);
        y.Unmap(live.Token);
    }

    [Fact]
    public void Z_is_behind_an_iommu_and_is_given_addresses_that_suit_it()
    {
        using var x = new MoveScene();
        Attachment y = x.Anything("Y");
        MapResult live = MoveScene.Map(y);
        PhysicalAddress home = x.Start;
        using var domain = new IommuDomain(x.Machine, x.Machine.Frames, x.Iommu, DmaWindow.OfBits(32));
        AttachResult z = x.Come(new IommuMapper(x.Device("Z", DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(32) }), domain));
        Assert.Equal(Verdict.Remap, z.Decision.Verdict);
        Assert.Equal(home, x.Start);
        MapResult mapping = MoveScene.Map(z.Attachment!, DmaDirection.Bidirectional, out DmaSegment[] segments);
        Assert.True(segments.Single().Address.Value + (ulong)segments[0].Length <= 1UL << 32);
        z.Attachment!.Unmap(mapping.Token);
        y.Unmap(live.Token);
    }

    [Fact]
    public void Y_has_nothing_mapped_at_the_moment_so_the_bytes_move()
    {
        using var x = new MoveScene();
        Attachment y = x.Anything("Y");
        y.Unmap(MoveScene.Map(y).Token);
        byte[] bytes = x.Write(1);
        Assert.True(x.Start.Value >= 1UL << 32);

        AttachResult z = x.Tight("Z");
        Assert.Equal((Verdict.Move, Verdict.Direct), (z.Decision.Verdict, z.Decision.Follows));
        Assert.Equal(Verdict.Direct, z.Attachment!.Decision.Verdict);
        Assert.True(x.Start.Value < 1UL << 32);
        Assert.Equal(1, x.Buffer.Backing!.RunCount);
        Assert.Equal(bytes, x.Read());
        y.Unmap(MoveScene.Map(y).Token);
        z.Attachment.Unmap(MoveScene.Map(z.Attachment).Token);
    }

    [Fact]
    public void Y_is_movable_is_told_first_stops_and_goes_on_at_the_new_place()
    {
        using var x = new MoveScene();
        var told = new Obedient();
        Attachment y = x.Anything("Y", told);
        MapResult live = MoveScene.Map(y, DmaDirection.Bidirectional, out DmaSegment[] before);
        byte[] bytes = x.Write(2);
        byte[]? atNotice = null;
        told.OnStop = notice =>
        {
            atNotice = x.Read();
            Assert.Equal(before[0].Address.Value, x.Start.Value);
            Assert.True(notice.Attachment.ConfirmStopped(notice.Token));
        };

        AttachResult z = x.Tight("Z");
        Assert.Equal(Verdict.Move, z.Decision.Verdict);
        Assert.Equal(bytes, atNotice);
        MovedMapping moved = told.Outcomes.Single().Mappings.Single();
        Assert.Equal(live.Token, moved.Token);
        Assert.Equal(x.Start.Value, moved.Segments.Span[0].Address.Value);
        Assert.NotEqual(before[0], moved.Segments.Span[0]);
        Assert.Equal(bytes, x.Read());
        Assert.Equal(["Y"], z.Move!.Told);
        y.Unmap(live.Token);
    }

    [Fact]
    public void Y_is_pinned_and_Z_works_on_copies()
    {
        using var x = new MoveScene();
        Attachment y = x.Anything("Y");
        MapResult live = MoveScene.Map(y, DmaDirection.ToDevice, out DmaSegment[] before);
        AttachResult z = x.TightThatCopies("Z");
        Assert.Equal(Verdict.Bounce, z.Decision.Verdict);
        MapResult copied = MoveScene.Map(z.Attachment!, DmaDirection.ToDevice);
        Assert.Equal(MoveScene.Length, copied.BouncedBytes);
        Assert.Equal(before[0].Address.Value, x.Start.Value);
        z.Attachment!.Unmap(copied.Token);
        y.Unmap(live.Token);
    }

    [Fact]
    public void Y_is_pinned_and_Z_takes_no_copies_so_Z_is_denied_and_told_why_and_what_would_help()
    {
        using var x = new MoveScene();
        Attachment y = x.Anything("Y");
        MapResult live = MoveScene.Map(y);
        AttachResult z = x.Tight("Z");
        Assert.False(z.IsAttached);
        Refusal refusal = z.Decision.Refusal!;
        Assert.Equal(["Y"], refusal.ConflictsWith);
        Assert.Equal((RefusalReason.UnreachableFrame, 0), (refusal.Reason, refusal.FrameIndex));
        Assert.Contains(refusal.Causes, cause => cause is { Way: Verdict.Move, Reason: RefusalReason.Pinned, Attachment: "Y" });
        Assert.Contains(refusal.Causes, cause => cause is { Way: Verdict.Bounce, Reason: RefusalReason.ZeroCopyOnly });
        Assert.Equal("unmap Y", refusal.Advice);

        // And that does help.
        y.Unmap(live.Token);
        Assert.Equal(Verdict.Move, x.Tight("Z").Decision.Verdict);
    }

    [Fact]
    public void The_policy_decides_whether_Z_is_copied_for_or_moved_for()
    {
        foreach (bool prefersBounce in new[] { false, true })
        {
            using var x = new MoveScene(new SharingPolicy { PrefersBounce = prefersBounce });
            Attachment y = x.Anything("Y");
            y.Unmap(MoveScene.Map(y).Token);
            Assert.Equal(prefersBounce ? Verdict.Bounce : Verdict.Move, x.TightThatCopies("Z").Decision.Verdict);
        }
    }

    [Fact]
    public void Y_is_movable_and_does_not_answer_so_Z_is_denied_and_nothing_has_changed()
    {
        var clock = new ManualTime();
        using var x = new MoveScene(clock: clock);
        var silent = new Obedient { OnStop = _ => clock.Advance(TimeSpan.FromSeconds(2)) };
        Attachment y = x.Anything("Y", silent);
        MapResult live = MoveScene.Map(y);
        byte[] bytes = x.Write(3);
        PhysicalAddress home = x.Start;

        AttachResult z = x.Tight("Z");
        Assert.False(z.IsAttached);
        Assert.Contains(z.Decision.Refusal!.Causes, cause => cause is { Reason: RefusalReason.NoAnswer, Attachment: "Y" });
        Assert.Equal("unmap Y", z.Decision.Refusal.Advice);
        Assert.False(silent.Outcomes.Single().HasMoved);
        Assert.False(y.ConfirmStopped(silent.Notices[0].Token));
        Assert.Equal((home, 1), (x.Start, y.LiveMappings));
        Assert.Equal(bytes, x.Read());
        y.Unmap(live.Token);
    }

    [Fact]
    public void Z_came_in_time_so_the_frames_serve_it_from_the_beginning()
    {
        using var x = new MoveScene();
        Attachment y = x.Anything("Y");
        AttachResult z = x.Tight("Z");
        Assert.Equal(Verdict.Admitted, z.Decision.Verdict);
        MapResult live = MoveScene.Map(y);
        Assert.Equal(Verdict.Direct, z.Attachment!.Decision.Verdict);
        Assert.True(x.Start.Value < 1UL << 32);
        y.Unmap(live.Token);
    }
}
