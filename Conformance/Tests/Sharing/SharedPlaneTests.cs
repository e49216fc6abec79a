using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Strided rectangles of a shared buffer (T9): only their lines are used, mapped, copied and moved.</summary>
public class SharedPlaneTests
{
    // Two halves side by side: 40 lines of 500 bytes, of which each takes 250.
    private static readonly Plane Left = new(0, 250, 500, 40), Right = new(250, 250, 500, 40);

    [Fact]
    public void Copies_of_the_halves_of_a_picture_do_not_conflict()
    {
        using var scene = new MoveScene();
        byte[] bytes = scene.Write(1);
        Attachment left = Copying(scene, "left"), right = Copying(scene, "right");
        var segments = new DmaSegment[64];
        SharedMapResult onLeft = left.MapPlane(Left, 0, DmaDirection.Bidirectional, segments);
        Assert.True(onLeft.IsMapped, onLeft.ToString());
        BusPort port = BusPort.Direct(left.Importer.Profile.Device, scene.Machine);
        Assert.True(port.TryWrite(segments[39].Address + 249, "L"u8, out _));
        SharedMapResult onRight = right.MapPlane(Right, 0, DmaDirection.Bidirectional, segments);
        Assert.True(onRight.IsMapped, onRight.ToString());
        Assert.True(port.TryWrite(segments[39].Address, "R"u8, out _));

        SharedMapResult both = Copying(scene, "both").MapPlane(new Plane(249, 2, 500, 40), 0, DmaDirection.ToDevice, segments);
        Assert.Equal((MapStatus.WouldDiverge, "left"), (both.Mapping.Status, both.ConflictsWith));
        Assert.Equal(MapStatus.WouldDiverge, scene.Buffer.BeginCpuAccess(0, 1, MemoryAccess.Read).Status);
        left.Unmap(onLeft.Mapping.Token);
        right.Unmap(onRight.Mapping.Token);
        bytes[(39 * 500) + 249] = (byte)'L';
        bytes[(39 * 500) + 250] = (byte)'R';
        Assert.Equal(bytes, scene.Read());
    }

    [Fact]
    public void A_window_of_a_plane_moves_with_the_bytes()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        byte[] bytes = scene.Write(2);
        var mapper = new DirectMapper(scene.Device("scaler", new DmaConstraints { MaxSegmentCount = 5 }));
        Attachment scaler = scene.Come(mapper, importer => new Importer(importer) { IsMovable = true, MapsWindows = true }, told).Attachment!;
        var segments = new DmaSegment[5];
        SharedMapResult window = scaler.MapPlane(Right, 100, DmaDirection.ToDevice, segments, MapOptions.Prefix);
        Assert.InRange(window.Mapping.Length, 150 + (3 * 250), 5 * 250);
        Assert.True(scene.Buffer.Move().HasMoved);
        MovedMapping moved = told.Outcomes.Single().Mappings.Single();
        Assert.Equal(window.Mapping.Length, moved.Segments.ToArray().Sum(one => one.Length));
        BusPort port = BusPort.Direct(mapper.Profile.Device, scene.Machine);
        var line = new byte[150];
        Assert.True(port.TryRead(moved.Segments.Span[0].Address, line, out _));
        Assert.Equal(bytes[350..500], line);
        scaler.Unmap(window.Mapping.Token);
    }

    [Fact]
    public void Turns_on_the_halves_do_not_wait_for_each_other()
    {
        using var scene = new MoveScene();
        Attachment left = Copying(scene, "left", turns: true), right = Copying(scene, "right", turns: true);
        var segments = new DmaSegment[64];
        MappingToken onLeft = left.MapPlane(Left, 0, DmaDirection.Bidirectional, segments).Mapping.Token;
        MappingToken onRight = right.MapPlane(Right, 0, DmaDirection.Bidirectional, segments).Mapping.Token;
        MappingToken onAll = right.Map(0, MoveScene.Length, DmaDirection.Bidirectional, segments).Mapping.Token;
        TurnResult a = left.BeginAccess(onLeft, 0, Left.Length, MemoryAccess.Write), b = right.BeginAccess(onRight, 0, Right.Length, MemoryAccess.Write);
        Assert.True(a.HasBegun && b.HasBegun);
        Assert.Equal("left", right.BeginAccess(onAll, 500, 1, MemoryAccess.Read).ConflictsWith);
        Assert.Equal("right", right.BeginAccess(onAll, 499, 1, MemoryAccess.Read).ConflictsWith);
        left.EndAccess(a.Turn);
        right.EndAccess(b.Turn);
        left.Unmap(onLeft);
        right.Unmap(onRight);
        right.Unmap(onAll);
    }

    [Fact]
    public void Copies_of_the_lower_and_the_upper_half_do_not_conflict()
    {
        using var scene = new MoveScene();
        scene.Write(3);
        Attachment lower = Copying(scene, "lower"), upper = Copying(scene, "upper");
        var segments = new DmaSegment[64];
        SharedMapResult below = lower.MapPlane(new Plane(10_000, 250, 500, 20), 0, DmaDirection.Bidirectional, segments);
        SharedMapResult above = upper.MapPlane(new Plane(0, 250, 500, 20), 0, DmaDirection.Bidirectional, segments);
        Assert.True(below.IsMapped && above.IsMapped, $"{below} {above}");
        lower.Unmap(below.Mapping.Token);
        upper.Unmap(above.Mapping.Token);
    }

    [Fact]
    public void A_turn_that_ends_inside_a_line_leaves_what_follows_to_others()
    {
        using var scene = new MoveScene();
        Attachment first = Copying(scene, "first", turns: true), second = Copying(scene, "second", turns: true);
        var segments = new DmaSegment[64];
        MappingToken ofFirst = first.MapPlane(Left, 0, DmaDirection.Bidirectional, segments).Mapping.Token;
        MappingToken ofSecond = second.MapPlane(Left, 0, DmaDirection.Bidirectional, segments).Mapping.Token;
        TurnResult turn = first.BeginAccess(ofFirst, 0, 350, MemoryAccess.Write);
        Assert.True(turn.HasBegun, turn.ToString());
        Assert.Equal("first", second.BeginAccess(ofSecond, 349, 1, MemoryAccess.Read).ConflictsWith);

        // The rest of the line, and the line after it.
        foreach (long at in new[] { 350, 500 })
        {
            TurnResult other = second.BeginAccess(ofSecond, at, 1, MemoryAccess.Read);
            Assert.True(other.HasBegun, other.ToString());
            second.EndAccess(other.Turn);
        }

        first.EndAccess(turn.Turn);
        first.Unmap(ofFirst);
        second.Unmap(ofSecond);
    }

    [Fact]
    public void Planes_that_are_none_are_told()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        var segments = new DmaSegment[64];
        Assert.Throws<ArgumentException>(() => nic.MapPlane(default, 0, DmaDirection.ToDevice, segments));
        Assert.Throws<ArgumentOutOfRangeException>(() => nic.MapPlane(new Plane(600, 500, 500, 40), 0, DmaDirection.ToDevice, segments));
        Assert.Throws<ArgumentOutOfRangeException>(() => nic.MapPlane(Left, Left.Length, DmaDirection.ToDevice, segments));
        Assert.Throws<ArgumentOutOfRangeException>(() => nic.MapPlane(Left, 0, default, segments));
        Assert.Equal(0, scene.Buffer.LiveUses);
    }

    [Fact]
    public void Mapping_a_plane_allocates_nothing()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        var segments = new DmaSegment[64];
        Assert.Equal(0, Allocations.Of(() => nic.Unmap(nic.MapPlane(Left, 0, DmaDirection.ToDevice, segments).Mapping.Token)));
    }

    private static Attachment Copying(MoveScene scene, string name, bool turns = false)
    {
        var mapper = new BounceMapper(new DirectMapper(scene.Device(name, default)), scene.Pool, BounceMode.Everything);
        return scene.Come(mapper, importer => new Importer(importer) { TakesTurns = turns }).Attachment!;
    }
}
