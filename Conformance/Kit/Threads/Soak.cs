using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace Conformance;

/// <summary>
/// Threads that map, unmap, reserve, bounce, attach, trim and dispose all at once over one machine, and compare every byte that goes to a device
/// or comes from one with what it must be.
/// </summary>
public static class Soak
{
    /// <summary>Goes on for so long, or until something is wrong.</summary>
    /// <param name="time">How long.</param>
    /// <param name="threads">How many threads, 1 to 64.</param>
    /// <param name="seed">Chooses the steps; who comes first it does not.</param>
    /// <param name="progress">Is told now and then how many milliseconds have passed, of how many.</param>
    public static SoakResult Run(TimeSpan time, int threads, ulong seed, Action<long, long>? progress = null)
    {
        var world = new SoakWorld(threads);
        string? what = null;
        long began = Stopwatch.GetTimestamp(), ops = 0;
        Thread[] all = [.. Enumerable.Range(0, threads).Select(number => new Thread(() =>
        {
            var actor = new SoakActor(world, number, seed);
            try
            {
                while (Volatile.Read(ref what) is null && Elapsed() < time)
                {
                    if (actor.Step() is { } wrong) Interlocked.CompareExchange(ref what, $"thread {number}: {wrong}", null);
                    Interlocked.Increment(ref ops);
                }

                actor.End();
            }
#pragma warning disable CA1031 // Nothing that a good caller does throws: whatever comes is a finding.
            catch (Exception thrown)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref what, $"thread {number}, {actor.Now}: {thrown}", null);
            }
        }) { IsBackground = true })];
        foreach (Thread thread in all) thread.Start();
        while (!all[0].Join(200)) progress?.Invoke((long)Elapsed().TotalMilliseconds, (long)time.TotalMilliseconds);
        foreach (Thread thread in all)
        {
            if (!thread.Join(TimeSpan.FromSeconds(60))) Interlocked.CompareExchange(ref what, "a thread does not come back", null);
        }

        what ??= world.Close();
        return new SoakResult(ops, Elapsed(), what);

        TimeSpan Elapsed() => TimeSpan.FromSeconds((double)(Stopwatch.GetTimestamp() - began) / Stopwatch.Frequency);
    }
}
