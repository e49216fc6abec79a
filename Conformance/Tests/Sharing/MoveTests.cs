using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a move does for each kind of holder, in what order, and what happens when somebody fails half-way.</summary>
public class MoveTests
{
    [Fact]
    public void Every_kind_of_mapping_moves_with_the_bytes_and_keeps_its_token()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        Func<Importer, Importer> movable = importer => new Importer(importer) { IsMovable = true };
        Attachment camera = scene.Come(new IommuMapper(scene.Device("camera", default), scene.Domain), movable, told).Attachment!;
        Attachment nic = scene.Anything("nic", told);
        Attachment gpu = scene.Raw("gpu", told).Attachment!;
        MapResult a = MoveScene.Map(camera, DmaDirection.ToDevice), b = MoveScene.Map(nic, DmaDirection.ToDevice);
        MappingToken c = gpu.TakePfns(4096, 4096, DmaDirection.ToDevice, out PfnSlice pfns).Mapping.Token;
        byte[] bytes = scene.Write(5);
        Assert.Equal(scene.Buffer.Backing!.View.Frames[1], pfns.View.Frames[0]);

        Assert.True(scene.Buffer.Move(new PlacementDemand { Contiguous = true, Placement = Placement.Below(32) }).HasMoved);
        Assert.Equal(bytes, scene.Read());
        Assert.Equal(["camera", "gpu", "nic"], told.Notices.Select(notice => notice.Attachment.Name));
        Assert.Equal(["camera", "gpu", "nic"], told.Outcomes.Select(outcome => outcome.Attachment.Name));
        Assert.Equal([a.Token, c, b.Token], told.Outcomes.Select(outcome => outcome.Mappings.Single().Token));
        Assert.Equal(scene.Buffer.Backing.View.Frames[1], told.Outcomes[1].Mappings[0].Pfns.View.Frames[0]);

        // Behind the IOMMU the new address leads to the new home, and the old one nowhere.
        BusPort port = scene.Iommu.Connect(camera.Importer.Profile.Device, scene.Domain);
        var read = new byte[bytes.Length];
        Assert.True(port.TryRead(told.Outcomes[0].Mappings[0].Segments.Span[0].Address, read, out _));
        Assert.Equal(bytes, read);
        camera.Unmap(a.Token);
        nic.Unmap(b.Token);
        gpu.PutBack(c);
    }

    [Fact]
    public void What_a_device_wrote_into_its_copy_moves_too()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        var mapper = new BounceMapper(new DirectMapper(scene.Device("isa", new DmaConstraints { Window = DmaWindow.OfBits(32) })), scene.Pool, BounceMode.Everything);
        Attachment isa = scene.Come(mapper, importer => new Importer(importer) { IsMovable = true }, told).Attachment!;
        byte[] bytes = scene.Write(6);
        MapResult live = MoveScene.Map(isa, DmaDirection.Bidirectional, out DmaSegment[] segments);
        BusPort port = BusPort.Direct(mapper.Profile.Device, scene.Machine);
        Assert.True(port.TryWrite(segments[0].Address + 5000, "written"u8, out _));

        Assert.True(scene.Buffer.Move().HasMoved);
        "written"u8.CopyTo(bytes.AsSpan(5000));
        var read = new byte[bytes.Length];
        Assert.True(port.TryRead(told.Outcomes[0].Mappings[0].Segments.Span[0].Address, read, out _));
        Assert.Equal(bytes, read);
        isa.Unmap(live.Token);
        Assert.Equal(bytes, scene.Read());
    }

    [Fact]
    public void A_holder_may_answer_later_from_another_thread()
    {
        using var scene = new MoveScene();
        bool inTime = false;
        var told = new Obedient
        {
            OnStop = notice => new Thread(() =>
            {
                Thread.Sleep(20);
                inTime = notice.Attachment.ConfirmStopped(notice.Token);
            }).Start(),
        };
        Attachment nic = scene.Anything("nic", told);
        MapResult live = MoveScene.Map(nic);
        Assert.Equal(Verdict.Move, scene.Tight().Decision.Verdict);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref inTime), 10_000));
        nic.Unmap(live.Token);
    }

    [Fact]
    public void A_holder_may_unmap_instead_of_answering()
    {
        using var scene = new MoveScene();
        MapResult live = default;
        var told = new Obedient { OnStop = notice => notice.Attachment.Unmap(live.Token) };
        live = MoveScene.Map(scene.Anything("nic", told));
        Assert.Equal(Verdict.Move, scene.Tight().Decision.Verdict);
        Assert.Empty(told.Outcomes.Single().Mappings);
        Assert.True(told.Outcomes[0].HasMoved);
    }

    [Fact]
    public void A_callback_may_call_back_in()
    {
        using var scene = new MoveScene();
        AttachResult nested = default;
        MapStatus mapped = default;
        MoveReport? second = null;
        Exception? disposed = null, detached = null;
        bool confirmed = false;
        var told = new Obedient();
        Attachment nic = scene.Anything("nic", told);
        MapResult live = MoveScene.Map(nic);
        told.OnStop = notice =>
        {
            nested = scene.Tight("nested");
            mapped = nic.Map(0, 1, DmaDirection.ToDevice, new DmaSegment[1]).Mapping.Status;
            second = scene.Buffer.Move();
            disposed = Record.Exception(scene.Buffer.Dispose);
            detached = Record.Exception(nic.Detach);
            confirmed = nic.ConfirmStopped(notice.Token);
        };
        Assert.Equal(Verdict.Move, scene.Tight().Decision.Verdict);
        Assert.Contains(nested.Decision.Refusal!.Causes, cause => cause.Reason == RefusalReason.MoveUnderWay);
        Assert.Equal("attach nested again", nested.Decision.Refusal.Advice);
        Assert.Equal(MapStatus.Moving, mapped);
        Assert.False(second!.HasMoved);
        Assert.IsType<InvalidOperationException>(disposed);
        Assert.IsType<InvalidOperationException>(detached);
        Assert.True(confirmed);
        Assert.Equal(Verdict.Direct, scene.Tight("nested").Decision.Verdict);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void A_callback_that_throws_has_not_stopped_and_harms_nobody_else()
    {
        using var scene = new MoveScene();
        var good = new Obedient();
        var bad = new Obedient { OnStop = _ => throw new NotSupportedException("busy") };
        var never = new Obedient();
        Attachment a = scene.Anything("a", good), b = scene.Anything("b", bad), c = scene.Anything("c", never);
        MapResult[] live = [MoveScene.Map(a), MoveScene.Map(b), MoveScene.Map(c)];
        PhysicalAddress home = scene.Start;
        AttachResult refused = scene.Tight();
        Assert.False(refused.IsAttached);
        RefusalCause cause = refused.Decision.Refusal!.Causes.Single(one => one.Reason == RefusalReason.NoAnswer);
        Assert.Equal("b", cause.Attachment);
        Assert.Contains("busy", cause.Found, StringComparison.Ordinal);
        Assert.Equal("b", refused.Move!.Faults.Single().Key);
        Assert.Equal(["a", "b"], refused.Move.Told);
        Assert.Equal((1, 1, 0), (good.Outcomes.Count, bad.Outcomes.Count, never.Outcomes.Count));
        Assert.False(good.Outcomes[0].HasMoved);
        Assert.Equal(home, scene.Start);
        a.Unmap(live[0].Token);
        b.Unmap(live[1].Token);
        c.Unmap(live[2].Token);
    }

    [Fact]
    public void A_callback_that_throws_when_told_the_outcome_is_reported_and_undoes_nothing()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything("nic", new Obedient { OnMoved = _ => throw new NotSupportedException("lost") });
        MapResult live = MoveScene.Map(nic);
        AttachResult display = scene.Tight();
        Assert.Equal(Verdict.Move, display.Decision.Verdict);
        Assert.Equal("lost", display.Move!.Faults.Single().Value.Message);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void Frames_that_are_not_to_be_had_now_leave_the_next_way()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        nic.Unmap(MoveScene.Map(nic).Token);
        using (scene.Machine.Frames.Fragment(1, 7))
        {
            Assert.Equal(Verdict.Bounce, scene.TightThatCopies().Decision.Verdict);
            Refusal refusal = scene.Tight("other").Decision.Refusal!;
            Assert.Contains(refusal.Causes, cause => cause is { Way: Verdict.Move, Reason: RefusalReason.NoRoomToMove });
            Assert.Equal([ChangeKind.FreeFrames], refusal.Changes.Select(change => change.Kind));

            // Somebody in the way, and no room either: one would be half of the advice.
            MapResult live = MoveScene.Map(nic, DmaDirection.ToDevice);
            Assert.Equal([ChangeKind.EndHolding, ChangeKind.FreeFrames], scene.Tight("other").Decision.Refusal!.Changes.Select(change => change.Kind));
            nic.Unmap(live.Token);
        }

        Assert.Equal(Verdict.Move, scene.Tight("other").Decision.Verdict);
    }

    [Fact]
    public void An_open_cpu_access_pins_the_bytes()
    {
        using var scene = new MoveScene();
        using (scene.Buffer.BeginCpuAccess(0, 1, MemoryAccess.Read).Access)
        {
            Refusal refusal = scene.Tight().Decision.Refusal!;
            Assert.Equal(["the CPU"], refusal.ConflictsWith);
            Assert.Equal("end the CPU's access", refusal.Advice);
            Assert.False(scene.Buffer.Move().HasMoved);
        }

        Assert.Equal(Verdict.Move, scene.Tight().Decision.Verdict);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_move_that_fails_at_any_mapper_leaves_the_old_backing_and_everyone_on_it(int failing)
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        var mappers = new List<FailingMapper>();
        var live = new List<(Attachment Attachment, MapResult Mapping)>();
        foreach (string name in new[] { "a", "b", "c" })
        {
            var mapper = new FailingMapper(new IommuMapper(scene.Device(name, default), scene.Domain));
            Attachment one = scene.Come(mapper, importer => new Importer(importer) { IsMovable = true }, told).Attachment!;
            live.Add((one, MoveScene.Map(one)));
            mappers.Add(mapper);
        }

        byte[] bytes = scene.Write(8);
        PfnBuffer before = scene.Buffer.Backing!;
        mappers[failing - 1].Fails = true;
        MoveReport report = scene.Buffer.Move();
        Assert.False(report.HasMoved);
        Assert.Contains("NoIovaSpace", report.Obstacle, StringComparison.Ordinal);
        Assert.Same(before, scene.Buffer.Backing);
        Assert.Equal([false, false, false], told.Outcomes.Select(outcome => outcome.HasMoved));
        Assert.All(mappers, mapper => Assert.Equal(1, mapper.Live));
        Assert.Equal(bytes, scene.Read());

        mappers[failing - 1].Fails = false;
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.Equal(bytes, scene.Read());
        foreach ((Attachment attachment, MapResult mapping) in live) attachment.Unmap(mapping.Token);
    }

    [Fact]
    public void An_exporter_that_gives_the_frames_that_the_buffer_has_is_named()
    {
        SameAgain? exporter = null;
        using var scene = new MoveScene(exporter: inner => exporter = new SameAgain(inner));
        Attachment nic = scene.Anything();
        nic.Unmap(MoveScene.Map(nic).Token);
        PfnBuffer before = scene.Buffer.Backing!;
        exporter!.Repeats = true;
        Assert.Contains("memory", Assert.Throws<InvalidOperationException>(() => scene.Tight()).Message, StringComparison.Ordinal);
        Assert.Same(before, scene.Buffer.Backing);
        Assert.Single(scene.Buffer.Attachments);
        exporter.Repeats = false;
        Assert.Equal(Verdict.Move, scene.Tight().Decision.Verdict);
    }

    [Fact]
    public void A_confirmation_must_be_ones_own()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        Attachment nic = scene.Anything("nic", told), other = scene.Anything("other");
        MapResult live = MoveScene.Map(nic);
        Exception? foreign = null, none = null;
        bool confirmed = false;
        told.OnStop = notice =>
        {
            foreign = Record.Exception(() => other.ConfirmStopped(notice.Token));
            none = Record.Exception(() => nic.ConfirmStopped(default));
            confirmed = nic.ConfirmStopped(notice.Token);
        };
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.IsType<ArgumentException>(foreign);
        Assert.IsType<ArgumentException>(none);
        Assert.True(confirmed);
        Assert.False(nic.ConfirmStopped(told.Notices[0].Token));
        nic.Unmap(live.Token);
    }

    [Fact]
    public void Movable_is_declared_and_somebody_is_told_or_neither()
    {
        using var scene = new MoveScene();
        IDmaMapper mapper = new DirectMapper(scene.Device("nic", default));
        Assert.Throws<ArgumentException>(() => scene.Come(mapper, importer => new Importer(importer) { IsMovable = true }));
        Assert.Throws<ArgumentException>(() => scene.Come(mapper, movable: new Obedient()));
    }

    [Fact]
    public void Threads_that_attach_map_move_and_detach_leave_nothing_behind()
    {
        using var scene = new MoveScene();
        scene.Write(9);
        byte[] bytes = scene.Read();
        var faults = new List<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            try
            {
                for (int round = 0; round < 150; round++)
                {
                    if (i == 3)
                    {
                        scene.Buffer.Move(round % 2 == 0 ? new PlacementDemand { Placement = Placement.Below(32) } : default);
                        continue;
                    }

                    Attachment one = i == 0
                        ? scene.Come(new IommuMapper(scene.Device($"thread {i}", default), scene.Domain)).Attachment!
                        : scene.Anything($"thread {i}", new Obedient());
                    SharedMapResult live = one.Map(0, MoveScene.Length, DmaDirection.ToDevice, new DmaSegment[8]);
                    if (live.IsMapped) one.Unmap(live.Mapping.Token);
                    else Assert.Equal(MapStatus.Moving, live.Mapping.Status);
                    one.Detach();
                }
            }
            catch (Exception thrown)
            {
                lock (faults) faults.Add(thrown);
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) Assert.True(thread.Join(TimeSpan.FromSeconds(60)));
        Assert.Empty(faults);
        Assert.Empty(scene.Buffer.Attachments);
        Assert.Equal(bytes, scene.Read());
    }

    private sealed class FailingMapper(IDmaMapper inner) : MapperWrapper(inner)
    {
        internal bool Fails { get; set; }

        internal int Live { get; private set; }

        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        {
            if (Fails) return new MapResult { Status = MapStatus.NoIovaSpace };
            MapResult result = base.Map(view, direction, segments, options);
            if (result.IsMapped) Live++;
            return result;
        }

        public override void Unmap(MappingToken token)
        {
            base.Unmap(token);
            Live--;
        }
    }

    /// <summary>Gives what it gave before, when told to.</summary>
    private sealed class SameAgain(IExporter inner) : IExporter
    {
        private PfnBuffer? _last;

        internal bool Repeats { get; set; }

        public string Name => inner.Name;

        public long Length => inner.Length;

        public MemoryKind Kind => inner.Kind;

        public IPhysicalMemory Memory => inner.Memory;

        public bool CanBack(in PlacementDemand demand) => inner.CanBack(demand);

        public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
        {
            if (Repeats)
            {
                backing = _last;
                return true;
            }

            bool backed = inner.TryBack(demand, out backing);
            _last = backing;
            return backed;
        }

        public void Release(PfnBuffer backing) => inner.Release(backing);
    }
}
