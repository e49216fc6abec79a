using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace DmaMapping;

/// <summary>
/// Those who wait for IOVA space of one domain, first come, first served. Whoever frees some says so, one volatile read where nobody waits,
/// and one of those who do serves the head of the queue, the others only leaving word that there is more: so grants are in order, and no
/// thread waits for another. Whoever comes to wait is seen by all who free from then on (a fence on every core), and tries himself after that:
/// so no freeing is lost.
/// </summary>
internal sealed class IovaWaiters(DomainReservations reservations)
{
    private readonly object _lock = new();
    private readonly LinkedList<IovaWaiter> _queue = new();
    private volatile int _count;
    private bool _closed;

    /// <summary>How often something was freed since somebody began to serve; 0 while nobody serves.</summary>
    private int _freed;

    /// <summary>The thread that serves, whose own frees are not news to it.</summary>
    private volatile int _server;

    /// <summary>Whether somebody waits: then nobody else gets any.</summary>
    internal bool Any => _count != 0;

    /// <summary>Says that there may be more space than before. Nothing is held by the caller.</summary>
    internal void Freed()
    {
        AsymmetricFence.Light();
        if (_count != 0) Serve();
    }

    /// <summary>Joins the queue.</summary>
    /// <exception cref="ObjectDisposedException">The domain is disposed.</exception>
    internal Task<ReserveResult> Wait(in ReserveRequest request, CancellationToken cancel)
    {
        var waiter = new IovaWaiter(request);
        CancellationTokenRegistration watch = cancel.Register(() => Cancel(waiter, cancel));
        bool closed;
        lock (_lock)
        {
            closed = _closed;
            if (!closed && !waiter.IsDone)
            {
                waiter.Watch = watch;
                waiter.IsQueued = true;
                _queue.AddLast(waiter);
                _count = _queue.Count;
            }
        }

        if (closed)
        {
            watch.Dispose();
            Throw.Disposed(nameof(IommuDomain));
        }

        AsymmetricFence.Heavy();
        Serve();
        return waiter.Result;
    }

    /// <summary>Fails all who wait, and all who would.</summary>
    internal void Close()
    {
        IovaWaiter[] left;
        lock (_lock)
        {
            _closed = true;
            left = [.. _queue];
            foreach (IovaWaiter waiter in left) Take(waiter);
        }

        foreach (IovaWaiter waiter in left) waiter.Fail(new ObjectDisposedException(nameof(IommuDomain)));
    }

    private void Cancel(IovaWaiter waiter, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (waiter.IsDone) return;
            Take(waiter);
        }

        waiter.Cancel(cancel);
        Freed();
    }

    /// <summary>Takes a waiter out; the lock is held.</summary>
    private void Take(IovaWaiter waiter)
    {
        waiter.IsDone = true;
        if (!waiter.IsQueued) return;
        waiter.IsQueued = false;
        _queue.Remove(waiter);
        _count = _queue.Count;
    }

    private void Serve()
    {
        int thread = Environment.CurrentManagedThreadId;
        if (_server == thread || Interlocked.Increment(ref _freed) != 1) return;
        int seen;
        do
        {
            seen = Volatile.Read(ref _freed);
            _server = thread;
            while (TryServeHead())
            {
            }

            _server = 0;
        }
        while (Interlocked.CompareExchange(ref _freed, 0, seen) != seen);
    }

    /// <summary>Serves the head of the queue if there is what it waits for.</summary>
    /// <returns>Whether there may be more to do.</returns>
    private bool TryServeHead()
    {
        IovaWaiter? head;
        lock (_lock) head = _queue.First?.Value;
        if (head is null) return false;

        ReserveStatus status;
        IovaReservation reservation = default;
        Exception? failure = null;
#pragma warning disable CA1031 // What a frame allocator throws is for the waiter, not for whoever has freed something.
        try
        {
            status = reservations.TryReserve(head.Request, out reservation);
        }
        catch (Exception e)
        {
            status = ReserveStatus.NoTableMemory;
            failure = e;
        }
#pragma warning restore CA1031

        // A domain that is being disposed fails all who wait, or goes on and says so.
        if (status is ReserveStatus.NoIovaSpace or ReserveStatus.NotReserved) return false;
        bool waits;
        lock (_lock)
        {
            waits = head.IsQueued;
            if (waits) Take(head);
        }

        if (!waits)
        {
            // Cancelled at the same moment: what it would have had goes to the next.
            if (status == ReserveStatus.Reserved) reservations.Release(reservation, head.Request.Owner, string.Empty);
        }
        else if (failure is not null)
        {
            head.Fail(failure);
        }
        else
        {
            MappingMetrics.Reserved(head.Request.Device, status);
            head.Grant(new ReserveResult(status, reservation));
        }

        return true;
    }
}
