using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Sequences that were made up to break sharing.</summary>
public class AttackTests
{
    [Fact]
    public void No_holder_is_told_to_stop_for_a_move_before_it_heard_of_the_last_one()
    {
        using var scene = new MoveScene();
        var calls = new List<string>();
        MoveReport? second = null;
        bool again = true;
        var first = new Obedient();
        first.OnMoved = _ =>
        {
            if (!again) return;
            again = false;
            second = scene.Buffer.Move();
        };
        var last = new Obedient { OnMoved = _ => calls.Add("moved") };
        last.OnStop = notice =>
        {
            calls.Add("stop");
            notice.Attachment.ConfirmStopped(notice.Token);
        };
        Attachment a = scene.Anything("a", first), b = scene.Anything("b", last);
        MapResult onA = MoveScene.Map(a), onB = MoveScene.Map(b);
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.Equal("stop moved", string.Join(' ', calls));
        Assert.False(second!.HasMoved);
        Assert.True(scene.Buffer.Move().HasMoved);
        a.Unmap(onA.Token);
        b.Unmap(onB.Token);
    }

    [Fact]
    public void A_thread_that_is_interrupted_while_holders_stop_leaves_no_move_behind()
    {
        using var scene = new MoveScene(clock: new ManualTime());
        var told = new Obedient { OnStop = _ => { } };
        Attachment nic = scene.Anything("nic", told);
        MapResult live = MoveScene.Map(nic);
        Thread mover = new(() => Assert.Throws<ThreadInterruptedException>(() => scene.Buffer.Move()));
        mover.Start();
        while (told.Notices.Count == 0) Thread.Yield();
        mover.Interrupt();
        Assert.True(mover.Join(5000));
        told.OnStop = notice => notice.Attachment.ConfirmStopped(notice.Token);
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.Equal([false, true], told.Outcomes.Select(one => one.HasMoved));
        nic.Unmap(live.Token);
    }

    [Fact]
    public void A_clock_that_throws_leaves_no_move_behind()
    {
        using var scene = new MoveScene(clock: new BrokenTime());
        Attachment nic = scene.Anything("nic", new Obedient());
        MapResult live = MoveScene.Map(nic);
        Assert.Throws<NotSupportedException>(() => scene.Buffer.Move());
        Assert.Null(scene.Buffer.Report().Move);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void What_a_device_wrote_is_home_after_unmapping_whatever_options_it_maps_with()
    {
        using var scene = new MoveScene();
        (Attachment a, BusPort port) = Copying(scene, "a");
        var segments = new DmaSegment[8];
        MapResult live = a.Map(0, 4096, DmaDirection.Bidirectional, segments, MapOptions.TakesTurns).Mapping;
        Assert.True(port.TryWrite(segments[0].Address, "home"u8, out _));
        a.Unmap(live.Token);
        Assert.Equal("home"u8, scene.Read().AsSpan(0, 4));
    }

    [Fact]
    public void A_driver_cannot_vouch_for_the_bytes_beside_its_own()
    {
        using var scene = new MoveScene();
        using var buffer = new SharedBuffer(new SystemMemoryExporter("whole", scene.Machine, 8192));
        var device = new DmaDevice("usb", new RequesterId(77)) { IsTrusted = false };
        Attachment usb = buffer.Attach(new IommuMapper(device, scene.Domain)).Attachment!;
        Assert.Equal(MapStatus.Unaligned, usb.Map(0, 100, DmaDirection.ToDevice, new DmaSegment[1]).Mapping.Status);
        SharedMapResult vouched = usb.Map(0, 100, DmaDirection.ToDevice, new DmaSegment[1], MapOptions.RestIsZero);
        if (vouched.IsMapped) usb.Unmap(vouched.Mapping.Token);
        Assert.Equal(MapStatus.Unaligned, vouched.Mapping.Status);
    }

    [Fact]
    public void Pfns_are_in_place_and_take_no_turns_with_copies()
    {
        using var scene = new MoveScene();
        var raw = new Importer(new MapperProfile(scene.Device("gpu", default), Addressing.Direct)) { RawPfns = true, TakesTurns = true };
        Attachment gpu = scene.Buffer.AttachRaw(raw).Attachment!;
        MappingToken hold = gpu.TakePfns(0, 4096, DmaDirection.Bidirectional, out _).Mapping.Token;
        (Attachment a, _) = Copying(scene, "a", turns: true);
        SharedMapResult refused = a.Map(0, 4096, DmaDirection.Bidirectional, new DmaSegment[8]);
        Assert.Equal((MapStatus.WouldDiverge, "gpu"), (refused.Mapping.Status, refused.ConflictsWith));
        gpu.PutBack(hold);
    }

    [Fact]
    public void No_byte_conflicts_with_no_plane()
    {
        using var scene = new MoveScene();
        (Attachment a, _) = Copying(scene, "a");
        MapResult live = a.MapPlane(new Plane(0, 100, 500, 40), 0, DmaDirection.Bidirectional, new DmaSegment[64]).Mapping;
        using (CpuAccess none = scene.Buffer.BeginCpuAccess(10, 0, MemoryAccess.ReadWrite).Access!) Assert.Equal(0, none.Length);
        a.Unmap(live.Token);
    }

    [Fact]
    public void Planning_what_fails_beside_a_plane_that_is_copied_tells_the_status()
    {
        using var scene = new MoveScene();
        using var pool = new BouncePool(scene.Machine, scene.Machine.Frames, 4096);
        (Attachment a, _) = Copying(scene, "a");
        Attachment b = scene.Come(new BounceMapper(new DirectMapper(scene.Device("b", default)), pool, BounceMode.Everything), one => new Importer(one) { MapsWindows = true }).Attachment!;
        MapResult live = a.MapPlane(new Plane(0, 100, 500, 40), 0, DmaDirection.Bidirectional, new DmaSegment[64]).Mapping;
        Assert.Equal(MapStatus.NoBounceSpace, b.Plan(0, 8192, DmaDirection.Bidirectional).Status);
        a.Unmap(live.Token);
    }

    [Fact]
    public void Copies_of_many_parts_and_of_few_by_turns_allocate_nothing()
    {
        var machine = EmulatedMachine.WithRam(6L << 30);
        using var pool = new BouncePool(machine, machine.Frames, 1 << 20, Placement.Below(32));

        // Every other frame out of reach.
        Pfn[] frames = [.. Enumerable.Range(0, 40).Select(i => new Pfn((i % 2 == 0 ? 0x12_0000ul : 0x1000ul) + (ulong)i))];
        using var backing = new PfnBuffer(frames, PageSize.Size4K);
        using var buffer = new SharedBuffer(new FixedExporter(machine, backing));
        Attachment nic = buffer.Attach(new BounceMapper(new DirectMapper(new DmaDevice("nic", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(32) })), pool)).Attachment!;
        var segments = new DmaSegment[64];
        Assert.Equal(0, Allocations.Of(() =>
        {
            MappingToken many = nic.Map(0, 38 * 4096, DmaDirection.ToDevice, segments).Mapping.Token;
            MappingToken few = nic.Map(38 * 4096, 4096, DmaDirection.ToDevice, segments).Mapping.Token;
            nic.Unmap(many);
            nic.Unmap(few);
        }));
    }

    [Fact]
    public void A_turn_that_a_revocation_ended_can_still_be_ended()
    {
        using var scene = new MoveScene();
        (Attachment a, _) = Copying(scene, "a", turns: true);
        MapResult live = MoveScene.Map(a);
        AccessTurn turn = a.BeginAccess(live.Token, 0, 4096, MemoryAccess.Write).Turn;
        scene.Buffer.Revoke();
        a.EndAccess(turn);
        a.Unmap(live.Token);
    }

    [Fact]
    public void A_mapper_that_throws_instead_of_syncing_does_not_spoil_the_turns_of_others()
    {
        using var scene = new MoveScene();
        var mapper = new Moody(new BounceMapper(new DirectMapper(scene.Device("a", default)), scene.Pool, BounceMode.Everything));
        Attachment a = scene.Come(mapper, one => new Importer(one) { TakesTurns = true }).Attachment!;
        (Attachment b, _) = Copying(scene, "b", turns: true);
        MapResult onA = MoveScene.Map(a), onB = MoveScene.Map(b);
        AccessTurn turn = a.BeginAccess(onA.Token, 0, 10, MemoryAccess.Write).Turn;
        mapper.BeforeSync = () => throw new NotSupportedException();
        Assert.Throws<NotSupportedException>(() => a.EndAccess(turn));
        mapper.BeforeSync = null;
        b.EndAccess(b.BeginAccess(onB.Token, 4096, 10, MemoryAccess.Read).Turn);
        a.EndAccess(turn);
        a.Unmap(onA.Token);
        b.Unmap(onB.Token);
    }

    [Fact]
    public void A_mapper_that_throws_while_bytes_move_does_not_make_mapped_frames_free()
    {
        // Not disposed: the old frames are lost to everybody.
        var scene = new MoveScene();
        byte[] bytes = scene.Write(1);
        var mapper = new Moody(new DirectMapper(scene.Device("nic", default)));
        var told = new Obedient();
        Attachment nic = scene.Come(mapper, one => new Importer(one) { IsMovable = true }, told).Attachment!, other = scene.Anything("other", new Obedient());
        MapResult onOther = MoveScene.Map(other), live = MoveScene.Map(nic);
        PfnBuffer old = scene.Buffer.Backing!;
        long free = scene.Machine.Frames.FreeFrames;
        mapper.BeforeUnmap = () => throw new NotSupportedException();
        Assert.Throws<NotSupportedException>(() => scene.Buffer.Move());
        mapper.BeforeUnmap = null;
        Assert.NotSame(old, scene.Buffer.Backing);
        Assert.Equal(free - 6, scene.Machine.Frames.FreeFrames);
        Assert.True(Assert.Single(told.Outcomes).HasMoved);
        Assert.Null(scene.Buffer.Report().Move);
        Assert.Equal(bytes, scene.Read());
        other.Unmap(onOther.Token);
        nic.Unmap(live.Token);
        scene.Buffer.Dispose();
    }

    [Fact]
    public void Parts_that_a_plan_did_not_list_are_still_known_as_copies()
    {
        using var scene = new MoveScene();
        var mapper = new Moody(new BounceMapper(new DirectMapper(scene.Device("copies", default)), scene.Pool, BounceMode.Everything)) { ListsParts = false };
        Attachment copies = scene.Come(mapper).Attachment!, nic = scene.Anything();
        MapResult live = MoveScene.Map(copies);
        Assert.Equal(MapStatus.WouldDiverge, nic.Map(0, 1, DmaDirection.FromDevice, new DmaSegment[1]).Mapping.Status);
        copies.Unmap(live.Token);
    }

    [Fact]
    public void A_copy_that_nobody_foresaw_does_not_go_home_over_newer_bytes()
    {
        using var scene = new MoveScene();
        var mapper = new Moody(new BounceMapper(new DirectMapper(scene.Device("copies", default)), scene.Pool, BounceMode.Everything));
        var importer = new Importer(new MapperProfile(mapper.Profile) { BounceCapacity = 0, BouncesEverything = false });
        Attachment nic = scene.Anything(), copies = scene.Buffer.Attach(mapper, importer).Attachment!;
        MapResult live = MoveScene.Map(nic, DmaDirection.Bidirectional, out DmaSegment[] segments);
        BusPort port = BusPort.Direct(nic.Importer.Profile.Device, scene.Machine);
        bool copied = false;
        mapper.AfterMap = () => copied = port.TryWrite(segments[0].Address, "newer"u8, out _);
        SharedMapResult refused = copies.Map(0, 4096, DmaDirection.Bidirectional, new DmaSegment[8]);
        Assert.Equal((MapStatus.WouldDiverge, "nic", false), (refused.Mapping.Status, refused.ConflictsWith, copied));
        nic.Unmap(live.Token);
    }

    [Fact]
    public void A_refusal_does_not_become_a_move()
    {
        Assert.Equal(Verdict.Refused, default(Decision).AfterMove().Verdict);
        Assert.Equal(Verdict.Refused, default(AttachResult).Decision.AfterMove().Verdict);
    }

    [Fact]
    public void A_frame_that_stands_twice_cannot_take_turns_with_itself()
    {
        using var scene = new MoveScene();
        var bounce = new BounceMapper(new DirectMapper(scene.Device("a", default)), scene.Pool, BounceMode.Everything);
        Pfn[] twice = [new Pfn(0x100), new Pfn(0x100)];
        MapResult result = bounce.Map(new PfnView(twice, PageSize.Size4K), DmaDirection.Bidirectional, new DmaSegment[4], MapOptions.TakesTurns);
        Assert.Equal(MapStatus.WouldDiverge, result.Status);
    }

    [Fact]
    public void A_mapping_is_not_ended_under_its_owner_while_it_is_synced()
    {
        using var scene = new MoveScene();
        var mapper = new Moody(new BounceMapper(new DirectMapper(scene.Device("a", default)), scene.Pool, BounceMode.Everything));
        Attachment a = scene.Come(mapper).Attachment!;
        MapResult live = MoveScene.Map(a);
        Thread revoking = new(a.Revoke);
        bool early = false;
        mapper.BeforeSync = () =>
        {
            mapper.BeforeSync = null;
            revoking.Start();
            early = revoking.Join(300);
        };
        a.SyncForCpu(live.Token, 0, 4096);
        revoking.Join();
        Assert.False(early);
        a.Unmap(live.Token);
    }

    [Fact]
    public void Revoking_ends_all_mappings_though_a_mapper_throws()
    {
        using var scene = new MoveScene();
        var mapper = new Moody(new DirectMapper(scene.Device("nic", default)));
        Attachment nic = scene.Come(mapper).Attachment!, camera = scene.BehindIommu().Attachment!;
        MapResult onNic = MoveScene.Map(nic), onCamera = MoveScene.Map(camera, DmaDirection.Bidirectional, out DmaSegment[] segments);
        mapper.BeforeUnmap = () => throw new NotSupportedException();
        Assert.Throws<NotSupportedException>(scene.Buffer.Revoke);
        mapper.BeforeUnmap = null;
        Assert.False(scene.Iommu.Connect(camera.Importer.Profile.Device, scene.Domain).TryRead(segments[0].Address, new byte[4], out _));
        nic.Unmap(onNic.Token);
        camera.Unmap(onCamera.Token);
    }

    [Fact]
    public void Slots_of_a_device_that_nothing_stops_are_not_used_again_before_it_unmaps()
    {
        using var scene = new MoveScene();
        using var pool = new BouncePool(scene.Machine, scene.Machine.Frames, 6 * 4096, Placement.Below(32));
        var mapper = new BounceMapper(new DirectMapper(scene.Device("a", default)), pool, BounceMode.Everything);
        Attachment a = scene.Come(mapper).Attachment!;
        MapResult live = MoveScene.Map(a, DmaDirection.Bidirectional, out DmaSegment[] segments);
        Assert.True(BusPort.Direct(mapper.Profile.Device, scene.Machine).TryWrite(segments[0].Address, "home"u8, out _));
        scene.Buffer.Revoke();
        Assert.Equal("home"u8, scene.Machine.Access(scene.Start, 4));
        Assert.Equal(0, pool.FreeBytes);
        a.SyncForCpu(live.Token, 0, 1);
        a.Unmap(live.Token);
        Assert.Equal(pool.Capacity, pool.FreeBytes);
    }

    private static (Attachment Attachment, BusPort Port) Copying(MoveScene scene, string name, bool turns = false)
    {
        var mapper = new BounceMapper(new DirectMapper(scene.Device(name, default)), scene.Pool, BounceMode.Everything);
        Attachment attachment = scene.Come(mapper, one => new Importer(one) { TakesTurns = turns }).Attachment!;
        return (attachment, BusPort.Direct(mapper.Profile.Device, scene.Machine));
    }

    private sealed class Never(IPhysicalMemory memory) : IExporter
    {
        public string Name => "never";

        public long Length => 1 << 20;

        public MemoryKind Kind => MemoryKind.PageBacked;

        public IPhysicalMemory Memory => memory;

        public bool CanBack(in PlacementDemand demand) => demand.Placement == default;

        public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing) => (backing = null) is not null;

        public void Release(PfnBuffer backing)
        {
        }
    }

    private sealed class BrokenTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw new NotSupportedException();
    }

    private sealed class Moody(IDmaMapper inner) : IDmaMapper
    {
        internal Action? BeforeUnmap { get; set; }

        internal Action? BeforeSync { get; set; }

        internal Action? AfterMap { get; set; }

        internal bool ListsParts { get; set; } = true;

        public MapperProfile Profile => inner.Profile;

        public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
            => inner.Plan(view, direction, options, parts) with { PartCount = ListsParts ? 1 : 0 };

        public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        {
            MapResult result = inner.Map(view, direction, segments, options);
            AfterMap?.Invoke();
            return result;
        }

        public void Unmap(MappingToken token)
        {
            BeforeUnmap?.Invoke();
            inner.Unmap(token);
        }

        public void SyncForCpu(MappingToken token, long offset, long length)
        {
            BeforeSync?.Invoke();
            inner.SyncForCpu(token, offset, length);
        }

        public void SyncForDevice(MappingToken token, long offset, long length) => inner.SyncForDevice(token, offset, length);
    }
}
