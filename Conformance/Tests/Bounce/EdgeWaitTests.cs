using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Waiting for slots and then for IOVAs: eight slots, 32 granules.</summary>
public class EdgeWaitTests
{
    private const long Granule = 4096;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly EdgeRig _rig = new(slots: 8, addressBits: 17);
    private readonly object _start;

    public EdgeWaitTests()
    {
        _start = _rig.State();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_there_is_granted_at_once()
    {
        Task<ReserveResult> wait = Wait(4, 8);
        Assert.True(wait.IsCompletedSuccessfully);
        _rig.Mapper.Release((await wait).Reservation);
        Assert.Equal(_start, _rig.State());
    }

    [Fact]
    public async Task Slots_are_waited_for_in_turn_and_IOVAs_after_them()
    {
        IovaReservation slots = _rig.Reserve(1, 8);
        List<IovaReservation> iovas = Fill();
        Task<ReserveResult> first = Wait(1, 6), second = Wait(1, 3);
        Assert.Equal(ReserveStatus.NoBounceSpace, _rig.Mapper.Reserve(Granule, 1).Status);
        Assert.Equal(ReserveStatus.NoIovaSpace, _rig.Mapper.Reserve(Granule, 0).Status);

        // Slots for the first and some of the second's, and one granule.
        _rig.Mapper.Release(slots);
        IovaReservation one = (await Soon(first)).Reservation;
        Assert.False(second.IsCompleted);
        Assert.Equal(2 * Granule, _rig.Pool.FreeBytes);
        Assert.Equal(ReserveStatus.NoBounceSpace, _rig.Mapper.Reserve(Granule, 1).Status);
        _rig.Mapper.Release(one);
        _rig.Mapper.Release((await Soon(second)).Reservation);
        foreach (IovaReservation each in iovas) _rig.Mapper.Release(each);
        Assert.Equal(_start, _rig.State());
        _rig.GiveBack();
    }

    [Fact]
    public async Task Cancelling_the_wait_for_slots_takes_nothing()
    {
        IovaReservation slots = _rig.Reserve(1, 8);
        using var cancel = new CancellationTokenSource();
        Task<ReserveResult> wait = _rig.Mapper.ReserveAsync(Granule, 1, cancel.Token).AsTask(), behind = Wait(1, 1);
        var before = _rig.State();
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(wait));
        Assert.Equal(before, _rig.State());
        Assert.False(behind.IsCompleted);
        _rig.Mapper.Release(slots);
        _rig.Mapper.Release((await Soon(behind)).Reservation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _rig.Mapper.ReserveAsync(Granule, 1, cancel.Token).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _rig.Mapper.ReserveAsync(Granule, 0, cancel.Token).AsTask());
        Assert.Equal(_start, _rig.State());
        _rig.GiveBack();
    }

    [Fact]
    public async Task Cancelling_the_wait_for_IOVAs_gives_the_slots_to_who_waits_for_them()
    {
        List<IovaReservation> iovas = Fill();
        using var cancel = new CancellationTokenSource();
        Task<ReserveResult> wait = _rig.Mapper.ReserveAsync(Granule, 8, cancel.Token).AsTask(), behind = Wait(1, 8);
        Assert.Equal(0, _rig.Pool.FreeBytes);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(wait));
        _rig.Mapper.Release(iovas[^1]);
        iovas.RemoveAt(iovas.Count - 1);
        _rig.Mapper.Release((await Soon(behind)).Reservation);
        foreach (IovaReservation each in iovas) _rig.Mapper.Release(each);
        Assert.Equal(_start, _rig.State());
        _rig.GiveBack();
    }

    [Fact]
    public async Task Cancelling_at_any_time_leaks_nothing()
    {
        for (int round = 0; round < 600; round++)
        {
            IovaReservation full = round % 2 == 0 ? _rig.Reserve(1, 8) : _rig.Reserve(16, 0);
            using var cancel = new CancellationTokenSource();
            Task<ReserveResult> first = _rig.Mapper.ReserveAsync(16 * Granule, 4, cancel.Token).AsTask(), behind = Wait(8, 5);
            Task canceller = Task.Run(
                () =>
                {
                    Thread.SpinWait(round % 60 * 5);
                    cancel.Cancel();
                },
                Stop);
            Thread.SpinWait(round % 7 * 50);
            _rig.Mapper.Release(full);
            try
            {
                _rig.Mapper.Release((await Soon(first)).Reservation);
            }
            catch (OperationCanceledException)
            {
                Assert.True(cancel.IsCancellationRequested);
            }

            _rig.Mapper.Release((await Soon(behind)).Reservation);
            await canceller;
        }

        Assert.Equal(_start, _rig.State());
        _rig.GiveBack();
    }

    [Fact]
    public async Task While_somebody_waits_with_slots_pool_and_domain_stay()
    {
        List<IovaReservation> iovas = Fill();
        Task<ReserveResult> wait = Wait(1, 2);
        Assert.Throws<InvalidOperationException>(_rig.Pool.Dispose);
        Assert.Throws<InvalidOperationException>(_rig.Domain.Dispose);
        foreach (IovaReservation each in iovas) _rig.Mapper.Release(each);
        _rig.Mapper.Release((await Soon(wait)).Reservation);
        _rig.GiveBack();
        Assert.Throws<ObjectDisposedException>(() => { _ = _rig.Mapper.ReserveAsync(Granule, 1, Stop).AsTask(); });
    }

    [Fact]
    public async Task No_wake_up_is_lost()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(
            async () =>
            {
                var random = new Random(thread);
                Pfn[] frames = Given.Frames(0x10000 + (ulong)(thread * 16), 4);
                for (int round = 0; round < 600; round++)
                {
                    ReserveResult result = await Soon(_rig.Mapper.ReserveAsync(4 * Granule << random.Next(3), random.Next(2, 9), Stop).AsTask());
                    IovaReservation room = result.Reservation;
                    _rig.Link(room, 10, new PfnView(frames, PageSize.Size4K, 10, (4 * Granule) - 20));
                    if (random.Next(8) == 0) await Task.Yield();
                    if (random.Next(3) > 0)
                    {
                        _rig.Mapper.Release(room);
                        continue;
                    }

                    _rig.Mapper.Unlink(room, 10, (4 * Granule) - 20);
                    MapResult mapped = _rig.Mapper.Map(new PfnView(frames, PageSize.Size4K, 10, (4 * Granule) - 20), DmaDirection.FromDevice, new DmaSegment[1], MapOptions.None, room);
                    Assert.True(mapped.IsMapped, mapped.ToString());
                    _rig.Mapper.Unmap(mapped.Token);
                }
            },
            Stop)));
        Assert.Equal(_start, _rig.State());
        _rig.GiveBack();
    }

    [Fact]
    public async Task What_could_never_be_granted_throws_and_takes_nothing()
    {
        Assert.Throws<ArgumentOutOfRangeException>("edges", () => { _ = _rig.Mapper.ReserveAsync(Granule, 9, Stop).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>("length", () => { _ = _rig.Mapper.ReserveAsync(0, 1, Stop).AsTask(); });
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("length", () => Wait(33, 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("length", () => Wait(33, 0));
        Assert.Equal(_start, _rig.State());
        _rig.GiveBack();
    }

    private static Task<ReserveResult> Soon(Task<ReserveResult> wait) => wait.WaitAsync(Patience, Stop);

    private Task<ReserveResult> Wait(int granules, int edges) => _rig.Mapper.ReserveAsync(granules * Granule, edges, Stop).AsTask();

    /// <summary>Takes all IOVAs, a granule each.</summary>
    private List<IovaReservation> Fill()
    {
        var all = new List<IovaReservation>();
        while (_rig.Mapper.Reserve(Granule, 0) is { IsReserved: true } result) all.Add(result.Reservation);
        return all;
    }
}
