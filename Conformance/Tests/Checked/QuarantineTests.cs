using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What nobody ends stays mapped, and is listed, counted and kept from everybody until it is released.</summary>
public class QuarantineTests
{
    [Fact]
    public void What_a_released_device_had_stays_mapped_until_it_is_released_from_quarantine()
    {
        var scene = new MisuseScene(throws: false);
        string before = scene.State();
        MappingToken token = scene.Map(scene.Nic, 2);
        DmaAddress address = scene.Segments[0].Address;
        IovaReservation reservation = scene.Reserve();
        scene.Link(reservation, 4, 1);
        scene.Nic.Sync(reservation);
        string during = scene.State();
        scene.Nic.Dispose();
        scene.Nic.Dispose();
        Assert.Equal(MisuseKind.Leak, Assert.Single(scene.Told).Kind);
        Assert.Equal(during.Replace("0 in quarantine", "2 in quarantine", StringComparison.Ordinal), scene.State());

        // The device may be using it, so it still can; and nobody else gets the frames or the addresses.
        Assert.True(scene.NicPort.TryWrite(address, new byte[8], out _));
        Assert.True(scene.NicPort.TryWrite(reservation.Address + (4 * 4096), new byte[8], out _));
        scene.Checker.CheckFree(MisuseScene.Frames(1, 1).View);
        scene.Checker.CheckFree(MisuseScene.Frames(1, 4).View);
        Assert.Equal([MisuseKind.Leak, MisuseKind.FreedWhileMapped, MisuseKind.FreedWhileMapped], scene.Told.Select(one => one.Kind));

        // Not even the driver that had it, without whom it was given up.
        Assert.Throws<InvalidOperationException>(() => scene.Nic.Unmap(token));
        Assert.Throws<InvalidOperationException>(() => scene.Nic.Release(reservation));
        Assert.Equal(2, scene.Checker.Quarantine.Count);

        QuarantineEntry[] kept = [.. scene.Checker.Quarantine.Entries];
        Assert.Equal(["nic", "nic"], kept.Select(entry => entry.Device));
        Assert.Equal([8192, 8 * 4096], kept.Select(entry => entry.Length));
        Assert.Equal([address, reservation.Address], kept.Select(entry => entry.Address));
        Assert.All(kept, entry => Assert.Equal(MisuseKind.Leak, entry.Cause));
        Assert.StartsWith("MisuseScene.Map", kept[0].Created.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("MisuseScene.Reserve", kept[1].Created.ToString(), StringComparison.Ordinal);
        foreach (QuarantineEntry entry in kept) scene.Checker.Quarantine.Release(entry);
        Assert.Equal(before, scene.State());
        Assert.Throws<ArgumentException>(() => scene.Checker.Quarantine.Release(kept[0]));
        Assert.Throws<ArgumentException>(() => new MappingChecker().Quarantine.Release(kept[0]));
        scene.Checker.CheckFree(MisuseScene.Frames(8).View);
        Assert.Equal(5, scene.Told.Length);
    }

    [Fact]
    public void A_lost_mapping_keeps_its_slots_and_its_frames()
    {
        var scene = new MisuseScene(throws: false);
        long free = scene.Pool.FreeBytes;
        Lose(scene);
        LossMisuses.Collect();
        QuarantineEntry entry = Assert.Single(scene.Checker.Quarantine.Entries);
        Assert.Equal((MisuseKind.Lost, "card", 8192L), (entry.Cause, entry.Device, entry.Length));
        Assert.Equal(free - 8192, scene.Pool.FreeBytes);
        scene.Card.Dispose();
        Assert.Equal([MisuseKind.Lost], scene.Told.Select(one => one.Kind));
        scene.Checker.Quarantine.Release(entry);
        Assert.Equal(free, scene.Pool.FreeBytes);
    }

    [Fact]
    public void The_meter_counts_what_is_in_quarantine()
    {
        const string Name = "device of the quarantine";
        using var heard = new Heard(Name);
        var checker = new MappingChecker(new MappingCheckerOptions { OnMisuse = _ => { } });
        var mapper = new CheckedMapper(checker, new DirectMapper(new DmaDevice(Name, new RequesterId(9))));
        for (int i = 0; i < 3; i++) mapper.Map(MisuseScene.Frames(1, i).View, DmaDirection.ToDevice, new DmaSegment[1], MapOptions.None);
        mapper.Dispose();
        Assert.Equal(3, heard[DmaMetrics.Quarantined]);
        Assert.Equal((3, 0), (heard[DmaMetrics.Maps], heard[DmaMetrics.Unmaps]));
        checker.Quarantine.Release(checker.Quarantine.Entries[1]);
        Assert.Equal((2, 1), (heard[DmaMetrics.Quarantined], heard[DmaMetrics.Unmaps]));
        Assert.Equal(2, checker.Quarantine.Count);
    }

    /// <summary>Somebody who throws on the collector's thread would end the process.</summary>
    [Fact]
    public void Who_is_told_of_a_loss_may_throw()
    {
        int told = 0;
        var checker = new MappingChecker(new MappingCheckerOptions
        {
            OnMisuse = misuse =>
            {
                told++;
                throw new NotSupportedException(misuse.ToString());
            },
        });
        Drop(checker);
        LossMisuses.Collect();
        Assert.Equal((1, 1), (told, checker.Quarantine.Count));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Drop(MappingChecker checker)
        => new CheckedMapper(checker, new DirectMapper(new DmaDevice("dropped", new RequesterId(9)))).Map(MisuseScene.Frames(1).View, DmaDirection.ToDevice, new DmaSegment[1], MapOptions.None);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Lose(MisuseScene scene) => scene.Card.TieTo(scene.Map(scene.Card, 2), new object());
}
