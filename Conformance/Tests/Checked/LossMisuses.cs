using System;
using System.Linq;
using System.Runtime.CompilerServices;
using DmaMapping;

namespace Conformance.Tests;

/// <summary>Drivers that leave mappings behind.</summary>
internal static class LossMisuses
{
    internal static MisuseReport? LeavesMapped()
    {
        var scene = new MisuseScene();
        scene.Map(scene.Disk);
        scene.Map(scene.Disk, first: 4);
        return scene.Caught(scene.Disk.Dispose);
    }

    internal static MisuseReport? LeavesReserved()
    {
        var scene = new MisuseScene();
        IovaReservation reservation = scene.Reserve();
        scene.Link(reservation, 2, 1);
        return scene.Caught(scene.Nic.Dispose);
    }

    internal static MisuseReport? DropsTheOwner()
    {
        var scene = new MisuseScene(throws: false);
        MapForNobody(scene);
        Collect();
        return scene.Told.SingleOrDefault();
    }

    internal static MisuseReport? DropsTheMapper()
    {
        var scene = new MisuseScene(throws: false);
        MapWithNobody(scene);
        Collect();
        return scene.Told.SingleOrDefault();
    }

    internal static MisuseReport? UnmapsWhatIsInQuarantine()
    {
        var scene = new MisuseScene();
        MappingToken token = scene.Map(scene.Disk);
        scene.Caught(scene.Disk.Dispose);
        return scene.Caught(() => scene.Disk.Unmap(token));
    }

    /// <summary>What nothing refers to any more is collected, and its finalizers have run.</summary>
    internal static void Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void MapForNobody(MisuseScene scene) => scene.Disk.TieTo(scene.Map(scene.Disk), new object());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MapWithNobody(MisuseScene scene) => scene.Map(new CheckedMapper(scene.Checker, new DirectMapper(scene.CardDevice)));
}
