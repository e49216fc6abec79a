using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Reservations where somebody is told of misuses: calls go on as if unchecked, and throw what the mapper inside throws.</summary>
public class ToldReservationTests
{
    private readonly MisuseScene _scene = new(throws: false);
    private readonly TamperedMapper _inner;

    public ToldReservationTests() => _inner = TamperedMapper.Of(_scene);

    /// <summary>Those in which a mapper finds more wrong than the reservation.</summary>
    public static TheoryData<string> Explained => ["Link", "Segments", "Unlink", "Map", "SyncForCpu", "SyncForDevice"];

    public static TheoryData<string> All => [.. Explained.Select(row => row.Data), "Sync", "Release"];

    [Fact]
    public void What_was_reserved_past_the_checker_can_be_used_through_it()
    {
        string before = _scene.State();
        IovaReservation linked = _inner.Reserve(8 * 4096, 0).Reservation, spent = _inner.Reserve(4096, 0).Reservation;
        Assert.True(_scene.Nic.Link(linked, 0, MisuseScene.Frames(1).View, DmaDirection.FromDevice, MapOptions.None).IsMapped);
        foreach (string call in new[] { "Sync", "Segments", "SyncForCpu", "SyncForDevice", "Unlink", "Release" }) Call(call, linked);
        Assert.Equal(0, _scene.Checker.LiveMappings);
        MapResult mapped = _scene.Nic.Map(MisuseScene.Frames(1).View, DmaDirection.FromDevice, _scene.Segments, MapOptions.None, spent);
        Assert.Equal((MapStatus.Mapped, 1), (mapped.Status, _scene.Checker.LiveMappings));
        Assert.Equal(Enumerable.Repeat(MisuseKind.ReservationGone, 8), _scene.Told.Select(one => one.Kind));
        _scene.Nic.Unmap(mapped.Token);
        Assert.Equal(before, _scene.State());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_names_no_reservation_is_told_once_and_is_the_mappers_to_refuse(string call)
    {
        Assert.Throws<ArgumentException>("reservation", () => Call(call, default));
        Assert.Equal(MisuseKind.ReservationGone, Assert.Single(_scene.Told).Kind);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_nobodys_misuse_is_not_told(string call)
    {
        IovaReservation reservation = _scene.Reserve();
        _scene.Link(reservation, 0, 1);
        _inner.Before = static _ => throw new TimeoutException();
        Assert.Throws<TimeoutException>(() => Call(call, reservation));
        _inner.Before = static what => throw new ObjectDisposedException(what);
        Assert.Throws<ObjectDisposedException>(() => Call(call, reservation));
        Assert.Empty(_scene.Told);
        Assert.Equal(1, _scene.Checker.LiveMappings);
    }

    [Theory]
    [MemberData(nameof(Explained))]
    public void What_the_mapper_takes_for_a_misuse_is_told_and_thrown(string call)
    {
        IovaReservation reservation = _scene.Reserve();
        _scene.Link(reservation, 0, 1);
        var thrown = new InvalidOperationException(call);
        _inner.Before = _ => throw thrown;
        Assert.Same(thrown, Assert.Throws<InvalidOperationException>(() => Call(call, reservation)));
        MisuseReport told = Assert.Single(_scene.Told);
        Assert.Equal(call is "SyncForCpu" or "SyncForDevice" ? MisuseKind.SyncOutOfRange : MisuseKind.LinkMisplaced, told.Kind);
        Assert.Same(thrown, told.Cause);
        Assert.Equal("MisuseScene.Link", told.Created!.Method);
        Assert.Equal(1, _scene.Checker.LiveMappings);
        Assert.Equal(MisuseKind.CpuTouchesDevice, Touching().Kind);
    }

    [Fact]
    public async Task A_grant_is_noted_without_the_context_in_which_it_was_asked_for()
    {
        var granted = new TaskCompletionSource<ReserveResult>();
        _inner.Granted = granted.Task;
        var context = new CountingContext();
        SynchronizationContext? before = SynchronizationContext.Current;
        Task<ReserveResult> waiting;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            waiting = _scene.Nic.ReserveAsync(4096, 0, TestContext.Current.CancellationToken).AsTask();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        Assert.False(waiting.IsCompleted);
        granted.SetResult(_inner.Reserve(4096, 0));
        Assert.Equal(0, context.Posts);
        _scene.Nic.Release((await waiting).Reservation);
        Assert.Empty(_scene.Told);
    }

    private void Call(string call, IovaReservation reservation)
    {
        CheckedReservingMapper nic = _scene.Nic;
        switch (call)
        {
            case "Link": nic.Link(reservation, 0, MisuseScene.Frames(1).View, DmaDirection.FromDevice, MapOptions.None); break;
            case "Segments": nic.Segments(reservation, 0, 4096, _scene.Segments); break;
            case "Unlink": nic.Unlink(reservation, 0, 4096); break;
            case "Map": nic.Map(MisuseScene.Frames(1).View, DmaDirection.FromDevice, _scene.Segments, MapOptions.None, reservation); break;
            case "SyncForCpu": nic.SyncForCpu(reservation, 0, 4096); break;
            case "SyncForDevice": nic.SyncForDevice(reservation, 0, 4096); break;
            case "Sync": nic.Sync(reservation); break;
            case "Release": nic.Release(reservation); break;
            default: throw new ArgumentOutOfRangeException(nameof(call), call, "no such call");
        }
    }

    /// <summary>What is told when the CPU reads the scene's first frame.</summary>
    private MisuseReport Touching()
    {
        _scene.Checker.CheckCpuAccess(new PhysicalAddress(MisuseScene.Home), 1, MemoryAccess.Read);
        return _scene.Told[^1];
    }

    private sealed class CountingContext : SynchronizationContext
    {
        internal int Posts { get; private set; }

        public override void Post(SendOrPostCallback d, object? state)
        {
            Posts++;
            base.Post(d, state);
        }
    }
}
