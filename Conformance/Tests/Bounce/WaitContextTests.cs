using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Who waits for slots or IOVAs, and where it runs on: never through the context that it came from. And who need not wait.</summary>
public class WaitContextTests
{
    private const long Granule = 4096;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly EdgeRig _rig = new(slots: 8, addressBits: 17);
    private readonly CountingContext _context = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mapping_to_come_gets_its_slots_outside_the_context()
    {
        var rig = new PoolRig(8);
        BounceMapper mapper = rig.Mapper();
        MappingToken held = PoolRig.Map(mapper, PoolRig.High(0, 6));
        Task<BounceReservation> wait = Begin(() => mapper.ReserveAsync(4 * Granule, Stop).AsTask());
        Assert.False(wait.IsCompleted);
        mapper.Unmap(held);
        mapper.Release(await wait.WaitAsync(Patience, Stop));
        Assert.Equal((0, 8L), (_context.Posts, rig.FreeSlots));
    }

    [Fact]
    public async Task Links_to_come_get_their_slots_outside_the_context()
    {
        IovaReservation held = _rig.Reserve(1, 6);
        Task<ReserveResult> wait = Begin(() => _rig.Mapper.ReserveAsync(Granule, 4, Stop).AsTask());
        Assert.False(wait.IsCompleted);
        _rig.Mapper.Release(held);
        _rig.Mapper.Release((await wait.WaitAsync(Patience, Stop)).Reservation);
        Assert.Equal(0, _context.Posts);
        _rig.GiveBack();
    }

    [Fact]
    public async Task Links_to_come_get_their_IOVAs_outside_the_context()
    {
        var all = new List<IovaReservation>();
        while (_rig.Mapper.Reserve(Granule, 0) is { IsReserved: true } result) all.Add(result.Reservation);
        Task<ReserveResult> wait = Begin(() => _rig.Mapper.ReserveAsync(Granule, 4, Stop).AsTask());
        Assert.False(wait.IsCompleted);
        foreach (IovaReservation one in all) _rig.Mapper.Release(one);
        _rig.Mapper.Release((await wait.WaitAsync(Patience, Stop)).Reservation);
        Assert.Equal(0, _context.Posts);
        _rig.GiveBack();
    }

    [Fact]
    public async Task Who_wants_no_slots_does_not_wait_behind_those_who_do()
    {
        IovaReservation held = _rig.Reserve(1, 6);
        Task<ReserveResult> wait = _rig.Mapper.ReserveAsync(Granule, 4, Stop).AsTask(), none = _rig.Mapper.ReserveAsync(Granule, 0, Stop).AsTask();
        Assert.Equal((false, true), (wait.IsCompleted, none.IsCompletedSuccessfully));
        _rig.Mapper.Release((await none).Reservation);
        _rig.Mapper.Release(held);
        _rig.Mapper.Release((await wait.WaitAsync(Patience, Stop)).Reservation);
        _rig.GiveBack();
    }

    private Task<T> Begin<T>(Func<Task<T>> begin)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            return begin();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        internal int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            base.Post(d, state);
        }
    }
}
