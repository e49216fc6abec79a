using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a move does at the mappers of those who hold bytes, and what is left where one of them throws or refuses half-way.</summary>
public class RelocationTests
{
    private readonly Obedient _told = new();
    private PlacesExporter _places = null!;

    [Fact]
    public void Bytes_keep_their_order_from_one_run_to_many_and_back()
    {
        using MoveScene scene = Scene(Given.Frames(0x10_0100, 6), Given.Frames(0x1000, 6, 2));
        byte[] bytes = scene.Write(13);
        foreach (int runs in new[] { 6, 1 })
        {
            Assert.True(scene.Buffer.Move().HasMoved);
            Assert.Equal((runs, 1), (scene.Buffer.Backing!.RunCount, _places.Taken));
            Assert.Equal(bytes, scene.Read());
        }
    }

    [Fact]
    public void Holders_of_any_number_of_bytes_here_and_there_are_moved_and_reported()
    {
        using MoveScene scene = Scene(Given.Frames(0x10_0100, 6), Given.Frames(0x1000, 6));
        Attachment nic = scene.Anything(movable: _told);
        var live = new List<MappingToken>();
        for (int i = 1; i <= 8; i++)
        {
            live.Add(nic.Map(i * 512, 512, DmaDirection.Bidirectional, new DmaSegment[1]).Mapping.Token);
            Assert.Equal(i, scene.Buffer.Report().Uses.Count);
            Assert.True(scene.Buffer.Move().HasMoved);
            Assert.Equal(live, _told.Outcomes[^1].Mappings.Select(one => one.Token));
        }

        while (live.Count > 0)
        {
            // Those that ended leave holes.
            nic.Unmap(live[0]);
            live.RemoveAt(0);
            Assert.Equal(live.Count, scene.Buffer.Report().Uses.Count);
            Assert.True(scene.Buffer.Move().HasMoved);
        }
    }

    [Fact]
    public void After_a_move_a_token_stands_for_the_new_copy()
    {
        using var scene = new MoveScene();
        var mapper = new BounceMapper(new DirectMapper(scene.Device("isa", default)), scene.Pool, BounceMode.Everything);
        Attachment isa = scene.Come(mapper, Movable, _told).Attachment!;
        byte[] bytes = scene.Write(14);
        MapResult live = MoveScene.Map(isa);
        Assert.True(scene.Buffer.Move().HasMoved);
        DmaAddress copy = _told.Outcomes[0].Mappings[0].Segments.Span[0].Address;
        BusPort port = BusPort.Direct(mapper.Profile.Device, scene.Machine);
        Assert.True(port.TryWrite(copy + 100, "written"u8, out _));
        isa.SyncForCpu(live.Token, 0, MoveScene.Length);
        "written"u8.CopyTo(bytes.AsSpan(100));
        var home = new byte[bytes.Length];
        scene.Machine.Read(scene.Buffer.Backing!.View, 0, home);
        Assert.Equal(bytes, home);

        scene.Machine.Write(scene.Buffer.Backing.View, 5000, "from home"u8);
        isa.SyncForDevice(live.Token, 5000, 9);
        var read = new byte[9];
        Assert.True(port.TryRead(copy + 5000, read, out _));
        Assert.Equal("from home"u8, read);
        isa.Unmap(live.Token);
    }

    [Fact]
    public void Only_copies_that_a_device_writes_are_brought_home_before_a_move()
    {
        using var scene = new MoveScene();
        (Attachment direct, Moody inPlace) = Come(scene, "direct", new DirectMapper(scene.Device("direct", default)));
        (Attachment reader, Moody read) = Come(scene, "reader", new BounceMapper(new DirectMapper(scene.Device("reader", default)), scene.Pool, BounceMode.Everything));
        (Attachment writer, Moody written) = Come(scene, "writer", new BounceMapper(new DirectMapper(scene.Device("writer", default)), scene.Pool, BounceMode.Everything));
        MappingToken a = direct.Map(0, 4096, DmaDirection.Bidirectional, new DmaSegment[1]).Mapping.Token;
        MappingToken b = reader.Map(4096, 4096, DmaDirection.ToDevice, new DmaSegment[1]).Mapping.Token;
        MappingToken c = writer.Map(8192, 4096, DmaDirection.FromDevice, new DmaSegment[1]).Mapping.Token;
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.Equal((0, 0, 1), (inPlace.Syncs, read.Syncs, written.Syncs));
        direct.Unmap(a);
        reader.Unmap(b);
        writer.Unmap(c);
    }

    [Fact]
    public void A_mapper_that_throws_on_the_new_frames_leaves_nobody_mapped_there()
    {
        using MoveScene scene = Scene(Given.Frames(0x10_0100, 6), Given.Frames(0x1000, 6));
        DirectMapper onA = new(scene.Device("a", default)), onB = new(scene.Device("b", default));
        (Attachment a, _) = Come(scene, "a", onA);
        (Attachment b, Moody moody) = Come(scene, "b", onB);
        MapResult liveA = MoveScene.Map(a), liveB = MoveScene.Map(b);
        PfnBuffer before = scene.Buffer.Backing!;
        moody.BeforeMap = () => throw new NotSupportedException();
        Assert.Throws<NotSupportedException>(() => scene.Buffer.Move());
        Assert.Equal((1, 1, 1), (onA.LiveMappings, onB.LiveMappings, _places.Taken));
        Assert.Equal([false, false], _told.Outcomes.Select(outcome => outcome.HasMoved));
        Assert.Same(before, scene.Buffer.Backing);

        moody.BeforeMap = null;
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.Equal((1, 1, 1), (onA.LiveMappings, onB.LiveMappings, _places.Taken));
        a.Unmap(liveA.Token);
        b.Unmap(liveB.Token);
    }

    [Fact]
    public void New_frames_that_a_mapper_may_still_reach_are_given_to_nobody()
    {
        using MoveScene scene = Scene(Given.Frames(0x10_0100, 6), Given.Frames(0x1000, 6));
        (Attachment a, Moody keeping) = Come(scene, "a", new DirectMapper(scene.Device("a", default)));
        (Attachment b, Moody refusing) = Come(scene, "b", new DirectMapper(scene.Device("b", default)));
        MapResult liveA = MoveScene.Map(a), liveB = MoveScene.Map(b);
        PfnBuffer before = scene.Buffer.Backing!;
        refusing.RefusesPlans = true;
        keeping.BeforeUnmap = () => throw new NotSupportedException();
        Assert.Throws<NotSupportedException>(() => scene.Buffer.Move());
        Assert.Equal(2, _places.Taken);
        Assert.Same(before, scene.Buffer.Backing);
        keeping.BeforeUnmap = null;
        a.Unmap(liveA.Token);
        b.Unmap(liveB.Token);
    }

    [Fact]
    public void Of_mappers_that_throw_instead_of_unmapping_the_first_is_told_with_where_it_threw()
    {
        using MoveScene scene = Scene(Given.Frames(0x10_0100, 6), Given.Frames(0x1000, 6));
        (Attachment a, Moody first) = Come(scene, "a", new DirectMapper(scene.Device("a", default)));
        (Attachment b, Moody second) = Come(scene, "b", new DirectMapper(scene.Device("b", default)));
        MapResult liveA = MoveScene.Map(a), liveB = MoveScene.Map(b);
        PfnBuffer before = scene.Buffer.Backing!;
        first.BeforeUnmap = () => throw new NotSupportedException("first");
        second.BeforeUnmap = () => throw new NotSupportedException("second");
        NotSupportedException thrown = Assert.Throws<NotSupportedException>(() => scene.Buffer.Move());
        Assert.Equal("first", thrown.Message);
        Assert.Contains(nameof(Moody), thrown.StackTrace, StringComparison.Ordinal);

        // They are on the new frames all the same, and the old ones are lost to everybody.
        Assert.NotSame(before, scene.Buffer.Backing);
        Assert.Equal([true, true], _told.Outcomes.Select(outcome => outcome.HasMoved));
        Assert.Equal(2, _places.Taken);
        (first.BeforeUnmap, second.BeforeUnmap) = (null, null);
        a.Unmap(liveA.Token);
        b.Unmap(liveB.Token);
    }

    [Fact]
    public void A_mapper_is_not_asked_to_map_what_it_planned_to_refuse()
    {
        using MoveScene scene = Scene(Given.Frames(0x10_0100, 6), Given.Frames(0x1000, 6));
        (Attachment nic, Moody moody) = Come(scene, "nic", new DirectMapper(scene.Device("nic", default)));
        MapResult live = MoveScene.Map(nic);
        moody.RefusesPlans = true;
        moody.BeforeMap = () => throw new NotSupportedException();
        MoveReport report = scene.Buffer.Move();
        Assert.StartsWith("not moved: that nic cannot be mapped on the new frames: NoIovaSpace", report.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, _places.Taken);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void A_mapping_in_place_does_not_become_a_copy_unknown_to_its_holder()
    {
        // Two frames are within reach, so that what is mapped of them is in place, though a mapping of everything would copy.
        using MoveScene scene = Scene([.. Given.Frames(0x1000, 2), .. Given.Frames(0x10_0100, 4)], Given.Frames(0x10_0200, 6));
        var mapper = new BounceMapper(new DirectMapper(scene.Device("isa", new DmaConstraints { Window = DmaWindow.OfBits(32) })), scene.Pool);
        Attachment isa = scene.Come(mapper, Movable, _told).Attachment!;
        MapResult live = isa.Map(0, 8192, DmaDirection.Bidirectional, new DmaSegment[2]).Mapping;
        Assert.Equal((true, 0L, Verdict.Bounce), (live.IsMapped, live.BouncedBytes, isa.Decision.Verdict));
        PfnBuffer before = scene.Buffer.Backing!;
        Assert.Equal("not moved: that isa would have to work on copies", scene.Buffer.Move().ToString());
        Assert.False(Assert.Single(_told.Outcomes).HasMoved);
        Assert.Equal((scene.Pool.Capacity, 1, 1), (scene.Pool.FreeBytes, mapper.LiveMappings, _places.Taken));
        Assert.Same(before, scene.Buffer.Backing);
        isa.Unmap(live.Token);
    }

    private static Importer Movable(Importer importer) => new(importer) { IsMovable = true };

    private (Attachment Attachment, Moody Mapper) Come(MoveScene scene, string name, IDmaMapper inner)
    {
        var moody = new Moody(inner);
        Attachment attachment = scene.Come(moody, Movable, _told).Attachment!;
        Assert.Equal(name, attachment.Name);
        return (attachment, moody);
    }

    private MoveScene Scene(params Pfn[][] places) => new(exporter: inner => _places = new PlacesExporter(inner.Memory, MoveScene.Length, places));

    private sealed class Moody(IDmaMapper inner) : MapperWrapper(inner)
    {
        internal Action? BeforeMap { get; set; }

        internal Action? BeforeUnmap { get; set; }

        internal bool RefusesPlans { get; set; }

        internal int Syncs { get; private set; }

        public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
            => RefusesPlans ? new MapPlan { Status = MapStatus.NoIovaSpace, FailedFrame = -1 } : base.Plan(view, direction, options, parts);

        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        {
            BeforeMap?.Invoke();
            return base.Map(view, direction, segments, options);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public override void Unmap(MappingToken token)
        {
            BeforeUnmap?.Invoke();
            base.Unmap(token);
        }

        public override void SyncForCpu(MappingToken token, long offset, long length)
        {
            Syncs++;
            base.SyncForCpu(token, offset, length);
        }
    }
}
