using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Who is named as the one in the way: where there are several, who works on copies comes before who has a turn, and a turn before the CPU.</summary>
public class ConflictNameTests
{
    private readonly DmaSegment[] _segments = new DmaSegment[8];

    [Fact]
    public void The_cpu_is_told_of_a_copy_before_it_is_told_of_a_turn()
    {
        using var scene = new MoveScene();
        Attachment copies = Copying(scene, "copies"), codec = Copying(scene, "codec", turns: true);
        MappingToken copied = copies.Map(0, 4096, DmaDirection.FromDevice, _segments).Mapping.Token, live = codec.Map(4096, 4096, DmaDirection.Bidirectional, _segments).Mapping.Token;
        Assert.True(codec.BeginAccess(live, 0, 4096, MemoryAccess.Write).HasBegun);
        Assert.Equal("copies", scene.Buffer.BeginCpuAccess(0, 8192, MemoryAccess.Read).ConflictsWith);
        Assert.Equal("codec", scene.Buffer.BeginCpuAccess(4096, 4096, MemoryAccess.Read).ConflictsWith);
        copies.Unmap(copied);
        codec.Unmap(live);
    }

    [Fact]
    public void A_turn_that_would_meet_another_and_the_cpu_is_told_of_the_other_turn()
    {
        using var scene = new MoveScene();
        Attachment codec = Copying(scene, "codec", turns: true), scaler = Copying(scene, "scaler", turns: true);
        MappingToken onCodec = MoveScene.Map(codec).Token, onScaler = MoveScene.Map(scaler).Token;
        using (scene.Buffer.BeginCpuAccess(0, 10, MemoryAccess.Write).Access)
        {
            AccessTurn turn = scaler.BeginAccess(onScaler, 4096, 10, MemoryAccess.Write).Turn;
            Assert.Equal("scaler", codec.BeginAccess(onCodec, 0, 8192, MemoryAccess.Write).ConflictsWith);
            scaler.EndAccess(turn);
            Assert.Equal("the CPU", codec.BeginAccess(onCodec, 0, 8192, MemoryAccess.Write).ConflictsWith);
        }

        codec.Unmap(onCodec);
        scaler.Unmap(onScaler);
    }

    [Theory]
    [InlineData(MapStatus.WouldDiverge, "writer")]
    [InlineData(MapStatus.NoBounceSpace, null)]
    public void Whom_a_pool_would_diverge_from_is_named_and_nobody_where_it_is_full(MapStatus status, string? named)
    {
        using var scene = new PatchScene("..");
        SharedMapResult written = scene.Write(0);
        scene.Mapper.Foretell = _ => new MapPlan { Status = status, FailedFrame = -1 };
        SharedMapResult refused = scene.Copies.Map(0, PatchScene.Frame, DmaDirection.ToDevice, _segments);
        Assert.Equal((status, named), (refused.Mapping.Status, refused.ConflictsWith));
        scene.Writer.Unmap(written.Mapping.Token);
    }

    [Fact]
    public void Nobody_is_named_who_is_behind_the_end_of_a_plane()
    {
        // The copies that it would diverge from are those of another buffer.
        using var scene = new PatchScene("..");
        SharedMapResult behind = scene.Writer.Map(2000, 100, DmaDirection.FromDevice, _segments);
        scene.Mapper.Foretell = _ => new MapPlan { Status = MapStatus.WouldDiverge, FailedFrame = -1 };
        SharedMapResult refused = scene.Copies.MapPlane(new Plane(0, 100, 1000, 2), 100, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.WouldDiverge, null), (refused.Mapping.Status, refused.ConflictsWith));
        scene.Writer.Unmap(behind.Mapping.Token);
    }

    private static Attachment Copying(MoveScene scene, string name, bool turns = false)
    {
        var mapper = new BounceMapper(new DirectMapper(scene.Device(name, default)), scene.Pool, BounceMode.Everything);
        return scene.Come(mapper, importer => new Importer(importer) { TakesTurns = turns }).Attachment!;
    }
}
