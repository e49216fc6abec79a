using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A report says what was found instead, and where that comes from, whichever of several things it was.</summary>
public class MisuseReportTests
{
    private readonly MisuseScene _scene = new();

    [Fact]
    public void A_leak_tells_how_much_is_left_and_the_first_mapping()
    {
        _scene.Reserve();
        _scene.Map(_scene.Nic);
        MisuseReport report = Report(_scene.Nic.Dispose);
        Assert.Equal("MisuseScene.Map", report.Created!.Method);
        string first = $"4096 bytes FromDevice at {_scene.Segments[0].Address}, mapped by {report.Created}";
        Assert.Equal($"1 mapping and 1 reservation of it live, and are in quarantine now; the first is {first}", report.Found);
    }

    [Fact]
    public void A_leak_of_reservations_alone_tells_the_first_of_them()
    {
        IovaReservation first = _scene.Reserve();
        _scene.Reserve();
        MisuseReport report = Report(_scene.Nic.Dispose);
        Assert.Equal("MisuseScene.Reserve", report.Created!.Method);
        Assert.Equal($"0 mappings and 2 reservations of it live, and are in quarantine now; the first is {Text(first, report.Created)}", report.Found);
    }

    [Fact]
    public void A_token_that_names_nothing_is_told_from_one_that_nobody_knows()
    {
        Assert.Equal("the token is the default value, which names nothing", Report(() => _scene.Nic.Unmap(default)).Found);
        Assert.Equal("no checked mapper has made it, or it ended too long ago to be remembered", Report(() => _scene.Nic.Unmap(new MappingToken(7, 3, 1))).Found);
    }

    [Fact]
    public void A_mapping_that_was_ended_tells_where()
    {
        MappingToken token = _scene.Map(_scene.Nic);
        _scene.Nic.Unmap(token);
        MisuseReport report = Report(() => _scene.Nic.Unmap(token));
        Assert.Equal($"it was 4096 bytes FromDevice at {_scene.Segments[0].Address}, mapped by {report.Created}, and was ended by {report.Ended}", report.Found);
    }

    [Theory]
    [InlineData(MemoryAccess.Read, "read by the CPU of 8 bytes at 0x1000064")]
    [InlineData(MemoryAccess.Write, "write by the CPU of 8 bytes at 0x1000064")]
    [InlineData(MemoryAccess.ReadWrite, "access by the CPU of 8 bytes at 0x1000064")]
    public void What_the_cpu_wanted_is_told(MemoryAccess access, string wanted)
    {
        _scene.Map(_scene.Nic);
        Assert.Equal(wanted, Report(() => _scene.Checker.CheckCpuAccess(new PhysicalAddress(MisuseScene.Home + 100), 8, access)).Wanted);
    }

    [Fact]
    public void What_the_device_wanted_is_told()
    {
        Assert.Equal("read by the device of 8 bytes at 0x1000", Report(() => _scene.NicPort.TryRead(new DmaAddress(0x1000), new byte[8], out _)).Wanted);
        Assert.Equal("write by the device of 8 bytes at 0x1000", Report(() => _scene.NicPort.TryWrite(new DmaAddress(0x1000), new byte[8], out _)).Wanted);
    }

    [Fact]
    public void Who_frees_what_is_mapped_is_told_how_to_end_it()
    {
        _scene.Map(_scene.Nic);
        Assert.Equal("Unmap first", Report(() => _scene.Checker.CheckFree(MisuseScene.Frames(1).View)).Advice);
        Report(_scene.Nic.Dispose);
        Assert.Equal("Release it from the quarantine first", Report(() => _scene.Checker.CheckFree(MisuseScene.Frames(1).View)).Advice);
    }

    [Fact]
    public void A_link_in_the_way_is_told_wherever_it_begins()
    {
        IovaReservation reservation = _scene.Reserve();
        MisuseReport outside = Report(() => _scene.Link(reservation, 7, 2));
        Assert.Equal("MisuseScene.Reserve", outside.Created!.Method);
        Assert.Equal($"it is refused in {Text(reservation, outside.Created)}, where no link is in the way", outside.Found);
        _scene.Link(reservation, 2, 1);
        foreach (MisuseReport report in new[] { Report(() => _scene.Link(reservation, 1, 2)), Report(() => _scene.Nic.Unlink(reservation, 8192, 0)) })
        {
            Assert.Equal("MisuseScene.Link", report.Created!.Method);
            Assert.Equal($"it is refused in {Text(reservation, outside.Created)}, where it meets {LinkText(reservation, report.Created)}", report.Found);
        }
    }

    [Fact]
    public void What_is_linked_of_bytes_that_are_synced_is_told()
    {
        IovaReservation reservation = _scene.Reserve();
        MisuseReport nothing = Report(() => _scene.Nic.SyncForCpu(reservation, 0, 4096));
        Assert.Equal("MisuseScene.Reserve", nothing.Created!.Method);
        Assert.Equal($"not all of them are linked in {Text(reservation, nothing.Created)}", nothing.Found);
        _scene.Link(reservation, 2, 1);
        MisuseReport part = Report(() => _scene.Nic.SyncForDevice(reservation, 4096, 8192));
        Assert.Equal("MisuseScene.Link", part.Created!.Method);
        Assert.Equal($"not all of them are linked in {Text(reservation, nothing.Created)}, only {LinkText(reservation, part.Created)}", part.Found);
    }

    [Fact]
    public void What_became_of_a_reservation_is_told()
    {
        MisuseReport none = Report(() => _scene.Nic.Sync(default));
        Assert.Equal(("it is the default value, which names nothing", null, null), (none.Found, none.Created, none.Ended));

        var past = new IommuMapper(_scene.NicDevice, _scene.Domain);
        IovaReservation unknown = past.Reserve(4096, 0).Reservation;
        Assert.Equal("no checked mapper has made it, or it ended too long ago to be remembered", Report(() => _scene.Nic.Sync(unknown)).Found);

        var twin = new CheckedReservingMapper(_scene.Checker, new IommuMapper(new DmaDevice("twin", new RequesterId(0, 3, 1)), _scene.Domain));
        IovaReservation foreign = twin.Reserve(4096, 0).Reservation;
        MisuseReport others = Report(() => _scene.Nic.Sync(foreign));
        Assert.Equal($"it is twin's: {Text(foreign, others.Created!)}", others.Found);
        twin.Release(foreign);

        IovaReservation released = _scene.Reserve();
        _scene.Nic.Release(released);
        MisuseReport ended = Report(() => _scene.Nic.Sync(released));
        Assert.Equal($"it was {Text(released, ended.Created!)}, and ended by {ended.Ended}", ended.Found);

        IovaReservation left = _scene.Reserve();
        Report(_scene.Nic.Dispose);
        MisuseReport kept = Report(() => _scene.Nic.Sync(left));
        Assert.Equal(($"{Text(left, kept.Created!)}, stands in quarantine", null), (kept.Found, kept.Ended));
    }

    [Theory]
    [InlineData(0, 2, 1, 2, 4096)]
    [InlineData(1, 2, 0, 2, 4096)]
    [InlineData(0, 4, 1, 1, 4096)]
    [InlineData(1, 1, 0, 4, 4096)]
    [InlineData(0, 2, 0, 1, 4096)]
    [InlineData(0, 1, 0, 2, 4096)]
    [InlineData(0, 2, 0, 2, 8192)]
    public void How_many_bytes_two_mappings_share_is_told(int firstOfOne, int countOfOne, int first, int count, long shared)
    {
        var scene = new MisuseScene(options: static _ => new MappingCheckerOptions { ForbidsSharedWrites = true });
        scene.Map(scene.Disk, countOfOne, DmaDirection.ToDevice, firstOfOne);
        DmaAddress address = scene.Segments[0].Address;
        MisuseReport? report = scene.Caught(() => scene.Map(scene.Nic, count, first: first));
        string other = $"{countOfOne * 4096} bytes ToDevice at {address}, mapped by {report!.Created}";
        Assert.Equal($"{shared} of the bytes have another mapping, and a device may write them: disk has {other}", report.Found);
    }

    private static string Text(IovaReservation reservation, DriverSite made) => $"the reservation of {reservation.Length} bytes at {reservation.Address}, made by {made}";

    /// <summary>The one link of a granule that starts two granules in.</summary>
    private static string LinkText(IovaReservation reservation, DriverSite made) => $"the link of 4096 bytes FromDevice at 8192 at {reservation.Address + 8192}, made by {made}";

    private MisuseReport Report(Action call)
    {
        MisuseReport? report = _scene.Caught(call);
        Assert.NotNull(report);
        return report;
    }
}
