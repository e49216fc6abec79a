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

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
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
        Mapper.Release((await Soon(large)).Reservation);
        IovaReservation second = (await Soon(small)).Reservation, third = (await Soon(medium)).Reservation;
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
        Mapper.Release((await Soon(second)).Reservation);
        Mapper.Release(rest);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Mapper.ReserveAsync(Granule, cancel.Token).AsTask());
        Assert.Equal(_start, _rig.State());
    }

    [Fact]
    public void A_request_that_could_never_be_granted_throws_at_once()
    {
        Assert.Throws<ArgumentOutOfRangeException>("length", () => { _ = Mapper.ReserveAsync(17 * Granule, Stop).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>("length", () => { _ = Mapper.ReserveAsync(long.MaxValue, Stop).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>("length", () => { _ = Mapper.ReserveAsync(0, Stop).AsTask(); });
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
            ReserveResult whole = await Mapper.ReserveAsync(8 * Granule, Stop).AsTask().WaitAsync(Patience, Stop);
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
                    ReserveResult result = await Mapper.ReserveAsync(granules * Granule, Stop).AsTask().WaitAsync(Patience, Stop);
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
        for (int round = 0; round < 1500; round++)
        {
            IovaReservation full = Mapper.Reserve(16 * Granule).Reservation;
            using var cancel = new CancellationTokenSource();
            Task<ReserveResult> first = Mapper.ReserveAsync(16 * Granule, cancel.Token).AsTask(), behind = Wait(8);
            using var start = new Barrier(2);
            Task canceller = Task.Run(
                () =>
                {
                    start.SignalAndWait(Stop);
                    Thread.SpinWait(round % 40);
                    cancel.Cancel();
                },
                Stop);
            start.SignalAndWait(Stop);
            Thread.SpinWait(round % 7 * 5);
            Mapper.Release(full);
            try
            {
                Mapper.Release((await Soon(first)).Reservation);
                granted++;
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }

            Mapper.Release((await Soon(behind)).Reservation);
            await canceller;
        }

        Assert.Equal(1500, granted + cancelled);
        Assert.Equal(_start, _rig.State());
    }

    [Fact]
    public async Task What_is_granted_to_somebody_who_is_cancelled_meanwhile_goes_to_the_next()
    {
        var memory = new TellingMemory(_rig.Memory);
        using var domain = new IommuDomain(memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), new EmulatedIommu(memory), DmaWindow.OfBits(22));
        var mapper = new IommuMapper(new DmaDevice("device", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(22) }), domain);
        const long large = 512 * Granule;
        ulong free = domain.FreeIovaBytes;
        IovaReservation full = mapper.Reserve(large).Reservation;
        using var cancel = new CancellationTokenSource();
        Task<ReserveResult> first = mapper.ReserveAsync(large, cancel.Token).AsTask(), second = mapper.ReserveAsync(large, Stop).AsTask();

        // The tables are written when the block is the first one's already, and he is not told yet.
        memory.Told = cancel.Cancel;
        mapper.Release(full);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(first));
        mapper.Release((await Soon(second)).Reservation);
        Assert.Equal(free, domain.FreeIovaBytes);
    }

    [Fact]
    public async Task Unmapping_serves_who_waits()
    {
        MapResult busy = Map();
        IovaReservation[] rest = [.. Enumerable.Range(0, All - 1).Select(_ => Mapper.Reserve(Granule).Reservation)];
        Task<ReserveResult> wait = Wait(1);
        Assert.False(wait.IsCompleted);
        _rig.Mapper.Unmap(busy.Token);
        foreach (IovaReservation one in rest.Append((await Soon(wait)).Reservation)) Mapper.Release(one);
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
                mapper.Release((await Soon(wait)).Reservation);
                rig.Domain.Dispose();
            }
            catch (ObjectDisposedException)
            {
                Assert.Null(refused);
            }

            Assert.Throws<ObjectDisposedException>(() => { _ = mapper.ReserveAsync(Granule, Stop).AsTask(); });
            rig.GiveBack();
        }
    }

    /// <summary>A wait that somebody forgot ends the test, not the run.</summary>
    private static Task<ReserveResult> Soon(Task<ReserveResult> wait) => wait.WaitAsync(Patience, Stop);

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

    /// <summary>Memory that tells, once, when it is accessed.</summary>
    private sealed class TellingMemory(IPhysicalMemory memory) : IPhysicalMemory
    {
        internal Action? Told { get; set; }

        public MemoryRegion RegionAt(PhysicalAddress address) => memory.RegionAt(address);

        public Span<byte> Access(PhysicalAddress address, long length)
        {
            Action? told = Told;
            Told = null;
            told?.Invoke();
            return memory.Access(address, length);
        }
    }
}
