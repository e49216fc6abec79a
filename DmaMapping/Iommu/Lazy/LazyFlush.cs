using System;
using System.Threading;

namespace DmaMapping;

/// <summary>
/// Numbers the invalidations of a lazy domain, and makes the next one in time. What ended while number n was the last begun is forgotten
/// when one with a greater number has finished. Thread-safe.
/// </summary>
internal sealed class LazyFlush : IDisposable
{
    private readonly LazyInvalidation _settings;
    private readonly Action _invalidate;
    private readonly ITimer _timer;
    private long _begun;
    private long _finished;
    private int _armed;

    /// <summary>Of a domain.</summary>
    /// <param name="settings">When to invalidate.</param>
    /// <param name="invalidate">Makes the hardware forget the whole domain.</param>
    internal LazyFlush(LazyInvalidation settings, Action invalidate)
    {
        _settings = settings;
        _invalidate = invalidate;
        _timer = settings.Clock.CreateTimer(_ => OnTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal int MostPending => _settings.MostPending;

    /// <summary>For what has just been cleared from the tables: what <see cref="IsForgotten"/> is to be asked.</summary>
    internal long Note()
    {
        // The clearing must be seen before the number is read: an invalidation that begins later covers it.
        Interlocked.MemoryBarrier();
        long number = Volatile.Read(ref _begun);
        if (Volatile.Read(ref _armed) == 0 && Interlocked.Exchange(ref _armed, 1) == 0) _timer.Change(_settings.Window, Timeout.InfiniteTimeSpan);
        return number;
    }

    internal bool IsForgotten(long number) => Volatile.Read(ref _finished) > number;

    /// <summary>Invalidates now.</summary>
    internal void Flush()
    {
        long number = Interlocked.Increment(ref _begun);
        _invalidate();
        long finished = Volatile.Read(ref _finished);
        while (finished < number)
        {
            long found = Interlocked.CompareExchange(ref _finished, number, finished);
            if (found == finished) return;
            finished = found;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnTime()
    {
        // In this order: whoever still finds the timer armed has read a number that the flush is beyond.
        Volatile.Write(ref _armed, 0);
        try
        {
            Flush();
        }
#pragma warning disable CA1031 // On a timer's thread it would end the process; what was to be forgotten stays taken, and is tried again.
        catch (Exception)
        {
            Volatile.Write(ref _armed, 1);
            _timer.Change(_settings.Window, Timeout.InfiniteTimeSpan);
        }
#pragma warning restore CA1031
    }
}
