using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Planes beside ranges and beside each other: they conflict where a line meets a copy, and where it does not they do not.</summary>
public class SharedLineTests
{
    // 40 lines of 500 bytes, of which each takes 250.
    private static readonly Plane Left = new(0, 250, 500, 40);

    private readonly DmaSegment[] _segments = new DmaSegment[64];

    [Theory]
    [InlineData(0, 1000, 4, true)]
    [InlineData(3000, 2000, 2, false)]
    [InlineData(2146, 2000, 2, false)]
    public void Lines_before_a_copied_part_are_open_and_a_line_in_it_is_not(long offset, long stride, int height, bool isOpen)
    {
        using var scene = new PatchScene(".c");
        CheckLines(scene, new Plane(offset, 100, stride, height), isOpen);
    }

    [Theory]
    [InlineData(4096 + 500, 1000, 3, true)]
    [InlineData(4095, 1000, 3, false)]
    public void Lines_behind_a_copied_part_are_open_and_a_line_in_it_is_not(long offset, long stride, int height, bool isOpen)
    {
        using var scene = new PatchScene("c.");
        CheckLines(scene, new Plane(offset, 100, stride, height), isOpen);
    }

    [Fact]
    public void What_lies_between_copied_lines_is_open_and_their_last_line_is_not()
    {
        using var scene = new MoveScene();
        Attachment copies = Copying(scene).Attachment, nic = scene.Anything();
        MappingToken live = copies.MapPlane(Left, 0, DmaDirection.Bidirectional, _segments).Mapping.Token;
        SharedMapResult between = nic.Map(250, 250, DmaDirection.FromDevice, _segments);
        Assert.True(between.IsMapped, between.ToString());
        SharedMapResult last = nic.Map(39 * 500, 10, DmaDirection.FromDevice, _segments);
        Assert.Equal((MapStatus.WouldDiverge, "copies"), (last.Mapping.Status, last.ConflictsWith));
        nic.Unmap(between.Mapping.Token);
        copies.Unmap(live);
    }

    [Fact]
    public void Lines_are_copied_around_a_range_that_is_written_between_them()
    {
        using var scene = new MoveScene();
        Attachment copies = Copying(scene).Attachment, nic = scene.Anything();
        MappingToken between = nic.Map(250, 250, DmaDirection.FromDevice, _segments).Mapping.Token;
        SharedMapResult lines = copies.MapPlane(Left, 0, DmaDirection.Bidirectional, _segments);
        Assert.True(lines.IsMapped, lines.ToString());
        copies.Unmap(lines.Mapping.Token);
        nic.Unmap(between);
    }

    [Fact]
    public void Lines_that_are_written_in_place_are_not_copied_and_the_mapper_is_not_asked_to()
    {
        using var scene = new MoveScene();
        (Attachment copies, WatchedMapper mapper) = Copying(scene);
        Attachment nic = scene.Anything();
        MappingToken live = nic.MapPlane(Left, 0, DmaDirection.FromDevice, _segments).Mapping.Token;
        mapper.Calls = [];
        SharedMapResult refused = copies.MapPlane(Left, 0, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.WouldDiverge, "nic"), (refused.Mapping.Status, refused.ConflictsWith));
        Assert.All(mapper.Calls, call => Assert.Equal("Plan", call));
        nic.Unmap(live);
    }

    [Fact]
    public void Who_works_in_place_may_write_the_same_lines()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything(), other = scene.Anything("other");
        MappingToken live = nic.MapPlane(Left, 0, DmaDirection.FromDevice, _segments).Mapping.Token;
        SharedMapResult second = other.MapPlane(Left, 0, DmaDirection.FromDevice, _segments);
        Assert.True(second.IsMapped, second.ToString());
        other.Unmap(second.Mapping.Token);
        nic.Unmap(live);
    }

    [Fact]
    public void A_plane_ends_with_the_buffer_at_the_latest_and_starts_at_one_of_its_bytes()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        var last = new Plane(MoveScene.Length - 1100, 100, 1000, 2);
        nic.Unmap(nic.MapPlane(last, 0, DmaDirection.ToDevice, _segments).Mapping.Token);
        SharedMapResult byteOf = nic.MapPlane(last, last.Length - 1, DmaDirection.ToDevice, _segments);
        Assert.Equal(1, byteOf.Mapping.Length);
        nic.Unmap(byteOf.Mapping.Token);
        Assert.Equal("plane", Assert.Throws<ArgumentOutOfRangeException>(() => nic.MapPlane(new Plane(last.Offset + 1, 100, 1000, 2), 0, DmaDirection.ToDevice, _segments)).ParamName);
        Assert.Equal("from", Assert.Throws<ArgumentOutOfRangeException>(() => nic.MapPlane(last, last.Length, DmaDirection.ToDevice, _segments)).ParamName);
        Assert.Equal("from", Assert.Throws<ArgumentOutOfRangeException>(() => nic.MapPlane(last, -1, DmaDirection.ToDevice, _segments)).ParamName);
    }

    private void CheckLines(PatchScene scene, Plane lines, bool isOpen)
    {
        MappingToken live = scene.Copy(0, 2);
        SharedMapResult result = scene.Writer.MapPlane(lines, 0, DmaDirection.FromDevice, _segments);
        Assert.Equal((isOpen ? MapStatus.Mapped : MapStatus.WouldDiverge, isOpen ? null : "copies"), (result.Mapping.Status, result.ConflictsWith));
        if (result.IsMapped) scene.Writer.Unmap(result.Mapping.Token);
        scene.Copies.Unmap(live);
    }

    private static (Attachment Attachment, WatchedMapper Mapper) Copying(MoveScene scene)
    {
        var mapper = new WatchedMapper(new BounceMapper(new DirectMapper(scene.Device("copies", default)), scene.Pool, BounceMode.Everything));
        return (scene.Come(mapper).Attachment!, mapper);
    }
}
