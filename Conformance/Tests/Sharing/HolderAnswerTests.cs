using System;
using System.Linq;
using System.Threading;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What holders answer who are asked to stop, when, and what a newcomer is told of it.</summary>
public class HolderAnswerTests
{
    [Theory]
    [InlineData("confirms")]
    [InlineData("unmaps")]
    [InlineData("is revoked")]
    public void Who_waits_for_a_holder_goes_on_as_soon_as_it(string does)
    {
        // The clock stands still, so nothing else can end the wait.
        var clock = new ManualTime();
        using var scene = new MoveScene(clock: clock);
        var told = new Obedient { OnStop = _ => { } };
        Attachment nic = scene.Anything("nic", told);
        MapResult live = MoveScene.Map(nic);
        MoveReport? report = null;
        Thread mover = new(() => report = scene.Buffer.Move()) { IsBackground = true };
        mover.Start();
        while (told.Notices.Count == 0 || (mover.ThreadState & ThreadState.WaitSleepJoin) == 0) Thread.Yield();
        if (does == "confirms") Assert.True(nic.ConfirmStopped(told.Notices[0].Token));
        else if (does == "unmaps") nic.Unmap(live.Token);
        else nic.Revoke();
        bool went = mover.Join(5000);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(went);
        Assert.Equal(does != "is revoked", report!.HasMoved);
        if (does != "unmaps") nic.Unmap(live.Token);
    }

    [Fact]
    public void Nobody_confirms_for_another()
    {
        using var scene = new MoveScene();
        Exception? thrown = null;
        var told = new Obedient();
        Attachment nic = scene.Anything("nic", told), other = scene.Anything("other");
        MapResult live = MoveScene.Map(nic);
        told.OnStop = notice =>
        {
            thrown = Record.Exception(() => other.ConfirmStopped(notice.Token));
            nic.ConfirmStopped(notice.Token);
        };
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.Equal("token", Assert.IsType<ArgumentException>(thrown).ParamName);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void A_confirmation_after_the_time_is_over_is_too_late_and_nothing_has_moved()
    {
        var clock = new ManualTime();
        using var scene = new MoveScene(clock: clock);
        bool? inTime = null;
        var told = new Obedient();
        Attachment nic = scene.Anything("nic", told);
        MapResult live = MoveScene.Map(nic);
        told.OnStop = notice =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            inTime = nic.ConfirmStopped(notice.Token);
        };
        Assert.False(scene.Buffer.Move().HasMoved);
        Assert.False(inTime);
        MoveOutcome outcome = Assert.Single(told.Outcomes);
        Assert.False(outcome.HasMoved);
        Assert.Empty(outcome.Mappings);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void A_buffer_whose_bytes_are_about_to_move_is_not_disposed_though_nothing_is_mapped_any_more()
    {
        using var scene = new MoveScene();
        Exception? thrown = null;
        MapResult live = default;
        var told = new Obedient();
        Attachment nic = scene.Anything("nic", told);
        live = MoveScene.Map(nic);
        told.OnStop = _ =>
        {
            nic.Unmap(live.Token);
            thrown = Record.Exception(scene.Buffer.Dispose);
        };
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.IsType<InvalidOperationException>(thrown);
        Assert.Single(scene.Buffer.Attachments);
    }

    [Fact]
    public void A_newcomer_gives_up_where_others_keep_coming_between()
    {
        // Two holders of whom neither stops, and each leaves to the other what it held when the move is off.
        using var scene = new MoveScene();
        var told = new Obedient();
        Attachment[] two = [scene.Anything("a", told), scene.Anything("b", told)];
        int holder = 0;
        MapResult live = MoveScene.Map(two[holder]);
        told.OnStop = notice =>
        {
            if (told.Notices.Count < 6) throw new NotSupportedException("busy");
            notice.Attachment.ConfirmStopped(notice.Token);
        };
        told.OnMoved = _ =>
        {
            two[holder].Unmap(live.Token);
            holder = 1 - holder;
            live = MoveScene.Map(two[holder]);
        };
        AttachResult display = scene.Tight();
        Assert.False(display.IsAttached);
        Assert.Equal(["a", "b", "a"], told.Notices.Select(notice => notice.Attachment.Name));
        Assert.Contains(display.Decision.Refusal!.Causes, cause => cause is { Way: Verdict.Move, Reason: RefusalReason.NoRoomToMove });
        two[holder].Unmap(live.Token);
    }

    [Fact]
    public void A_newcomer_whom_a_holder_pins_is_told_of_missing_frames_too()
    {
        (MoveScene made, Spent exporter) = Spending();
        using MoveScene scene = made;
        Attachment nic = scene.Anything();
        MapResult live = MoveScene.Map(nic);
        Assert.Equal([ChangeKind.EndHolding], scene.Tight().Decision.Refusal!.Changes.Select(change => change.Kind));
        exporter.IsSpent = true;
        Assert.Equal([ChangeKind.EndHolding, ChangeKind.FreeFrames], scene.Tight().Decision.Refusal!.Changes.Select(change => change.Kind));
        nic.Unmap(live.Token);
    }

    [Fact]
    public void A_newcomer_is_told_who_did_not_answer_though_the_frames_are_gone_meanwhile()
    {
        (MoveScene made, Spent exporter) = Spending();
        using MoveScene scene = made;
        var told = new Obedient { OnStop = _ => throw new NotSupportedException("busy"), OnMoved = _ => exporter.IsSpent = true };
        Attachment nic = scene.Anything("nic", told);
        MapResult live = MoveScene.Map(nic);
        Refusal refusal = scene.Tight().Decision.Refusal!;
        Assert.Contains(refusal.Causes, cause => cause is { Reason: RefusalReason.NoAnswer, Attachment: "nic" });
        Assert.DoesNotContain(refusal.Causes, cause => cause.Reason == RefusalReason.NoRoomToMove);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void No_frames_are_taken_for_a_newcomer_whom_none_would_help()
    {
        (MoveScene made, Spent exporter) = Spending();
        using MoveScene scene = made;
        using var pool = new BouncePool(scene.Machine, scene.Machine.Frames, 4096);
        Attachment nic = scene.Anything();
        nic.Unmap(MoveScene.Map(nic).Token);
        int asked = exporter.Asked;
        Refusal refusal = scene.Come(new BounceMapper(new DirectMapper(scene.Device("isa", default)), pool, BounceMode.Everything)).Decision.Refusal!;
        Assert.Equal([RefusalReason.MustCopy, RefusalReason.NoBounceCapacity], refusal.Causes.Select(cause => cause.Reason));
        Assert.Equal(asked, exporter.Asked);
    }

    private static (MoveScene Scene, Spent Exporter) Spending()
    {
        Spent? exporter = null;
        var scene = new MoveScene(exporter: inner => exporter = new Spent(inner));
        return (scene, exporter!);
    }

    /// <summary>An exporter that can be out of frames for the present.</summary>
    private sealed class Spent(IExporter inner) : IExporter
    {
        internal bool IsSpent { get; set; }

        /// <summary>How often frames were asked for.</summary>
        internal int Asked { get; private set; }

        public string Name => inner.Name;

        public long Length => inner.Length;

        public MemoryKind Kind => inner.Kind;

        public IPhysicalMemory Memory => inner.Memory;

        public bool CanBack(in PlacementDemand demand) => inner.CanBack(demand);

        public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
        {
            Asked++;
            backing = null;
            return !IsSpent && inner.TryBack(demand, out backing);
        }

        public void Release(PfnBuffer backing) => inner.Release(backing);
    }
}
