using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Waiting for IOVA space, in a domain of sixteen granules.</summary>
public class ReserveAsyncTests
{
    private const long Granule = 4096;
    private const int All = 16;

    private static readonly Pfn[] Frame = [new Pfn(0x10000)];

    private readonly MapperRig _rig = MapperRig.Of(Given.Case(MapperKind.Iommu) with { Reach = Reach.Tiny });
    private readonly RigState _start;

    public ReserveAsyncTests()
    {
        _start = _rig.State();
    }

    private IReservingMapper Mapper => (IReservingMapper)_rig.Mapper;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_there_is_granted_at_once()
    {
        ValueTask<ReserveResult> wait = Mapper.ReserveAsync(4 * Granule, Stop);
        Assert.True(wait.IsCompletedSuccessfully);
        Mapper.Release((await wait).Reservation);
        Assert.Equal(_start, _rig.State());
    }

    [Fact]
    public async Task Grants_come_in_the_order_of_the_requests()
    {
        IovaReservation[] full = [.. Enumerable.Range(0, All).Select(_ => Mapper.Reserve(Granule).Reservation)];
        Task<ReserveResult> large = Wait(8), small = Wait(1), medium = Wait(4);
        Assert.Equal(ReserveStatus.NoIovaSpace, Mapper.Reserve(Granule).Status);

        // There is room for the second, and then for the third: but the first is the first.
        IovaReservation[] byAddress = [.. full.OrderBy(one => one.Address.Value)];
        for (int i = 0; i < 7; i++)
        {
            Mapper.Release(byAddress[i]);
            Assert.Equal(ReserveStatus.NoIovaSpace, Mapper.Reserve(Granule).Status);
            Assert.Equal(MapStatus.NoIovaSpace, Map().Status);
            Assert.False(_rig.Mapper.Plan(View, DmaDirection.ToDevice).Succeeds);
        }

        Assert.False(large.IsCompleted || small.IsCompleted || medium.IsCompleted);
        Mapper.Release(byAddress[7]);
        Mapper.Release((await large).Reservation);
        IovaReservation second = (await small).Reservation, third = (await medium).Reservation;
        MapResult mapped = Map();
        Assert.True(mapped.IsMapped);
        _rig.Mapper.Unmap(mapped.Token);
        foreach (IovaReservation one in byAddress.Skip(8).Append(second).Append(third)) Mapper.Release(one);
        Assert.Equal(_start, _rig.State());
    }

    [Fact]
    public async Task A_cancelled_wait_passes_its_place_on()
    {
        IovaReservation full = Mapper.Reserve(8 * Granule).Reservation, rest = Mapper.Reserve(7 * Granule).Reservation;
        using var cancel = new CancellationTokenSource();
        Task<ReserveResult> first = Mapper.ReserveAsync(16 * Granule, cancel.Token).AsTask(), second = Wait(8);
        Mapper.Release(full);
        Assert.False(second.IsCompleted);
        cancel.Cancel();
        await Assert.ThrowsAsync<TaskCanceledException>(() => first);
        Mapper.Release((await second).Reservation);
        Mapper.Release(rest);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Mapper.ReserveAsync(Granule, cancel.Token).AsTask());
        Assert.Equal(_start, _rig.State());
    }

    [Fact]
    public void A_request_that_could_never_be_granted_throws_at_once()
    {
        Assert.Throws<ArgumentOutOfRangeException>("length", () => { _ = Mapper.ReserveAsync(17 * Granule, Stop); });
        Assert.Throws<ArgumentOutOfRangeException>("length", () => { _ = Mapper.ReserveAsync(long.MaxValue, Stop); });
        Assert.Throws<ArgumentOutOfRangeException>("length", () => { _ = Mapper.ReserveAsync(0, Stop); });
    }

    [Fact]
    public async Task Continuations_do_not_run_in_the_thread_that_frees()
    {
        IovaReservation full = Mapper.Reserve(16 * Granule).Reservation;
        using var gate = new ManualResetEventSlim();
        Task after = Mapper.ReserveAsync(Granule, Stop).AsTask().ContinueWith(
            wait =>
            {
                gate.Wait(Stop);
                Mapper.Release(wait.Result.Reservation);
            },
            Stop,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        Mapper.Release(full); // would wait for ever if it ran the continuation
        Assert.False(after.IsCompleted);
        gate.Set();
        await after;
        Assert.Equal(_start, _rig.State());
    }

    [Fact]
    public async Task Table_memory_is_not_waited_for()
    {
        var frames = new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 12 * Granule);
        using var domain = new IommuDomain(_rig.Memory, frames, new EmulatedIommu(_rig.Memory));
        var mapper = new IommuMapper(new DmaDevice("device", new RequesterId(1)), domain);
        ReserveResult result = await mapper.ReserveAsync(4000 * 512 * Granule, Stop);
        Assert.Equal(ReserveStatus.NoTableMemory, result.Status);
    }

    [Fact]
    public async Task A_large_request_is_served_while_small_ones_churn()
    {
        using var done = new CancellationTokenSource();
        Task[] churn = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() => Churn(done.Token), Stop))];
        for (int round = 0; round < 50; round++)
        {
            ReserveResult whole = await Mapper.ReserveAsync(8 * Granule, Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop);
            Assert.True(whole.IsReserved);
            await Task.Yield();
            Mapper.Release(whole.Reservation);
        }

        done.Cancel();
        await Task.WhenAll(churn);
        Assert.Equal(_start, _rig.State());
    }

    [Fact]
    public async Task No_wake_up_is_lost_and_no_space_granted_twice()
    {
        var taken = new int[2 * All];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(
            async () =>
            {
                var random = new Random(thread);
                for (int round = 0; round < 4000; round++)
                {
                    int granules = 1 << random.Next(4);
                    ReserveResult result = await Mapper.ReserveAsync(granules * Granule, Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop);
                    int first = (int)((result.Reservation.Address.Value >> 12) % All);
                    for (int i = first; i < first + granules; i++) Assert.Equal(1, Interlocked.Increment(ref taken[i]));
                    if (random.Next(8) == 0) await Task.Yield();
                    for (int i = first; i < first + granules; i++) Interlocked.Decrement(ref taken[i]);
                    if (random.Next(4) > 0)
                    {
                        Mapper.Release(result.Reservation);
                        continue;
                    }

                    Assert.True(Spend(result.Reservation, out MappingToken token));
                    Mapper.Unmap(token);
                }
            },
            Stop)));
        Assert.Equal(_start, _rig.State());
    }

    [Fact]
    public async Task Cancelling_at_any_time_leaks_nothing()
    {
        int granted = 0, cancelled = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(
            async () =>
            {
                var random = new Random(thread);
                for (int round = 0; round < 1500; round++)
                {
                    using var cancel = new CancellationTokenSource();
                    ValueTask<ReserveResult> wait = Mapper.ReserveAsync(Granule << random.Next(5), cancel.Token);
                    Task canceller = random.Next(2) == 0 ? Task.Run(cancel.Cancel, Stop) : Task.CompletedTask;
                    try
                    {
                        ReserveResult result = await wait.AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop);
                        Interlocked.Increment(ref granted);
                        if (random.Next(4) == 0) await Task.Yield();
                        Mapper.Release(result.Reservation);
                    }
                    catch (OperationCanceledException)
                    {
                        Interlocked.Increment(ref cancelled);
                    }

                    await canceller;
                }
            },
            Stop)));
        Assert.Equal(4 * 1500, granted + cancelled);
        Assert.True(granted > 0 && cancelled > 0, $"{granted} granted, {cancelled} cancelled");
        Assert.Equal(_start, _rig.State());
    }

    [Fact]
    public async Task A_domain_that_is_disposed_keeps_nobody_waiting()
    {
        for (int round = 0; round < 300; round++)
        {
            MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu) with { Reach = Reach.Tiny });
            var mapper = (IReservingMapper)rig.Mapper;
            IovaReservation full = mapper.Reserve(16 * Granule).Reservation;
            Task<ReserveResult> wait = mapper.ReserveAsync(Granule, Stop).AsTask();
            Task release = Task.Run(() => mapper.Release(full), Stop);
            Exception? refused;
            do refused = Record.Exception(rig.Domain!.Dispose);
            while (refused is InvalidOperationException && !wait.IsCompleted);
            await release;
            try
            {
                mapper.Release((await wait.WaitAsync(TimeSpan.FromSeconds(30), Stop)).Reservation);
                rig.Domain.Dispose();
            }
            catch (ObjectDisposedException)
            {
                Assert.Null(refused);
            }

            Assert.Throws<ObjectDisposedException>(() => { _ = mapper.ReserveAsync(Granule, Stop); });
            rig.GiveBack();
        }
    }

    private static PfnView View => new(Frame, PageSize.Size4K);

    private Task<ReserveResult> Wait(int granules) => Mapper.ReserveAsync(granules * Granule, Stop).AsTask();

    private MapResult Map() => _rig.Mapper.Map(View, DmaDirection.ToDevice, new DmaSegment[1], MapOptions.None);

    private bool Spend(IovaReservation reservation, out MappingToken token)
    {
        MapResult result = Mapper.Map(View, DmaDirection.ToDevice, new DmaSegment[1], MapOptions.None, reservation);
        token = result.Token;
        return result.IsMapped;
    }

    private void Churn(CancellationToken done)
    {
        var live = new Queue<MappingToken>();
        while (!done.IsCancellationRequested)
        {
            MapResult result = Map();
            if (result.IsMapped) live.Enqueue(result.Token);
            while (live.Count > (result.IsMapped ? 4 : 0)) _rig.Mapper.Unmap(live.Dequeue());
        }

        while (live.Count > 0) _rig.Mapper.Unmap(live.Dequeue());
    }
}
