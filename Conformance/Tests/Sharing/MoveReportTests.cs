using System;
using System.Collections.Generic;
using DmaMapping;
using Xunit;

namespace Conformance.Tests;

/// <summary>Moves in words: what was made of them, who is waited for, and the names of notices.</summary>
public class MoveReportTests
{
    [Fact]
    public void A_report_tells_whether_the_bytes_moved_and_who_was_told_or_what_stood_in_the_way()
    {
        using var scene = new MoveScene();
        MoveReport none = scene.Buffer.Move();
        Assert.Equal(("not moved: no frames are chosen yet", "no frames are chosen yet"), (none.ToString(), none.Obstacle));
        scene.Write(15);
        MoveReport alone = scene.Buffer.Move();
        Assert.Equal(("moved, told: nobody", true), (alone.ToString(), alone.HasMoved));
        Assert.Null(alone.Obstacle);
        Attachment b = scene.Anything("b", new Obedient()), a = scene.Anything("a", new Obedient());
        MapResult onB = MoveScene.Map(b), onA = MoveScene.Map(a);
        MoveReport both = scene.Buffer.Move();
        Assert.Equal("moved, told: a, b", both.ToString());
        Assert.Null(both.Obstacle);
        a.Unmap(onA.Token);
        b.Unmap(onB.Token);
    }

    [Fact]
    public void A_move_under_way_tells_for_whom_and_who_has_not_stopped()
    {
        using var scene = new MoveScene();
        var notices = new List<MoveNotice>();
        var texts = new List<string>();
        var told = new Obedient { OnStop = Stop };
        Attachment a = scene.Anything("a", told), b = scene.Anything("b", told);
        MapResult onA = MoveScene.Map(a), onB = MoveScene.Map(b);
        Assert.True(scene.Buffer.Move().HasMoved);
        string to = $"for the exporter, to {scene.Buffer.Report().Backing}; ";
        Assert.Equal([$"{to}a, b have not stopped", $"{to}b has not stopped", $"{to}everyone has stopped"], texts);
        texts.Clear();
        notices.Clear();
        Assert.True(scene.Tight().IsAttached);
        Assert.All(texts, text => Assert.StartsWith("for display, to 6 frames of 4K in 1 run: ", text, StringComparison.Ordinal));
        a.Unmap(onA.Token);
        b.Unmap(onB.Token);

        void Stop(MoveNotice notice)
        {
            // The first does not stop before the last was told.
            notices.Add(notice);
            if (notices.Count < 2) return;
            texts.Add(scene.Buffer.Report().Move!.ToString());
            foreach (MoveNotice one in notices)
            {
                Assert.True(one.Attachment.ConfirmStopped(one.Token));
                texts.Add(scene.Buffer.Report().Move!.ToString());
            }
        }
    }

    [Fact]
    public void Each_notice_has_a_name_of_its_own()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        Attachment nic = scene.Anything(movable: told);
        MapResult live = MoveScene.Map(nic);
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.True(scene.Buffer.Move().HasMoved);
        (MoveToken first, MoveToken second, MoveToken again) = (told.Notices[0].Token, told.Notices[1].Token, told.Notices[0].Token);
        Assert.True(first != second && first != default && default(MoveToken) != second);
        Assert.False(first != again);
        Assert.True(first == again && first.Equals(again) && first.Equals((object)again) && first.GetHashCode() == again.GetHashCode());
        Assert.False(first == second || first.Equals(second) || first.Equals("a notice"));
        Assert.Equal("no move notice", default(MoveToken).ToString());
        Assert.StartsWith("move notice ", first.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(first.ToString(), second.ToString());
        nic.Unmap(live.Token);
    }
}
