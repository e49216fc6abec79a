using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A mapping that its mapper does not end stays what it was, and one that ended is forgotten where nothing is to be remembered.</summary>
public class FailedUnmapTests
{
    [Fact]
    public void What_the_mapper_does_not_end_lives_on()
    {
        var rig = new CheckedRig();
        BusPort port = rig.Connect();
        MappingToken token = rig.Map(DmaDirection.FromDevice, 3, 7), other = rig.Map(DmaDirection.ToDevice, 5);
        rig.Mapper.SyncForCpu(token, 0, 100);
        rig.Inner.Objection = new TimeoutException("the IOMMU does not answer");
        for (int i = 0; i < 2; i++)
        {
            Assert.Same(rig.Inner.Objection, Assert.Throws<TimeoutException>(() => rig.Mapper.Unmap(token)));
            Assert.Equal(2, rig.Checker.LiveMappings);
            Assert.True(rig.IsMapped(3) && rig.IsMapped(7));
            Assert.True(rig.MayRead(3, 0, 100));
            Assert.False(rig.MayRead(3, 0, 101));
            Assert.Equal(MisuseKind.None, rig.Tells(() => port.TryWrite(CheckedRig.BusAt(3), new byte[4096], out _)));
            Assert.Equal(MisuseKind.None, rig.Tells(() => port.TryWrite(CheckedRig.BusAt(7), new byte[4096], out _)));
            Assert.Equal(MisuseKind.None, rig.Tells(() => rig.Mapper.SyncForDevice(token, 4096, 4096)));
        }

        rig.Inner.Objection = null;
        rig.Mapper.Unmap(token);
        Assert.Equal(1, rig.Checker.LiveMappings);
        Assert.False(rig.IsMapped(3) || rig.IsMapped(7));
        Assert.Equal(MisuseKind.DeviceAfterUnmap, rig.Tells(() => port.TryWrite(CheckedRig.BusAt(7), new byte[1], out _)));
        MisuseReport? twice = rig.Told(() => Assert.Throws<ArgumentException>(() => rig.Mapper.Unmap(token)));
        Assert.Equal(MisuseKind.AlreadyUnmapped, twice?.Kind);
        Assert.NotNull(twice!.Ended);
        rig.Mapper.Unmap(other);
        Assert.Equal(MisuseKind.None, rig.Tells(rig.Mapper.Dispose));
    }

    /// <summary>When the device is released it is a leak like any other.</summary>
    [Fact]
    public void What_the_mapper_does_not_end_is_left_behind()
    {
        var rig = new CheckedRig();
        MappingToken token = rig.Map(DmaDirection.FromDevice, 3);
        rig.Inner.Objection = new TimeoutException("the IOMMU does not answer");
        Assert.Throws<TimeoutException>(() => rig.Mapper.Unmap(token));
        MisuseReport? leak = rig.Told(rig.Mapper.Dispose);
        Assert.Equal(MisuseKind.Leak, leak?.Kind);
        Assert.Null(leak!.Ended);
        QuarantineEntry entry = Assert.Single(rig.Checker.Quarantine.Entries);
        Assert.Throws<TimeoutException>(() => rig.Checker.Quarantine.Release(entry));
        Assert.True(rig.IsMapped(3));
        rig.Inner.Objection = null;
        rig.Checker.Quarantine.Release(entry);
        Assert.Equal((0, 0, false), (rig.Checker.Quarantine.Count, rig.Checker.LiveMappings, rig.IsMapped(3)));
    }

    [Fact]
    public void A_checker_may_remember_nothing()
    {
        var rig = new CheckedRig(endedKept: 0);
        BusPort port = rig.Connect();
        MappingToken token = rig.Map(DmaDirection.FromDevice, 3);
        rig.Mapper.Unmap(token);
        Assert.Equal(MisuseKind.NeverMapped, rig.Tells(() => Assert.Throws<ArgumentException>(() => rig.Mapper.Unmap(token))));
        Assert.Equal(MisuseKind.DeviceOutside, rig.Tells(() => port.TryWrite(CheckedRig.BusAt(3), new byte[1], out _)));
    }
}
