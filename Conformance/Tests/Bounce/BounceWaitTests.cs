using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Waiting for slots of a pool of sixteen: first come, first served.</summary>
public class BounceWaitTests
{
    private const long Slot = PoolRig.Slot;
    private const int All = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PoolRig _rig = new(All);
    private readonly BounceMapper _mapper;

    public BounceWaitTests()
    {
        _mapper = _rig.Mapper();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_there_is_granted_at_once()
    {
        ValueTask<BounceReservation> wait = _mapper.ReserveAsync(All * Slot, Stop);
        Assert.True(wait.IsCompletedSuccessfully);
        _mapper.Release(await wait);
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _mapper.ReserveAsync(Slot, cancel.Token).AsTask());
        Assert.Equal(All, _rig.FreeSlots);
    }

    [Fact]
    public async Task A_large_request_is_not_starved_by_small_ones()
    {
        MappingToken[] full = [.. Enumerable.Range(0, All).Select(i => PoolRig.Map(_mapper, PoolRig.High(2 * i, 1)))];
        Task<BounceReservation> large = Wait(8), small = Wait(1), medium = Wait(4);
        for (int i = 0; i < 7; i++)
        {
            _mapper.Unmap(full[i]);
            Assert.Equal(MapStatus.NoBounceSpace, PoolRig.Try(_mapper, PoolRig.High(100, 1)).Status);
            Assert.Equal(MapStatus.NoBounceSpace, _mapper.Plan(PoolRig.High(100, 1).View, DmaDirection.ToDevice).Status);
            Assert.False(_mapper.TryReserve(Slot, out _));
        }

        Assert.True(PoolRig.Try(_mapper, PoolRig.Low(0, 1)).IsMapped);
        Assert.False(large.IsCompleted || small.IsCompleted || medium.IsCompleted);
        _mapper.Unmap(full[7]);
        _mapper.Release(await Soon(large));
        BounceReservation second = await Soon(small), third = await Soon(medium);
        Assert.True(PoolRig.Try(_mapper, PoolRig.High(100, 1)).IsMapped);
        _mapper.Release(second);
        _mapper.Release(third);
        foreach (MappingToken token in full.Skip(8)) _mapper.Unmap(token);
        Assert.Equal(All, _rig.FreeSlots);
    }

    [Fact]
    public async Task A_contiguous_only_device_waits_for_one_run_and_others_for_as_many_slots()
    {
        BounceMapper contiguous = _rig.Mapper(DmaConstraints.ContiguousOnly, "contiguous");
        MappingToken[] full = [.. Enumerable.Range(0, All).Select(i => PoolRig.Map(_mapper, PoolRig.High(2 * i, 1), out _))];
        ulong[] slots = [.. full.Select((token, i) => SlotOf(token, i))];
        Task<BounceReservation> run = contiguous.ReserveAsync(4 * Slot, Stop).AsTask();
        (ulong Slot, MappingToken Token)[] bySlot = [.. slots.Zip(full).OrderBy(one => one.First)];
        for (int i = 0; i < All; i += 2) _mapper.Unmap(bySlot[i].Token);
        Assert.False(run.IsCompleted);
        _mapper.Unmap(bySlot[1].Token);
        Assert.False(run.IsCompleted);
        _mapper.Unmap(bySlot[3].Token);
        contiguous.Release(await Soon(run));
        _mapper.Release(await Soon(Wait(10)));
        for (int i = 5; i < All; i += 2) _mapper.Unmap(bySlot[i].Token);
        Assert.Equal(All, _rig.FreeSlots);

        // Mappings of one slot each, of the same homes as before, come back in the order of the stack: so they are asked for.
        ulong SlotOf(MappingToken token, int index)
        {
            _mapper.Unmap(token);
            full[index] = PoolRig.Map(_mapper, PoolRig.High(2 * index, 1), out ulong[] slot);
            return slot[0];
        }
    }

    [Fact]
    public async Task A_cancelled_wait_passes_its_place_on()
    {
        BounceReservation half = await _mapper.ReserveAsync(8 * Slot, Stop), rest = await _mapper.ReserveAsync(7 * Slot, Stop);
        using var cancel = new CancellationTokenSource();
        Task<BounceReservation> first = _mapper.ReserveAsync(All * Slot, cancel.Token).AsTask(), second = Wait(8);
        _mapper.Release(half);
        Assert.False(second.IsCompleted);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _mapper.Release(await Soon(second));
        _mapper.Release(rest);
        Assert.Equal(All, _rig.FreeSlots);
    }

    [Fact]
    public async Task A_pool_that_may_grow_does_so_for_who_waits()
    {
        var rig = new PoolRig(8, most: 32);
        BounceMapper mapper = rig.Mapper();
        BounceReservation all = await mapper.ReserveAsync(32 * Slot, Stop);
        Task<BounceReservation> wait = mapper.ReserveAsync(20 * Slot, Stop).AsTask();
        Assert.False(wait.IsCompleted);
        mapper.Release(all);
        mapper.Release(await Soon(wait));
        Assert.Equal((8 * Slot, 8 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
    }

    [Fact]
    public async Task Nobody_else_makes_a_pool_grow_while_somebody_waits()
    {
        var rig = new PoolRig(8, most: 32, source: 16);
        BounceMapper mapper = rig.Mapper(), contiguous = rig.Mapper(DmaConstraints.ContiguousOnly);
        MappingToken held = PoolRig.Map(mapper, PoolRig.High(0, 2));
        using var cancel = new CancellationTokenSource();
        Task<BounceReservation> wait = contiguous.ReserveAsync(10 * Slot, cancel.Token).AsTask();
        Assert.Equal(MapStatus.NoBounceSpace, PoolRig.Try(mapper, PoolRig.High(100, 3)).Status);
        Assert.Equal(MapStatus.NoBounceSpace, mapper.Plan(PoolRig.High(100, 3).View, DmaDirection.ToDevice).Status);
        Assert.Equal((8 * Slot, 8L), (rig.Pool.Capacity, rig.Source.FreeFrames));
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        mapper.Unmap(held);
    }

    [Fact]
    public async Task The_end_of_a_pool_is_the_end_of_waiting()
    {
        // The pool is free, and still too small: its source has no more.
        var rig = new PoolRig(8, most: 32, source: 10);
        BounceMapper mapper = rig.Mapper();
        Task<BounceReservation> first = mapper.ReserveAsync(20 * Slot, Stop).AsTask(), second = mapper.ReserveAsync(Slot, Stop).AsTask();
        Assert.False(first.IsCompleted || second.IsCompleted);
        rig.Pool.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Soon(first));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Soon(second));
        Assert.Equal(10, rig.Source.FreeFrames);
    }

    [Fact]
    public async Task What_a_mapping_had_too_much_for_a_moment_is_granted()
    {
        // While a prefix is being found out, somebody comes to wait for what it gives back.
        var rig = new PoolRig(All);
        var inner = new TellingMapper(new DirectMapper(rig.Device(new DmaConstraints { MaxSegmentCount = 1, MaxSegmentSize = 4096 })));
        var mapper = new BounceMapper(inner, rig.Pool);
        BounceMapper other = rig.Mapper(name: "other");
        Task<BounceReservation>? wait = null;
        inner.Planning = () => wait ??= other.ReserveAsync(8 * Slot, Stop).AsTask();
        MapResult prefix = mapper.Map(PoolRig.High(0, 12).View, DmaDirection.ToDevice, new DmaSegment[1], MapOptions.Prefix);
        Assert.True(prefix.IsMapped && wait is not null);
        other.Release(await Soon(wait));
        mapper.Unmap(prefix.Token);
        Assert.Equal(All, rig.FreeSlots);
    }

    [Fact]
    public async Task Cancelling_at_any_time_leaks_nothing()
    {
        const int Rounds = 1500;
        int granted = 0, cancelled = 0;
        for (int round = 0; round < Rounds; round++)
        {
            Assert.True(_mapper.TryReserve(All * Slot, out BounceReservation full));
            using var cancel = new CancellationTokenSource();
            Task<BounceReservation> first = _mapper.ReserveAsync(All * Slot, cancel.Token).AsTask(), behind = Wait(8);
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
            _mapper.Release(full);
            try
            {
                _mapper.Release(await Soon(first));
                granted++;
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }

            _mapper.Release(await Soon(behind));
            await canceller;
        }

        Assert.Equal(Rounds, granted + cancelled);
        Assert.Equal((All, 0), (_rig.FreeSlots, _mapper.LiveReservations));
        Assert.Equal(All * Slot, _rig.Pool.LargestFreeRun);
    }

    private static Task<BounceReservation> Soon(Task<BounceReservation> wait) => wait.WaitAsync(Patience, Stop);

    private Task<BounceReservation> Wait(int slots) => _mapper.ReserveAsync(slots * Slot, Stop).AsTask();

    /// <summary>Says that it is asked for a plan.</summary>
    private sealed class TellingMapper(IDmaMapper inner) : MapperWrapper(inner)
    {
        internal Action? Planning { get; set; }

        public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
        {
            MapPlan plan = base.Plan(view, direction, options, parts);
            Planning?.Invoke();
            return plan;
        }
    }
}
