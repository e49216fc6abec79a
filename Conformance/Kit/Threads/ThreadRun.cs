using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Conformance;

/// <summary>Lets threads loose on one subject at the same moment, and notes what each call saw.</summary>
internal sealed class ThreadRun(int threads)
{
    private readonly List<ThreadEvent>[] _events = [.. Enumerable.Range(0, threads).Select(_ => new List<ThreadEvent>())];
    private long _clock;

    /// <summary>Calls something and notes it.</summary>
    internal void Note(int thread, Func<(ThreadCall Call, long Id, ulong From, ulong Count)> call)
    {
        long began = Interlocked.Increment(ref _clock);
        (ThreadCall what, long id, ulong from, ulong count) = call();
        _events[thread].Add(new ThreadEvent(began, Interlocked.Increment(ref _clock), what, id, from, count));
    }

    /// <summary>Runs the threads, from one starting line.</summary>
    /// <returns>What one of them threw; null where none did.</returns>
    internal Exception? Go(Action<int> body)
    {
        using var start = new Barrier(threads);
        Exception? broken = null;
        Thread[] all = [.. Enumerable.Range(0, threads).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            try
            {
                body(number);
            }
#pragma warning disable CA1031 // Whatever a subject throws that its runner does not know is a finding.
            catch (Exception thrown)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref broken, thrown, null);
            }
        }) { IsBackground = true })];
        foreach (Thread thread in all) thread.Start();
        foreach (Thread thread in all)
        {
            if (!thread.Join(TimeSpan.FromSeconds(60))) return new TimeoutException("A thread does not come back.");
        }

        return broken;
    }

    /// <summary>Whether a model can have seen it; what it saw, where none can.</summary>
    internal string? Judge(ISequentialModel model)
    {
        ThreadEvent[] history = [.. _events.SelectMany(one => one).OrderBy(one => one.Began)];
        return Linearization.Exists(history, model) ? null : $"no order of these calls is possible: {string.Join("; ", history.Select(one => one.ToString()))}";
    }
}
