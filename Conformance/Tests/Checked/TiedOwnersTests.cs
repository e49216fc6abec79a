using System;
using System.Linq;
using System.Runtime.CompilerServices;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Mappings that were tied to who unmaps them: what lives when that one is collected is lost, all of it and nothing else; and what has ended is held by nobody.</summary>
public class TiedOwnersTests
{
    [Fact]
    public void What_an_owner_unmapped_is_not_lost()
    {
        var rig = new CheckedRig();
        TieAndUnmap(rig);
        LossMisuses.Collect();
        Assert.Empty(rig.TakeTold());
        Assert.Equal((0, 0), (rig.Checker.Quarantine.Count, rig.Checker.LiveMappings));
        rig.Mapper.Dispose();
    }

    [Fact]
    public void Each_mapping_that_an_owner_left_is_lost()
    {
        const string Device = "device of lost owners";
        using var heard = new Heard(Device);
        var rig = new CheckedRig(Device);
        TieThreeOfFour(rig);
        LossMisuses.Collect();
        MisuseReport[] told = rig.TakeTold();
        Assert.Equal([MisuseKind.Lost, MisuseKind.Lost, MisuseKind.Lost], told.Select(static one => one.Kind));
        Assert.All(told, static one => Assert.StartsWith("CheckedRig.Map", one.Created?.ToString(), StringComparison.Ordinal));
        Assert.Equal(3, heard[DmaMetrics.Quarantined]);
        Assert.Equal([1, 2, 4], rig.Checker.Quarantine.Entries.Select(static entry => (int)(entry.Address - CheckedRig.BusAt(0)) / 4096).Order());
        Assert.Equal(4, rig.Checker.LiveMappings);
        foreach (QuarantineEntry entry in rig.Checker.Quarantine.Entries) rig.Checker.Quarantine.Release(entry);
        Assert.Equal(0, heard[DmaMetrics.Quarantined]);
        Assert.Equal(1, rig.Checker.LiveMappings);
        Assert.Equal(MisuseKind.Leak, rig.Tells(rig.Mapper.Dispose));
    }

    [Fact]
    public void An_owner_that_lives_on_holds_nothing_of_what_has_ended()
    {
        var rig = new CheckedRig(endedKept: 0);
        object owner = new();
        WeakReference ended = TieAndRelease(rig, owner);
        MappingToken token = rig.Map(DmaDirection.ToDevice, 2);
        rig.Mapper.TieTo(token, owner);
        LossMisuses.Collect();
        Assert.False(ended.IsAlive);
        rig.Mapper.Unmap(token);
        GC.KeepAlive(owner);
    }

    [Fact]
    public void A_checker_holds_nothing_of_a_device_that_left_nothing()
    {
        var rig = new CheckedRig();
        WeakReference released = Release(rig);
        LossMisuses.Collect();
        Assert.False(released.IsAlive);
        Assert.Empty(rig.TakeTold());
        GC.KeepAlive(rig);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TieAndUnmap(CheckedRig rig)
    {
        object owner = new();
        MappingToken first = rig.Map(DmaDirection.FromDevice, 1), second = rig.Map(DmaDirection.FromDevice, 2);
        rig.Mapper.TieTo(first, owner);
        rig.Mapper.TieTo(second, owner);
        rig.Mapper.Unmap(first);
        rig.Mapper.Unmap(second);
    }

    /// <summary>One of them to an owner of its own, and the third of all to nobody.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TieThreeOfFour(CheckedRig rig)
    {
        object owner = new();
        rig.Mapper.TieTo(rig.Map(DmaDirection.FromDevice, 1), owner);
        rig.Mapper.TieTo(rig.Map(DmaDirection.FromDevice, 2), owner);
        rig.Map(DmaDirection.FromDevice, 3);
        rig.Mapper.TieTo(rig.Map(DmaDirection.FromDevice, 4), new object());
    }

    /// <summary>What a device's mapper hangs on, after a mapping of it that was tied has ended and the device was released.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference TieAndRelease(CheckedRig rig, object owner)
    {
        var inner = new DirectMapper(rig.Device);
        using var mapper = new CheckedMapper(rig.Checker, inner);
        MappingToken token = mapper.Map(new PfnView(CheckedRig.Pfns(1), PageSize.Size4K), DmaDirection.FromDevice, new DmaSegment[1], MapOptions.None).Token;
        mapper.TieTo(token, owner);
        mapper.Unmap(token);
        return new WeakReference(inner);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Release(CheckedRig rig)
    {
        var inner = new DirectMapper(rig.Device);
        using var mapper = new CheckedMapper(rig.Checker, inner);
        return new WeakReference(inner);
    }
}
