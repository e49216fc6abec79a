using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace Bench;

/// <summary>
/// How much more two threads get done than one. By the wall, for a thread that waits uses no processor; threads are pinned to nothing
/// and start behind a barrier. On a machine whose processors others use too this says little.
/// </summary>
internal static class ThreadScaling
{
    private const double RoundMilliseconds = 12;
    private const int Rounds = 15;

    /// <summary>Throughput of two threads over that of one, of two ways that take turns, as the medians of many rounds.</summary>
    /// <param name="first">Makes one way's contestant for a thread.</param>
    /// <param name="second">Makes the other's.</param>
    internal static (double First, double Second) Compare(Func<int, IContestant> first, Func<int, IContestant> second)
    {
        int firstTimes = Calibrate(first(0)), secondTimes = Calibrate(second(0));
        double[] firsts = new double[Rounds], seconds = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            firsts[round] = Scaling(first, firstTimes);
            seconds[round] = Scaling(second, secondTimes);
        }

        return (Interleaved.Median(firsts), Interleaved.Median(seconds));
    }

    private static double Scaling(Func<int, IContestant> make, int times)
        => 2 * Milliseconds(make, times, threads: 1) / Milliseconds(make, times, threads: 2);

    private static int Calibrate(IContestant contestant)
    {
        int times = 1;
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            Interleaved.Consume(contestant.Run(times));
            double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (took >= RoundMilliseconds / 4) return Math.Max(1, (int)(times * RoundMilliseconds / took));
            times *= 2;
        }
    }

    /// <summary>From the first start to the last end. Each thread makes what it writes to, so that no two share a cache line.</summary>
    private static double Milliseconds(Func<int, IContestant> make, int times, int threads)
    {
        using Barrier barrier = new(threads);
        long[] starts = new long[threads], ends = new long[threads];
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            IContestant contestant = make(i);
            Interleaved.Consume(contestant.Run(1));
            barrier.SignalAndWait();
            starts[i] = Stopwatch.GetTimestamp();
            Interleaved.Consume(contestant.Run(times));
            ends[i] = Stopwatch.GetTimestamp();
        }))];
        foreach (Thread worker in workers) worker.Start();
        foreach (Thread worker in workers) worker.Join();
        return Stopwatch.GetElapsedTime(starts.Min(), ends.Max()).TotalMilliseconds;
    }
}
