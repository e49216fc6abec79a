using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a checker knows of reservations and links, and what it asks of the mapper inside.</summary>
public class CheckedReservationTests
{
    private const long Granule = 4096;

    private readonly MisuseScene _scene = new();
    private readonly TamperedMapper _inner;

    public CheckedReservationTests() => _inner = TamperedMapper.Of(_scene);

    [Fact]
    public void A_link_is_the_devices_until_it_is_unlinked()
    {
        IovaReservation reservation = _scene.Reserve();
        _scene.Link(reservation, 2, 1);
        _scene.Link(reservation, 4, 1);
        _scene.Nic.Sync(reservation);
        Assert.Equal(2, _scene.Checker.LiveMappings);
        Assert.Equal(MisuseKind.FreedWhileMapped, KindOf(() => _scene.Checker.CheckFree(MisuseScene.Frames(1, 2).View)));
        _scene.Nic.Unlink(reservation, 2 * Granule, Granule);
        Assert.Equal(1, _scene.Checker.LiveMappings);
        _scene.Checker.CheckFree(MisuseScene.Frames(1, 2).View);
        Assert.Equal(MisuseKind.FreedWhileMapped, KindOf(() => _scene.Checker.CheckFree(MisuseScene.Frames(1, 4).View)));
        Assert.Equal(MisuseKind.DeviceAfterUnmap, KindOf(() => _scene.NicPort.TryWrite(reservation.Address + (2 * Granule), new byte[1], out _)));
        Assert.Equal(["Reserve", "Link", "Link", "Sync", "Unlink"], _inner.Asked);
    }

    [Fact]
    public void Of_links_the_cpu_has_what_was_synced_and_not_given_back_to_the_byte()
    {
        IovaReservation reservation = _scene.Reserve();
        foreach (int at in new[] { 0, 2, 3, 5 }) _scene.Link(reservation, at, 1);
        _inner.Asked.Clear();
        _scene.Nic.SyncForCpu(reservation, 9192, 5000);
        Assert.True(IsCpus(9192, 5000));
        Assert.All([0L, 4095L, 8192L, 9191L, 14192L, 16383L, 20480L, 24575L], at => Assert.False(IsCpus(at), $"byte {at}"));
        _scene.Nic.SyncForDevice(reservation, 11788, 1000);
        Assert.True(IsCpus(9192, 2596));
        Assert.True(IsCpus(12788, 1404));
        Assert.All([9191L, 11788L, 12287L, 12288L, 12787L, 14192L], at => Assert.False(IsCpus(at), $"byte {at}"));
        Assert.Equal(["SyncForCpu", "SyncForDevice"], _inner.Asked);
    }

    [Fact]
    public void A_sync_beside_links_is_told_by_its_name_and_syncs_nothing()
    {
        IovaReservation reservation = _scene.Reserve();
        _scene.Link(reservation, 1, 1);
        Assert.Equal("SyncForCpu of 4097 bytes at 4096", _scene.Caught(() => _scene.Nic.SyncForCpu(reservation, Granule, Granule + 1))!.Wanted);
        Assert.False(IsCpus(Granule));
        _scene.Nic.SyncForCpu(reservation, Granule, Granule);
        Assert.Equal("SyncForDevice of 4097 bytes at 4096", _scene.Caught(() => _scene.Nic.SyncForDevice(reservation, Granule, Granule + 1))!.Wanted);
        Assert.True(IsCpus(Granule, Granule));
    }

    [Fact]
    public void A_link_that_is_refused_is_none()
    {
        IovaReservation reservation = _scene.Reserve();
        Assert.Equal(MapStatus.UnreachableFrame, _scene.Nic.Link(reservation, 0, new PfnView([new Pfn(1UL << 45)], PageSize.Size4K), DmaDirection.FromDevice, MapOptions.None).Status);
        Assert.Equal(0, _scene.Checker.LiveMappings);
    }

    [Fact]
    public void A_link_that_a_copy_stands_against_is_taken_out_again()
    {
        MappingToken copy = _scene.Map(_scene.Card, direction: DmaDirection.ToDevice);
        IovaReservation reservation = _scene.Reserve();
        Assert.Equal(MisuseKind.Diverging, KindOf(() => _scene.Link(reservation, 0, 1)));
        Assert.Equal(1, _scene.Checker.LiveMappings);
        _scene.Card.Unmap(copy);
        _scene.Link(reservation, 0, 1);
        Assert.Equal(1, _scene.Checker.LiveMappings);
        Assert.Equal(["Reserve", "Link", "Unlink", "Link"], _inner.Asked);
    }

    [Fact]
    public void A_direction_that_is_none_is_told_before_the_mapper_is_asked()
    {
        IovaReservation reservation = _scene.Reserve();
        Assert.Equal(MisuseKind.NoDirection, KindOf(() => _scene.Link(reservation, 0, 1, DmaDirection.None)));
        Assert.Equal(MisuseKind.NoDirection, KindOf(() => _scene.Nic.Map(MisuseScene.Frames(1).View, DmaDirection.None, _scene.Segments, MapOptions.None, reservation)));
        Assert.Equal(["Reserve"], _inner.Asked);
    }

    [Fact]
    public void Segments_of_links_are_looked_at()
    {
        IovaReservation reservation = _scene.Reserve();
        _scene.Link(reservation, 0, 1);
        Assert.Equal(1, _scene.Nic.Segments(reservation, 0, Granule, _scene.Segments).SegmentCount);
        _inner.Given = new DmaSegment(reservation.Address, Granule - 1);
        MisuseReport? report = _scene.Caught(() => _scene.Nic.Segments(reservation, 0, Granule, _scene.Segments));
        Assert.Equal((MisuseKind.BadSegments, "1 segments hold 4095 bytes where 4096 are mapped"), (report!.Kind, report.Found));
    }

    [Fact]
    public void For_a_released_device_the_mapper_is_asked_nothing()
    {
        IovaReservation reservation = _scene.Reserve();
        _scene.Nic.Release(reservation);
        _scene.Nic.Dispose();
        _inner.Asked.Clear();
        Assert.Throws<ObjectDisposedException>(() => _scene.Nic.Reserve(Granule, 0));
        Assert.Throws<ObjectDisposedException>(() => { _ = _scene.Nic.ReserveAsync(Granule, 0, TestContext.Current.CancellationToken).AsTask(); });
        Assert.Throws<ObjectDisposedException>(() => _scene.Map(_scene.Nic));
        Assert.Throws<ObjectDisposedException>(() => _scene.Nic.Map(MisuseScene.Frames(1).View, DmaDirection.ToDevice, _scene.Segments, MapOptions.None, reservation));
        Assert.Empty(_inner.Asked);
    }

    [Fact]
    public void What_was_reserved_while_the_device_was_released_is_not_reserved()
    {
        string before = _scene.State();
        _inner.After = _ => _scene.Nic.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _scene.Nic.Reserve(Granule, 0));
        Assert.Equal(["Reserve", "Release"], _inner.Asked);
        Assert.Equal(before, _scene.State());
    }

    [Fact]
    public void What_was_linked_while_the_device_was_released_is_not_linked()
    {
        string before = _scene.State();
        IovaReservation reservation = _scene.Reserve();
        _inner.After = _ => Assert.Equal(MisuseKind.Leak, KindOf(_scene.Nic.Dispose));
        Assert.Throws<ObjectDisposedException>(() => _scene.Link(reservation, 1, 1));
        Assert.Equal(["Reserve", "Link", "Unlink"], _inner.Asked);
        Assert.Equal(0, _scene.Checker.LiveMappings);
        _scene.Checker.Quarantine.Release(Assert.Single(_scene.Checker.Quarantine.Entries));
        Assert.Equal(before, _scene.State());
    }

    /// <summary>Frames and links of the scene lie alike, so an offset in the reservation is one in memory.</summary>
    private bool IsCpus(long offset, long length = 1)
        => _scene.Caught(() => _scene.Checker.CheckCpuAccess(new PhysicalAddress((ulong)(MisuseScene.Home + offset)), length, MemoryAccess.Write)) is null;

    private MisuseKind? KindOf(Action call) => _scene.Caught(call)?.Kind;
}
