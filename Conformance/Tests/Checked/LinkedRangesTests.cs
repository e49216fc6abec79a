using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Links that lie side by side in a reservation: a call about some of them says nothing of their neighbours.</summary>
public class LinkedRangesTests
{
    private readonly MisuseScene _scene = new();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(0, 4)]
    public void Whole_links_are_taken_out_and_their_neighbours_stay(int first, int count)
    {
        IovaReservation reservation = LinkFour();
        _scene.Nic.Unlink(reservation, first * 4096L, count * 4096L);
        for (int i = 0; i < 4; i++)
        {
            bool stays = i < first || i >= first + count;
            Assert.Equal(stays, IsMapped(i));
            Assert.Equal(stays, _scene.Caught(() => _scene.NicPort.TryWrite(reservation.Address + (i * 4096), new byte[1], out _)) is null);
        }

        Assert.Equal(4 - count, _scene.Checker.LiveMappings);
        _scene.Nic.Release(reservation);
        Assert.Equal(0, _scene.Checker.LiveMappings);
    }

    [Theory]
    [InlineData(0, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(4096, 8192)]
    [InlineData(3 * 4096, 4096)]
    [InlineData(4095, 2)]
    [InlineData(5000, 100)]
    [InlineData(8191, 4098)]
    [InlineData(0, 4 * 4096)]
    public void Bytes_are_synced_in_the_links_that_hold_them(int offset, int length)
    {
        IovaReservation reservation = LinkFour();
        for (int i = 0; i < 4; i++) Assert.False(MayRead(i * 4096, 4096));
        _scene.Nic.SyncForCpu(reservation, offset, length);
        Assert.True(MayRead(offset, length));
        Assert.False(offset > 0 && MayRead(offset - 1, 1));
        Assert.False(offset + length < 4 * 4096 && MayRead(offset + length, 1));
        for (int i = 0; i < 4; i++) Assert.Equal(offset <= i * 4096 && offset + length >= (i + 1) * 4096, MayRead(i * 4096, 4096));

        _scene.Nic.SyncForCpu(reservation, 0, 4 * 4096);
        _scene.Nic.SyncForDevice(reservation, offset, length);
        Assert.False(MayRead(offset, 1) || MayRead(offset + length - 1, 1));
        Assert.True(offset == 0 || MayRead(0, offset));
        Assert.True(offset + length == 4 * 4096 || MayRead(offset + length, (4 * 4096) - offset - length));
        _scene.Nic.Release(reservation);
    }

    /// <summary>Of a link that is asked about the report tells, and of no other one.</summary>
    [Fact]
    public void A_report_names_the_link_that_is_in_the_way()
    {
        IovaReservation reservation = LinkFour();
        string link = $"the link of 4096 bytes FromDevice at 8192 at {reservation.Address + 8192}, made by MisuseScene.Link";
        Assert.Contains(link, _scene.Caught(() => _scene.Nic.Unlink(reservation, 8192, 100))!.Found, StringComparison.Ordinal);
        Assert.Contains(link, _scene.Caught(() => _scene.Nic.Unlink(reservation, 10_000, 4096))!.Found, StringComparison.Ordinal);
        Assert.Contains(link, _scene.Caught(() => _scene.Checker.CheckFree(MisuseScene.Frames(1, 2).View))!.Found, StringComparison.Ordinal);
        _scene.Nic.Release(reservation);

        MappingToken token = _scene.Map(_scene.Disk, 2, DmaDirection.ToDevice, 2);
        string found = _scene.Caught(() => _scene.Checker.CheckFree(MisuseScene.Frames(1, 2).View))!.Found;
        Assert.Contains("8192 bytes ToDevice at 0x1002000, mapped by MisuseScene.Map", found, StringComparison.Ordinal);
        Assert.DoesNotContain("link", found, StringComparison.Ordinal);
        _scene.Disk.Unmap(token);
    }

    /// <summary>Of a frame each, so that each frame lies in the reservation as in memory.</summary>
    private IovaReservation LinkFour()
    {
        IovaReservation reservation = _scene.Reserve();
        for (int i = 0; i < 4; i++) _scene.Link(reservation, i, 1);
        _scene.Nic.Sync(reservation);
        return reservation;
    }

    private bool IsMapped(int frame) => _scene.Caught(() => _scene.Checker.CheckFree(MisuseScene.Frames(1, frame).View)) is not null;

    private bool MayRead(int offset, int length)
        => _scene.Caught(() => _scene.Checker.CheckCpuAccess(new PhysicalAddress((ulong)(MisuseScene.Home + offset)), length, MemoryAccess.Read)) is null;
}
