using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A mapping of which only parts are copies: those are closed to writers, and no others, unless it is not known any more which they are.</summary>
public class CopiedPartTests
{
    [Fact]
    public void Copied_parts_of_a_mapping_are_closed_to_writers_and_the_others_open()
    {
        using var scene = new PatchScene("c.c.");
        MappingToken live = scene.Copy(0, 4);
        Assert.Equal("c.c.", scene.Closed());
        scene.Copies.Unmap(live);
        Assert.Equal("....", scene.Closed());
    }

    [Fact]
    public void Copied_parts_are_counted_from_the_start_of_the_buffer()
    {
        using var scene = new PatchScene("c..c..");
        MappingToken live = scene.Copy(2, 3);
        Assert.Equal("...c..", scene.Closed());
        scene.Copies.Unmap(live);
    }

    [Fact]
    public void Parts_of_a_mapping_that_is_over_are_not_those_of_the_next()
    {
        using var scene = new PatchScene("c.c.c.c.......");
        scene.Copies.Unmap(scene.Copy(0, 6));
        MappingToken live = scene.Copy(6, 8);
        Assert.Equal("......c.......", scene.Closed());
        scene.Copies.Unmap(live);
    }

    [Fact]
    public void Two_mappings_keep_their_copied_parts_apart()
    {
        using var scene = new PatchScene("c.c.");
        MappingToken first = scene.Copy(0, 2), second = scene.Copy(2, 2);
        Assert.Equal("c.c.", scene.Closed());
        scene.Copies.Unmap(first);
        Assert.Equal("..c.", scene.Closed());
        scene.Copies.Unmap(second);
    }

    [Fact]
    public void A_mapping_that_came_out_longer_without_copies_is_none()
    {
        using var scene = new PatchScene("....");
        scene.Mapper.Foretell = plan => plan with { Length = PatchScene.Frame };
        MappingToken live = scene.Copy(0, 4);
        Assert.Equal("....", scene.Closed());
        scene.Copies.Unmap(live);
    }

    [Fact]
    public void A_mapping_that_came_out_longer_and_copied_is_a_copy_all_over()
    {
        using var scene = new PatchScene("c...");
        scene.Mapper.Foretell = plan => plan with { Length = PatchScene.Frame };
        MappingToken live = scene.Copy(0, 4);
        Assert.Equal("cccc", scene.Closed());
        scene.Copies.Unmap(live);
    }

    [Fact]
    public void A_mapping_that_came_out_shorter_has_the_copies_that_are_left()
    {
        using var scene = new PatchScene("c.c.");
        scene.Mapper.Tell = result => result with { Length = 2 * PatchScene.Frame, BouncedBytes = PatchScene.Frame };
        MappingToken live = scene.Copy(0, 4);
        Assert.Equal("c...", scene.Closed());
        scene.Copies.Unmap(live);
    }

    [Fact]
    public void More_copied_than_was_foreseen_of_those_bytes_is_a_copy_all_over()
    {
        // What was foreseen behind the end does not count.
        using var scene = new PatchScene("c.c.");
        scene.Mapper.Tell = result => result with { Length = 2 * PatchScene.Frame, BouncedBytes = 2 * PatchScene.Frame };
        MappingToken live = scene.Copy(0, 4);
        Assert.Equal("cc..", scene.Closed());
        scene.Copies.Unmap(live);
    }

    [Fact]
    public void A_copy_all_over_ends_where_the_mapping_does()
    {
        using var scene = new PatchScene(".cc.");
        scene.Mapper.Foretell = plan => plan with { PartCount = 0 };
        MappingToken live = scene.Copy(1, 2);
        Assert.Equal(".cc.", scene.Closed());
        scene.Copies.Unmap(live);
    }

    [Fact]
    public void A_copy_that_nobody_foresaw_is_unmapped_again_where_it_conflicts()
    {
        using var scene = new PatchScene("..");
        SharedMapResult written = scene.Write(0);
        scene.Mapper.Tell = result => result with { BouncedBytes = result.Length };
        scene.Mapper.Calls = [];
        SharedMapResult refused = scene.Copies.Map(0, PatchScene.Frame, DmaDirection.FromDevice, new DmaSegment[1]);
        Assert.Equal((MapStatus.WouldDiverge, "writer"), (refused.Mapping.Status, refused.ConflictsWith));
        Assert.Equal(["Plan", "Map None", "Unmap"], scene.Mapper.Calls);
        Assert.Equal((0, 0, 1), (scene.Inner.LiveMappings, scene.Copies.LiveMappings, scene.Buffer.LiveUses));
        scene.Writer.Unmap(written.Mapping.Token);
    }

    [Fact]
    public void Copies_of_different_bytes_live_side_by_side()
    {
        using var scene = new PatchScene("cc");
        var segments = new DmaSegment[1];
        SharedMapResult first = scene.Copies.Map(0, PatchScene.Frame, DmaDirection.FromDevice, segments), second = scene.Copies.Map(PatchScene.Frame, PatchScene.Frame, DmaDirection.FromDevice, segments);
        Assert.True(first.IsMapped && second.IsMapped, $"{first} {second}");
        scene.Copies.Unmap(first.Mapping.Token);
        scene.Copies.Unmap(second.Mapping.Token);
    }

    [Fact]
    public void Plans_of_copies_allocate_nothing()
    {
        using var scene = new PatchScene("c.");
        scene.Copies.Unmap(scene.Copy(0, 2));
        Assert.Equal(PatchScene.Frame, scene.Copies.Plan(0, 2 * PatchScene.Frame, DmaDirection.ToDevice).BouncedBytes);
        Assert.Equal(0, Allocations.Of(() => scene.Copies.Plan(0, 2 * PatchScene.Frame, DmaDirection.ToDevice)));
    }

    [Fact]
    public void Copies_that_are_refused_allocate_nothing()
    {
        using var scene = new PatchScene("c.");
        var segments = new DmaSegment[2];
        SharedMapResult written = scene.Write(0);
        Assert.Equal(MapStatus.WouldDiverge, scene.Copies.Map(0, 2 * PatchScene.Frame, DmaDirection.ToDevice, segments).Mapping.Status);
        Assert.Equal(0, Allocations.Of(() => scene.Copies.Map(0, 2 * PatchScene.Frame, DmaDirection.ToDevice, segments)));
        scene.Writer.Unmap(written.Mapping.Token);
    }
}
