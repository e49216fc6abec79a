using System;
using System.Linq;
using System.Threading;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What stands in the way of a move before it begins, and what comes in its way while holders stop.</summary>
public class MoveObstacleTests
{
    /// <summary>Two segments of 64 KiB at most: what a demand says of that is that the frames are one run, and not where it begins.</summary>
    private static readonly DmaConstraints TwoHalves = new() { SegmentBoundaryMask = 0xffff, MaxSegmentCount = 2 };

    private static readonly PlacementDemand Low = new() { Placement = Placement.Below(32) };

    private PlacesExporter _places = null!;

    [Fact]
    public void Whoever_came_to_hold_bytes_while_others_stopped_was_not_told_and_so_nothing_moves()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        Attachment nic = scene.Anything(movable: told), late = scene.Anything("late", new Obedient());
        MapResult onNic = MoveScene.Map(nic), onLate = default;
        told.OnStop = notice =>
        {
            onLate = MoveScene.Map(late);
            Assert.True(notice.Attachment.ConfirmStopped(notice.Token));
        };
        PfnBuffer before = scene.Buffer.Backing!;
        Assert.Equal("not moved: that late came to hold bytes while others were stopping", scene.Buffer.Move().ToString());
        late.Unmap(onLate.Token);

        CpuAccess? cpu = null;
        told.OnStop = notice =>
        {
            cpu = scene.Buffer.BeginCpuAccess(0, 1, MemoryAccess.Read).Access;
            Assert.True(notice.Attachment.ConfirmStopped(notice.Token));
        };
        Assert.Equal("not moved: that the CPU came to hold bytes while others were stopping", scene.Buffer.Move().ToString());
        cpu!.Dispose();
        Assert.Equal([false, false], told.Outcomes.Select(outcome => outcome.HasMoved));
        Assert.Same(before, scene.Buffer.Backing);
        nic.Unmap(onNic.Token);
    }

    [Fact]
    public void Whoever_attached_while_others_stopped_is_not_moved_to_where_it_cannot_be()
    {
        using MoveScene scene = Scene(MoveScene.Length, Given.Frames(0x10_0100, 6), Given.Frames(0x1000, 6));
        var told = new Obedient();
        Attachment nic = scene.Anything(movable: told);
        MapResult live = MoveScene.Map(nic);
        AttachResult top = default;
        told.OnStop = notice =>
        {
            top = scene.Come(new DirectMapper(scene.Device("top", new DmaConstraints { Window = new DmaWindow(new DmaAddress(1UL << 32), new DmaAddress(ulong.MaxValue)) })));
            Assert.True(notice.Attachment.ConfirmStopped(notice.Token));
        };
        PfnBuffer before = scene.Buffer.Backing!;
        AttachResult display = scene.Tight();
        Assert.False(display.IsAttached);
        Assert.Contains(display.Decision.Refusal!.Causes, cause => cause is { Way: Verdict.Move, Reason: RefusalReason.NoRoomToMove });
        Assert.Contains("somebody attached", display.Move!.Obstacle, StringComparison.Ordinal);
        Assert.Equal((Verdict.Direct, 1), (top.Attachment!.Decision.Verdict, _places.Taken));
        Assert.Same(before, scene.Buffer.Backing);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void Nobody_is_waited_for_once_a_callback_has_thrown()
    {
        // The clock stands still, so that who waits for an answer waits for ever.
        var clock = new ManualTime();
        using var scene = new MoveScene(clock: clock);
        Attachment a = scene.Anything("a", new Obedient()), b = scene.Anything("b", new Obedient { OnStop = _ => throw new NotSupportedException("busy") });
        MapResult onA = MoveScene.Map(a), onB = MoveScene.Map(b);
        MoveReport? report = null;
        var mover = new Thread(() => report = scene.Buffer.Move()) { IsBackground = true };
        mover.Start();
        bool ended = mover.Join(5000);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.True(ended);
        Assert.Equal("not moved: of b: that its callback threw NotSupportedException: busy", report!.ToString());
        a.Unmap(onA.Token);
        b.Unmap(onB.Token);
    }

    [Fact]
    public void Holders_have_time_until_the_deadline_by_a_clock_that_is_stopped_afterwards()
    {
        var clock = new ManualTime();
        using var scene = new MoveScene(clock: clock);
        int timers = 0;
        var told = new Obedient();
        told.OnStop = notice =>
        {
            timers = clock.Timers;
            Assert.True(notice.Attachment.ConfirmStopped(notice.Token));
        };
        Attachment nic = scene.Anything(movable: told);
        MapResult live = MoveScene.Map(nic);
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.Equal(clock.GetUtcNow() + scene.Buffer.MoveTimeout, Assert.Single(told.Notices).Deadline);
        Assert.Equal((1, 0), (timers, clock.Timers));
        nic.Unmap(live.Token);
    }

    [Fact]
    public void Where_nobody_is_told_no_clock_runs()
    {
        using var scene = new MoveScene(clock: new WithoutTimers());
        byte[] bytes = scene.Write(12);
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.Equal(bytes, scene.Read());
    }

    [Fact]
    public void Frames_that_are_taken_at_present_are_no_room_and_others_that_do_not_serve_everyone_no_way()
    {
        using MoveScene scene = Scene(32 * 4096, Given.Frames(0x10_0001, 32), Given.Frames(0x1001, 32));
        scene.Buffer.BeginCpuAccess(0, 1, MemoryAccess.Read).Access!.Dispose();
        PfnBuffer before = scene.Buffer.Backing!;

        // Both places lie askew.
        RefusalCause cause = MoveCause(scene.Come(new DirectMapper(scene.Device("halves", TwoHalves))));
        Assert.Equal((RefusalReason.NoCommonBacking, "no frames in places that serve everyone"), (cause.Reason, cause.Found));
        Assert.Equal("no frames in places that serve everyone", scene.Buffer.Move(new PlacementDemand { Placement = Placement.Below(20) }).Obstacle);

        Assert.True(_places.TryBack(Low, out PfnBuffer? taken));
        cause = MoveCause(scene.Tight());
        Assert.Equal((RefusalReason.NoRoomToMove, "none free in places"), (cause.Reason, cause.Found));
        Assert.Equal("none free in places", scene.Buffer.Move().Obstacle);
        Assert.Equal(2, _places.Taken);
        Assert.Same(before, scene.Buffer.Backing);

        _places.Release(taken!);
        Assert.Equal(Verdict.Move, scene.Tight().Decision.Verdict);
        Assert.Equal(1, _places.Taken);

        static RefusalCause MoveCause(AttachResult refused)
        {
            Assert.False(refused.IsAttached);
            return Assert.Single(refused.Decision.Refusal!.Causes, cause => cause.Way == Verdict.Move);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nobody_is_moved_to_frames_on_which_it_would_be_refused_or_its_mapping_a_copy(bool copies)
    {
        using MoveScene scene = Scene(32 * 4096, Given.Frames(0x10_0100, 32), Given.Frames(0x1001, 32));
        var told = new Obedient();
        IDmaMapper direct = new DirectMapper(scene.Device("halves", TwoHalves));
        Attachment halves = scene.Come(copies ? new BounceMapper(direct, scene.Pool) : direct, importer => new Importer(importer) { IsMovable = true }, told).Attachment!;
        MapResult live = halves.Map(0, scene.Buffer.Length, DmaDirection.Bidirectional, new DmaSegment[2]).Mapping;
        Assert.Equal((true, 0L), (live.IsMapped, live.BouncedBytes));
        PfnBuffer before = scene.Buffer.Backing!;
        Assert.Equal("not moved: no frames in places that serve everyone", scene.Buffer.Move().ToString());
        Assert.Empty(told.Notices);
        Assert.Equal((Verdict.Direct, 1), (halves.Decision.Verdict, _places.Taken));
        Assert.Same(before, scene.Buffer.Backing);
        halves.Unmap(live.Token);
        if (copies) return;

        // Nor where it holds nothing.
        Assert.False(scene.Buffer.Move().HasMoved);
        Assert.Same(before, scene.Buffer.Backing);
    }

    [Fact]
    public void A_refusal_tells_of_who_is_in_the_way_and_of_room_that_would_lack_even_then()
    {
        using MoveScene scene = Scene(MoveScene.Length, Given.Frames(0x10_0100, 6), Given.Frames(0x1000, 6));
        Attachment nic = scene.Anything();
        MapResult live = MoveScene.Map(nic);
        Assert.Equal([ChangeKind.EndHolding], scene.Tight().Decision.Refusal!.Changes.Select(change => change.Kind));
        Assert.Equal(1, _places.Taken);
        Assert.True(_places.TryBack(Low, out PfnBuffer? taken));
        Assert.Equal([ChangeKind.EndHolding, ChangeKind.FreeFrames], scene.Tight().Decision.Refusal!.Changes.Select(change => change.Kind));
        Assert.Equal(2, _places.Taken);
        _places.Release(taken!);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void What_an_exporter_could_never_have_is_told_once()
    {
        using MoveScene scene = Scene(MoveScene.Length, Given.Frames(0x10_0100, 6));
        Attachment nic = scene.Anything();
        MapResult live = MoveScene.Map(nic);
        Assert.Equal([RefusalReason.Pinned, RefusalReason.NoCommonBacking], scene.Tight().Decision.Refusal!.Causes.Where(cause => cause.Way == Verdict.Move).Select(cause => cause.Reason));
        nic.Unmap(live.Token);
    }

    private MoveScene Scene(long length, params Pfn[][] places) => new(exporter: inner => _places = new PlacesExporter(inner.Memory, length, places));

    private sealed class WithoutTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();
    }
}
