using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Waits for IOVA space that something comes in between of: a cancellation, an end, hardware that throws. The domain is lazy, so that a shortage tells the hardware.</summary>
public sealed class IovaWaitTests : IDisposable
{
    private const long Granule = 4096;
    private const int All = 16;
    private const ulong Base = 8ul << 30;

    private readonly CallingHardware _hardware = new();
    private readonly IommuDomain _domain;
    private readonly IommuMapper _mapper;

    public IovaWaitTests()
    {
        SparseMemory memory = RigMemory.Create();
        var options = new IommuDomainOptions
        {
            Aperture = new DmaWindow(new DmaAddress(Base), new DmaAddress(Base + (ulong)(All * Granule) - 1)),
            Lazy = new LazyInvalidation { Clock = new ManualTime() },
        };
        _domain = new IommuDomain(memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), _hardware, options);
        _mapper = new IommuMapper(new DmaDevice("one that waits", new RequesterId(1)), _domain);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _domain.Dispose();

    [Fact]
    public void Who_is_cancelled_before_he_is_in_the_queue_never_is()
    {
        IovaReservation full = Reserve(All);
        using var cancel = new CancellationTokenSource();
        _hardware.Told = cancel.Cancel;
        Task<ReserveResult> wait = _mapper.ReserveAsync(Granule, cancel.Token).AsTask();
        _hardware.Told = null;
        Assert.True(cancel.IsCancellationRequested && wait.IsCanceled);

        // Nobody is before who comes now, and nothing is kept for who has gone.
        _mapper.Release(full);
        Assert.Equal((0, (ulong)(All * Granule)), (_domain.LiveMappings, _domain.FreeIovaBytes));
        _mapper.Release(Reserve(All));
    }

    [Fact]
    public async Task What_comes_free_after_the_last_look_is_found_by_who_comes_to_wait()
    {
        IovaReservation full = Reserve(All);
        int looks = 0, last = 0;
        _hardware.Told = () => last++;
        Assert.Equal(ReserveStatus.NoIovaSpace, _mapper.Reserve(Granule).Status);
        Assert.True(last > 0);
        _hardware.Told = () =>
        {
            if (++looks == last) _mapper.Release(full);
        };
        Task<ReserveResult> wait = _mapper.ReserveAsync(All * Granule, Stop).AsTask();
        _hardware.Told = null;
        Assert.True(wait.IsCompletedSuccessfully);
        _mapper.Release((await wait).Reservation);
        Assert.Equal(0, _domain.LiveMappings);
    }

    /// <summary>Whoever releases space serves who waits for it, and meanwhile makes the hardware forget what ended: which may well end something itself.</summary>
    [Fact]
    public async Task What_hardware_ends_while_somebody_is_served_is_not_lost_to_him()
    {
        int told = 1, atLast = 0;
        for (int at = 1; told >= at; at++)
        {
            IovaReservation left = Reserve(All / 2), right = Reserve(All / 2);
            Task<ReserveResult> wait = _mapper.ReserveAsync(All * Granule, Stop).AsTask();
            told = 0;
            _hardware.Told = () =>
            {
                if (++told == at) _mapper.Release(right);
            };
            _mapper.Release(left);
            _hardware.Told = null;
            if (told < at) _mapper.Release(right);
            else atLast = at;
            Assert.True(wait.IsCompletedSuccessfully, $"told {told} times, at {at}");
            _mapper.Release((await wait).Reservation);
        }

        Assert.True(atLast > 2);
        Assert.Equal((0, (ulong)(All * Granule)), (_domain.LiveMappings, _domain.FreeIovaBytes));
    }

    [Fact]
    public async Task What_hardware_throws_while_somebody_is_served_is_for_him_and_the_next_is_served()
    {
        IovaReservation left = Reserve(All / 2), right = Reserve(All / 2);
        Task<ReserveResult> first = _mapper.ReserveAsync(All * Granule, Stop).AsTask(), second = _mapper.ReserveAsync(All / 2 * Granule, Stop).AsTask();
        Assert.False(first.IsCompleted || second.IsCompleted);
        _hardware.Told = DoNotAnswer;
        _mapper.Release(left);
        _hardware.Told = null;
        Assert.True(first.IsFaulted && second.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<NotSupportedException>(() => first);
        _mapper.Release((await second).Reservation);
        _mapper.Release(right);
        Assert.Equal((0, (ulong)(All * Granule)), (_domain.LiveMappings, _domain.FreeIovaBytes));
    }

    [Fact]
    public void A_wait_that_is_over_leaves_nothing_with_those_who_may_cancel()
    {
        using var cancel = new CancellationTokenSource();
        WeakReference granted = Granted(cancel.Token), failed = Failed(cancel.Token);
        LossMisuses.Collect();
        Assert.False(granted.IsAlive || failed.IsAlive);
        cancel.Cancel();
        Assert.Equal((0, (ulong)(All * Granule)), (_domain.LiveMappings, _domain.FreeIovaBytes));
    }

    private static void DoNotAnswer() => throw new NotSupportedException("Hardware does not answer.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Granted(CancellationToken cancel)
    {
        IovaReservation full = Reserve(All);
        Task<ReserveResult> wait = _mapper.ReserveAsync(Granule, cancel).AsTask();
        Assert.False(wait.IsCompleted);
        _mapper.Release(full);
        Assert.True(wait.IsCompletedSuccessfully);
        _mapper.Release(wait.Result.Reservation);
        return new WeakReference(wait);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Failed(CancellationToken cancel)
    {
        IovaReservation left = Reserve(All / 2), right = Reserve(All / 2);
        Task<ReserveResult> wait = _mapper.ReserveAsync(All * Granule, cancel).AsTask();
        _hardware.Told = DoNotAnswer;
        _mapper.Release(left);
        _hardware.Told = null;
        Assert.IsType<NotSupportedException>(wait.Exception?.InnerException);
        _mapper.Release(right);
        return new WeakReference(wait);
    }

    private IovaReservation Reserve(int granules)
    {
        ReserveResult result = _mapper.Reserve(granules * Granule);
        Assert.True(result.IsReserved, result.ToString());
        return result.Reservation;
    }
}
