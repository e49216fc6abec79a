using System;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;
using static Conformance.Tests.LinkRig;

namespace Conformance.Tests;

/// <summary>Reservations for which there is too little, which wait, or whose domain ends: what is told, and who is served then.</summary>
public class ReservationShortageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_comes_to_wait_for_what_a_refused_request_held_meanwhile_is_served_after_it()
    {
        // The root and two below it, for the ends of the aperture; the table of the only 2 MiB is missing.
        var rig = new LinkRig(Table, tables: 3);
        Task<ReserveResult>? wait = null;
        rig.Accessed = () =>
        {
            wait = rig.Mapper.ReserveAsync(Table, Stop).AsTask();
            Assert.False(wait.IsCompleted);
        };
        Assert.Equal(ReserveStatus.NoTableMemory, rig.Mapper.Reserve(Granule).Status);
        Assert.NotNull(wait);
        Assert.True(wait.IsCompletedSuccessfully);
        Assert.Equal(ReserveStatus.NoTableMemory, (await wait).Status);
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public async Task Who_comes_to_wait_for_what_a_granted_request_held_meanwhile_is_served_after_it()
    {
        var rig = new LinkRig(Table);
        Task<ReserveResult>? wait = null;
        rig.Accessed = () =>
        {
            wait = rig.Mapper.ReserveAsync(Granule, Stop).AsTask();
            Assert.False(wait.IsCompleted);
        };
        IovaReservation first = rig.Reserve(Granule);
        Assert.NotNull(wait);
        Assert.True(wait.IsCompletedSuccessfully);
        IovaReservation second = (await wait).Reservation;
        Assert.NotEqual(first.Address, second.Address);
        rig.Mapper.Release(first);
        rig.Mapper.Release(second);
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public async Task Nobody_slips_by_who_waits()
    {
        var rig = new LinkRig(16 * Granule);
        IovaReservation half = rig.Reserve(8 * Granule), quarter = rig.Reserve(4 * Granule);
        Task<ReserveResult> first = rig.Mapper.ReserveAsync(8 * Granule, Stop).AsTask(), second = rig.Mapper.ReserveAsync(Granule, Stop).AsTask();
        Assert.False(first.IsCompleted || second.IsCompleted);
        Assert.Equal(ReserveStatus.NoIovaSpace, rig.Mapper.Reserve(Granule).Status);
        rig.Mapper.Release(half);
        Assert.True(first.IsCompletedSuccessfully && second.IsCompletedSuccessfully);
        rig.Mapper.Release((await first).Reservation);
        rig.Mapper.Release((await second).Reservation);
        rig.Mapper.Release(quarter);
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public async Task Who_waits_when_the_domain_ends_is_told_so_and_not_of_a_shortage()
    {
        var rig = new LinkRig(4 * Table);

        // Of one table the hardware does not say that it is forgotten, so nobody ever has all of the aperture again.
        rig.Mapper.Unmap(rig.Map(Given.Frames(0x10000, 1)));
        rig.Told = static () => throw new NotSupportedException("Hardware does not answer.");
        Assert.Throws<NotSupportedException>(rig.Domain.Trim);
        rig.Told = null;
        using var cancel = new CancellationTokenSource();
        Task<ReserveResult> first = rig.Mapper.ReserveAsync(4 * Table, cancel.Token).AsTask(), second = rig.Mapper.ReserveAsync(Table, Stop).AsTask();
        Assert.False(first.IsCompleted || second.IsCompleted);
        rig.Blocked = () =>
        {
            Assert.Throws<ObjectDisposedException>(() => rig.Mapper.Reserve(Granule));
            Assert.Throws<ObjectDisposedException>(() => { _ = rig.Mapper.ReserveAsync(Granule, Stop).AsTask(); });
            cancel.Cancel();
        };
        rig.Domain.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => second);
    }

    [Fact]
    public void A_domain_that_ends_while_something_is_looked_for_is_told_of()
    {
        var rig = new LinkRig(16 * Granule, lazy: new LazyInvalidation { Clock = new ManualTime() });
        rig.Told = () =>
        {
            rig.Told = null;
            rig.Domain.Dispose();
        };
        Assert.Throws<ObjectDisposedException>(() => rig.Mapper.Reserve(17 * Granule));
        Assert.Null(rig.Told);

        // From then on, whatever is asked for.
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.Throws<ObjectDisposedException>(() => rig.Mapper.Reserve(Granule));
        Assert.Throws<ObjectDisposedException>(() => { _ = rig.Mapper.ReserveAsync(17 * Granule, Stop).AsTask(); });
        Assert.Throws<ObjectDisposedException>(() => { _ = rig.Mapper.ReserveAsync(Granule, cancel.Token).AsTask(); });
    }

    [Fact]
    public void Tables_that_are_kept_warm_elsewhere_are_called_in_before_a_shortage_is_told()
    {
        var rig = new LinkRig(4 * Table);
        rig.Mapper.Unmap(rig.Map(Given.Frames(0x10000, 1)));
        rig.TakeAllBut(0);
        IovaReservation room = rig.Reserve(Table);
        Assert.Equal(ReserveStatus.NoTableMemory, rig.Mapper.Reserve(Table).Status);
        rig.Link(room, 0, Given.Frames(0x10000, 512, 2));
        rig.Mapper.Release(room);
        room = rig.Reserve(Table);
        rig.Mapper.Release(room);
    }

    [Fact]
    public void Tables_above_a_reservation_can_be_short_too()
    {
        var rig = new LinkRig(4 * Huge);
        rig.TakeAllBut(0);
        ulong free = rig.Domain.FreeIovaBytes;
        ReserveResult result = rig.Mapper.Reserve(Table);
        Assert.Equal((ReserveStatus.NoTableMemory, true), (result.Status, result.Reservation.IsNone));
        Assert.Equal((0, free), (rig.Domain.LiveMappings, rig.Domain.FreeIovaBytes));
    }

    [Fact]
    public void More_tables_than_anybody_counts_are_a_shortage()
    {
        var rig = new LinkRig(format: KnownFormat.Named(nameof(PageTableFormat.VtdSecondStage5)));
        Assert.Equal(ReserveStatus.NoTableMemory, rig.Mapper.Reserve(1L << 53).Status);
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public void A_reservation_for_which_there_are_no_tables_costs_no_memory_here()
    {
        var rig = new LinkRig(tables: 16);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ReserveStatus.NoTableMemory, rig.Mapper.Reserve(1L << 40).Status);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_reservation_needs_no_edges_and_no_fewer()
    {
        var rig = new LinkRig();
        ReserveResult result = rig.Mapper.Reserve(Granule, 0);
        Assert.True(result.IsReserved, result.ToString());
        rig.Mapper.Release(result.Reservation);
        Assert.Throws<ArgumentOutOfRangeException>("edges", () => rig.Mapper.Reserve(Granule, -1));
        Assert.Throws<ArgumentOutOfRangeException>("edges", () => { _ = rig.Mapper.ReserveAsync(Granule, -1, Stop).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>("length", () => rig.Mapper.Reserve(0, 0));
        Assert.Equal(rig.Start, rig.State());
    }

    [Theory]
    [InlineData(Granule)]
    [InlineData(Table)]
    public void A_device_that_prefers_low_addresses_has_them_reserved(long length)
    {
        const ulong Border = 1ul << 32;
        var rig = new LinkRig();
        IommuMapper low = new(new DmaDevice("low", new RequesterId(2)) { PrefersLowAddresses = true }, rig.Domain);
        IovaReservation below = low.Reserve(length).Reservation, above = rig.Reserve(length);
        Assert.True(below.Address.Value is > 0 and < Border);
        Assert.True(above.Address.Value >= Border);
        low.Release(below);
        rig.Mapper.Release(above);
        Assert.Equal(rig.Start, rig.State());
    }
}
