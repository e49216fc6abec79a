using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Drivers that use reservations wrongly.</summary>
internal static class LinkMisuses
{
    internal static MisuseReport? TellsTheDeviceBeforeSyncing()
    {
        var scene = new MisuseScene();
        IovaReservation reservation = scene.Reserve();
        scene.Link(reservation, 0, 1);
        scene.Nic.Sync(reservation);
        scene.NicPort.TryWrite(reservation.Address, new byte[8], out _);
        scene.Link(reservation, 1, 1);
        return scene.Caught(() => scene.NicPort.TryWrite(reservation.Address + 4096, new byte[8], out _));
    }

    internal static MisuseReport? LinksTwice()
    {
        var scene = new MisuseScene();
        IovaReservation reservation = scene.Reserve();
        scene.Link(reservation, 1, 2);
        return scene.Caught(() => scene.Link(reservation, 2, 1));
    }

    internal static MisuseReport? LinksOutside()
    {
        var scene = new MisuseScene();
        IovaReservation reservation = scene.Reserve(4);
        return scene.Caught(() => scene.Link(reservation, 3, 2));
    }

    internal static MisuseReport? UnlinksAPart()
    {
        var scene = new MisuseScene();
        IovaReservation reservation = scene.Reserve();
        scene.Link(reservation, 1, 2);
        return scene.Caught(() => scene.Nic.Unlink(reservation, 4096, 4096));
    }

    internal static MisuseReport? AsksForWhatIsNotLinked()
    {
        var scene = new MisuseScene();
        IovaReservation reservation = scene.Reserve();
        scene.Link(reservation, 1, 1);
        return scene.Caught(() => scene.Nic.Segments(reservation, 4096, 8192, scene.Segments));
    }

    internal static MisuseReport? SyncsBesideLinks()
    {
        var scene = new MisuseScene();
        IovaReservation reservation = scene.Reserve();
        scene.Link(reservation, 1, 1);
        scene.Nic.SyncForCpu(reservation, 4096, 4096);
        return scene.Caught(() => scene.Nic.SyncForCpu(reservation, 4096, 4097));
    }

    internal static MisuseReport? MapsOverLinks()
    {
        var scene = new MisuseScene();
        IovaReservation reservation = scene.Reserve();
        scene.Link(reservation, 1, 1);
        return scene.Caught(() => scene.Nic.Map(MisuseScene.Frames(1).View, DmaDirection.ToDevice, scene.Segments, MapOptions.None, reservation));
    }

    internal static MisuseReport? ReleasesTwice()
    {
        var scene = new MisuseScene();
        IovaReservation reservation = scene.Reserve();
        scene.Nic.Release(reservation);
        return scene.Caught(() => scene.Nic.Release(reservation));
    }

    internal static MisuseReport? LinksIntoWhatWasSpent()
    {
        var scene = new MisuseScene();
        IovaReservation reservation = scene.Reserve();
        scene.Nic.Map(MisuseScene.Frames(1).View, DmaDirection.ToDevice, scene.Segments, MapOptions.None, reservation);
        return scene.Caught(() => scene.Link(reservation, 0, 1));
    }

    internal static MisuseReport? LinksIntoNothing()
    {
        var scene = new MisuseScene();
        return scene.Caught(() => scene.Link(default, 0, 1));
    }
}
