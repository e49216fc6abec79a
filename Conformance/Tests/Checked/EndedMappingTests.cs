using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What is remembered of mappings that ended, for a device that goes where nothing is mapped for it any more.</summary>
public class EndedMappingTests
{
    private readonly MisuseScene _scene = new();

    [Fact]
    public void What_another_device_had_at_an_address_is_not_told()
    {
        _scene.Disk.Unmap(_scene.Map(_scene.Disk));
        Assert.Equal(new DmaAddress(MisuseScene.Home), _scene.Segments[0].Address);
        Assert.Equal(MisuseKind.DeviceOutside, Touching(_scene.Segments[0].Address));
    }

    [Theory]
    [InlineData(-1, MisuseKind.DeviceOutside)]
    [InlineData(0, MisuseKind.DeviceAfterUnmap)]
    [InlineData(4095, MisuseKind.DeviceAfterUnmap)]
    [InlineData(4096, MisuseKind.DeviceOutside)]
    [InlineData(8192, MisuseKind.DeviceOutside)]
    public void A_mapping_that_ended_had_the_bytes_from_its_first_to_its_last(long at, MisuseKind kind)
    {
        _scene.Nic.Unmap(_scene.Map(_scene.Nic));
        Assert.Equal(kind, Touching(_scene.Segments[0].Address + at));
    }

    [Fact]
    public void Where_nothing_is_to_be_remembered_everything_ends_all_the_same()
    {
        var scene = new MisuseScene(options: static _ => new MappingCheckerOptions { EndedKept = 0 });
        MappingToken token = scene.Map(scene.Nic);
        IovaReservation reservation = scene.Reserve();
        scene.Link(reservation, 1, 1);
        scene.Nic.Unmap(token);
        scene.Nic.Release(reservation);
        Assert.Equal(0, scene.Checker.LiveMappings);
        Assert.Equal(MisuseKind.NeverMapped, scene.Caught(() => scene.Nic.Unmap(token))?.Kind);
        MisuseReport? gone = scene.Caught(() => scene.Nic.Release(reservation));
        Assert.Equal((MisuseKind.ReservationGone, null), (gone!.Kind, gone.Created));
    }

    private MisuseKind? Touching(DmaAddress address) => _scene.Caught(() => _scene.NicPort.TryWrite(address, new byte[1], out _))?.Kind;
}
