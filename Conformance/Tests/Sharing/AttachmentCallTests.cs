using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a device's mapper is asked when the device maps, syncs and moves through its attachment.</summary>
public class AttachmentCallTests
{
    private readonly DmaSegment[] _segments = new DmaSegment[8];

    [Fact]
    public void Syncing_a_range_syncs_it_at_the_mapper()
    {
        using var scene = new MoveScene();
        (Attachment nic, WatchedMapper mapper) = Watched(scene);
        MapResult live = MoveScene.Map(nic);
        Assert.Equal(-1, live.FailedFrame);
        mapper.Calls = [];
        nic.SyncForCpu(live.Token, 10, 20);
        nic.SyncForDevice(live.Token, 30, 40);
        Assert.Equal(["SyncForCpu 10 + 20", "SyncForDevice 30 + 40"], mapper.Calls);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void An_option_that_is_none_is_refused_before_anything_is_asked()
    {
        using var scene = new MoveScene();
        (Attachment nic, WatchedMapper mapper) = Watched(scene);
        mapper.Calls = [];
        const MapOptions None = (MapOptions)16;
        Assert.Throws<ArgumentOutOfRangeException>("options", () => nic.Plan(0, 100, DmaDirection.Bidirectional, None));
        Assert.Throws<ArgumentOutOfRangeException>("options", () => nic.Map(0, 100, DmaDirection.Bidirectional, _segments, None));
        Assert.Throws<ArgumentOutOfRangeException>("options", () => nic.MapPlane(new Plane(0, 100, 1000, 3), 0, DmaDirection.Bidirectional, _segments, None));
        Assert.Empty(mapper.Calls);
    }

    [Fact]
    public void Syncing_a_plane_syncs_its_lines_at_the_mapper()
    {
        using var scene = new MoveScene();
        (Attachment nic, WatchedMapper mapper) = Watched(scene);
        MappingToken live = nic.MapPlane(new Plane(0, 100, 1000, 3), 0, DmaDirection.Bidirectional, _segments).Mapping.Token;
        mapper.Calls = [];
        nic.SyncForCpu(live, 50, 100);
        nic.SyncForDevice(live, 200, 7);
        Assert.Equal(["SyncForCpu 50 + 50", "SyncForCpu 0 + 50", "SyncForDevice 0 + 7"], mapper.Calls);
        nic.Unmap(live);
    }

    [Fact]
    public void A_mapper_is_asked_for_plans_only_where_there_may_be_copies()
    {
        using var scene = new MoveScene();
        (Attachment nic, WatchedMapper mapper) = Watched(scene);
        mapper.Calls = [];
        nic.Unmap(MoveScene.Map(nic).Token);
        Assert.Equal(["Map None", "Unmap"], mapper.Calls);

        // Which parts are copies is asked where there are any.
        using var patches = new PatchScene("c.");
        patches.Mapper.Calls = [];
        patches.Copies.Unmap(patches.Copy(1, 1));
        Assert.Equal(["Plan", "Map None", "Unmap"], patches.Mapper.Calls);
        patches.Mapper.Calls.Clear();
        patches.Copies.Unmap(patches.Copy(0, 2));
        Assert.Equal(["Plan", "Plan", "Map None", "Unmap"], patches.Mapper.Calls);
    }

    [Fact]
    public void No_copies_are_asked_for_where_the_device_or_the_policy_wants_none()
    {
        using var scene = new MoveScene();
        (Attachment nic, WatchedMapper ofNic) = Watched(scene);
        (Attachment display, WatchedMapper ofDisplay) = Watched(scene, "display", importer => new Importer(importer) { ZeroCopyOnly = true });
        Assert.Equal("Map None", AskedToMap(nic, ofNic));
        Assert.Equal("Map ZeroCopy", AskedToMap(display, ofDisplay));
        scene.Buffer.Policy = new SharingPolicy { AllowsBounce = false };
        Assert.Equal("Map ZeroCopy", AskedToMap(nic, ofNic));
        Assert.Equal("Map ZeroCopy", AskedToMap(display, ofDisplay));
    }

    [Fact]
    public void What_was_mapped_as_a_window_moves_with_its_options_and_is_no_window_any_more()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        (Attachment nic, WatchedMapper mapper) = Watched(scene, "nic", importer => new Importer(importer) { IsMovable = true }, told);
        MappingToken range = nic.Map(0, MoveScene.Length, DmaDirection.ToDevice, _segments, MapOptions.Prefix | MapOptions.ZeroCopy).Mapping.Token;
        mapper.Calls = [];
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.Equal(["Map ZeroCopy"], mapper.Calls.Where(call => call.StartsWith("Map", StringComparison.Ordinal)));
        nic.Unmap(range);

        MappingToken plane = nic.MapPlane(new Plane(0, 100, 1000, 3), 0, DmaDirection.ToDevice, _segments, MapOptions.Prefix | MapOptions.ZeroCopy).Mapping.Token;
        mapper.Calls.Clear();
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.Equal(["Map ZeroCopy", "Map ZeroCopy", "Map ZeroCopy"], mapper.Calls.Where(call => call.StartsWith("Map", StringComparison.Ordinal)));
        nic.Unmap(plane);
    }

    [Fact]
    public void Tokens_of_mappings_and_of_holds_are_told_apart()
    {
        using var scene = new MoveScene();
        Attachment gpu = scene.Raw().Attachment!, nic = scene.Anything();
        MappingToken hold = gpu.TakePfns(0, 4096, DmaDirection.ToDevice, out _).Mapping.Token, live = MoveScene.Map(nic, DmaDirection.ToDevice).Token;
        ArgumentException unmapped = Assert.Throws<ArgumentException>(() => gpu.Unmap(hold)), putBack = Assert.Throws<ArgumentException>(() => nic.PutBack(live));
        Assert.Equal(("token", "token"), (unmapped.ParamName, putBack.ParamName));
        Assert.Contains("a hold of pfns", unmapped.Message, StringComparison.Ordinal);
        Assert.Contains("a mapping", putBack.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1), (gpu.LiveMappings, nic.LiveMappings));
        gpu.PutBack(hold);
        nic.Unmap(live);
        Assert.Contains("take pfns instead", Assert.Throws<InvalidOperationException>(() => gpu.Map(0, 1, DmaDirection.ToDevice, _segments)).Message, StringComparison.Ordinal);
        Assert.Contains("map instead", Assert.Throws<InvalidOperationException>(() => nic.TakePfns(0, 1, DmaDirection.ToDevice, out _)).Message, StringComparison.Ordinal);
    }

    private string AskedToMap(Attachment attachment, WatchedMapper mapper)
    {
        mapper.Calls = [];
        attachment.Unmap(attachment.Map(0, 4096, DmaDirection.ToDevice, _segments).Mapping.Token);
        return mapper.Calls[0];
    }

    private static (Attachment Attachment, WatchedMapper Mapper) Watched(MoveScene scene, string name = "nic", Func<Importer, Importer>? declare = null, IMovable? movable = null)
    {
        var mapper = new WatchedMapper(new DirectMapper(scene.Device(name, default)));
        return (scene.Come(mapper, declare, movable).Attachment!, mapper);
    }
}
