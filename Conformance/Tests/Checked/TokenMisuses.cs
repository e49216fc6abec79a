using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Drivers that use tokens, results and ranges wrongly.</summary>
internal static class TokenMisuses
{
    internal static MisuseReport? UnmapsWhatNobodyMapped()
    {
        var scene = new MisuseScene();
        return scene.Caught(() => scene.Nic.Unmap(new MappingToken(7, 3, 1)));
    }

    internal static MisuseReport? UnmapsTheDefaultValue()
    {
        var scene = new MisuseScene();
        return scene.Caught(() => scene.Nic.Unmap(default));
    }

    internal static MisuseReport? UnmapsTwice()
    {
        var scene = new MisuseScene();
        MappingToken token = scene.Map(scene.Nic);
        scene.Nic.Unmap(token);
        return scene.Caught(() => scene.Nic.Unmap(token));
    }

    internal static MisuseReport? UnmapsAtAnotherDevice()
    {
        var scene = new MisuseScene();
        MappingToken token = scene.Map(scene.Disk);
        return scene.Caught(() => scene.Nic.Unmap(token));
    }

    internal static MisuseReport? UnmapsWhatWasRefused()
    {
        var scene = new MisuseScene();
        MapResult refused = scene.Disk.Map(MisuseScene.Frames(9).View, DmaDirection.ToDevice, scene.Segments.AsSpan(0, 1), MapOptions.None);
        return scene.Caught(() => scene.Disk.Unmap(refused.Token));
    }

    internal static MisuseReport? MapsInNoDirection()
    {
        var scene = new MisuseScene();
        return scene.Caught(() => scene.Nic.Map(MisuseScene.Frames(1).View, default, scene.Segments, MapOptions.None));
    }

    internal static MisuseReport? SyncsWhatWasUnmapped()
    {
        var scene = new MisuseScene();
        MappingToken token = scene.Map(scene.Card);
        scene.Card.Unmap(token);
        return scene.Caught(() => scene.Card.SyncForCpu(token, 0, 4096));
    }

    internal static MisuseReport? SyncsMoreThanThePrefix()
    {
        var scene = new MisuseScene();
        PfnBuffer buffer = MisuseScene.Frames(9);
        MapResult prefix = scene.Disk.Map(buffer.View, DmaDirection.FromDevice, scene.Segments.AsSpan(0, 1), MapOptions.Prefix);
        return scene.Caught(() => scene.Disk.SyncForCpu(prefix.Token, 0, buffer.Length));
    }
}
