using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace DmaMapping;

/// <summary>
/// Those who wait for something scarce of one owner, first come, first served. Whoever frees some says so, one volatile read where nobody waits,
/// and one of those who do serves the head of the queue, the others only leaving word that there is more: so grants are in order, and no
/// thread waits for another. Whoever comes to wait is seen by all who free from then on (a fence on every core), and tries himself after that:
/// so no freeing is lost.
/// </summary>
/// <param name="owner">The name of the type that is disposed where the queue is closed.</param>
internal abstract class WaitQueue<TRequest, TGrant>(string owner)
    where TRequest : struct
    where TGrant : struct
{
    private readonly object _lock = new();
    private readonly LinkedList<Waiter<TRequest, TGrant>> _queue = new();
    private volatile int _count;
    private bool _closed;

    /// <summary>How often something was freed since somebody began to serve; 0 while nobody serves.</summary>
    private int _freed;

    /// <summary>The thread that serves. What it takes and gives back in doing so is not news to it.</summary>
    private volatile int _server;

    /// <summary>Whether the thread that serves has ended something meanwhile: foreign code that it calls, hardware that is to forget, may do so. Its alone.</summary>
    private bool _serverFreed;

    /// <summary>Whether somebody waits: then nobody else gets any.</summary>
    internal bool Any => _count != 0;

    /// <summary>Says that there may be more space than before. Nothing is held by the caller.</summary>
    internal void Freed()
    {
        AsymmetricFence.Light();
        if (_count == 0) return;
        if (_server == Environment.CurrentManagedThreadId) _serverFreed = true;
        else Serve();
    }

    /// <summary>Says that what was taken for a moment, and came to be nobody's, is there again: news to everybody but the thread that serves.</summary>
    internal void GaveBack()
    {
        AsymmetricFence.Light();
        if (_count != 0) Serve();
    }

    /// <summary>Joins the queue.</summary>
    /// <exception cref="ObjectDisposedException">The queue is closed.</exception>
    internal Task<TGrant> Wait(in TRequest request, CancellationToken cancel)
    {
        var waiter = new Waiter<TRequest, TGrant>(request);
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
            Throw.Disposed(owner);
        }

        AsymmetricFence.Heavy();
        Serve();
        return waiter.Result;
    }

    /// <summary>Fails all who wait, and all who would.</summary>
    internal void Close()
    {
        Waiter<TRequest, TGrant>[] left;
        lock (_lock)
        {
            _closed = true;
            left = [.. _queue];
            foreach (Waiter<TRequest, TGrant> waiter in left) Take(waiter);
        }

        foreach (Waiter<TRequest, TGrant> waiter in left) waiter.Fail(new ObjectDisposedException(owner));
    }

    /// <summary>Tries to give the head of the queue what it waits for, or the word that waiting will not help it.</summary>
    /// <returns>Whether there is an answer; without one it goes on waiting.</returns>
    protected abstract bool TryServe(in TRequest request, out TGrant grant);

    /// <summary>Takes a grant back whose waiter was cancelled at the same moment.</summary>
    protected abstract void TakeBack(in TRequest request, in TGrant grant);

    private void Cancel(Waiter<TRequest, TGrant> waiter, CancellationToken cancel)
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
    private void Take(Waiter<TRequest, TGrant> waiter)
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
            do
            {
                _serverFreed = false;
                while (TryServeHead())
                {
                }
            }
            while (_serverFreed);

            _server = 0;
        }
        while (Interlocked.CompareExchange(ref _freed, 0, seen) != seen);
    }

    /// <summary>Serves the head of the queue if there is what it waits for.</summary>
    /// <returns>Whether there may be more to do.</returns>
    private bool TryServeHead()
    {
        Waiter<TRequest, TGrant>? head;
        lock (_lock) head = _queue.First?.Value;
        if (head is null) return false;

        TGrant grant = default;
        Exception? failure = null;
#pragma warning disable CA1031 // What foreign code throws there is for the waiter, not for whoever has freed something.
        try
        {
            if (!TryServe(head.Request, out grant)) return false;
        }
        catch (Exception e)
        {
            failure = e;
        }
#pragma warning restore CA1031

        bool waits;
        lock (_lock)
        {
            waits = head.IsQueued;
            if (waits) Take(head);
        }

        if (!waits)
        {
            // Cancelled at the same moment: what it would have had goes to the next.
            if (failure is null) TakeBack(head.Request, grant);
        }
        else if (failure is not null)
        {
            head.Fail(failure);
        }
        else
        {
            head.Grant(grant);
        }

        return true;
    }
}
