using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;

namespace Bench;

/// <summary>
/// How much more two threads get done than one. By the wall, for a thread that waits uses no processor. Threads start behind a barrier, each on a processor of
/// its own where the system lets it be kept there. Where others use the processors, or where a virtual machine's two are one core's for a while, nothing
/// scales as the work does: rounds in just before or just after which a loop that fills a core did not scale are left out.
/// </summary>
internal static class ThreadScaling
{
    private const double RoundMilliseconds = 12;
    private const double ProbeMilliseconds = 4;
    private const int Rounds = 21;
    private const int MostRounds = 60;
    private const double LeastOfFree = 1.6;

    /// <summary>Throughput of two threads over that of one, of ours and of threads that share nothing, which take turns.</summary>
    /// <param name="ours">Makes our contestant for a thread.</param>
    /// <param name="apart">Makes one that shares nothing.</param>
    /// <returns>Medians, and of how many rounds: those in which two cores were free.</returns>
    internal static (double Ours, double Apart, int Rounds) Compare(Func<int, IContestant> ours, Func<int, IContestant> apart)
    {
        int oursTimes = Calibrate(ours(0), RoundMilliseconds), apartTimes = Calibrate(apart(0), RoundMilliseconds), probeTimes = Calibrate(new WideLoop(), ProbeMilliseconds);
        List<double> oursFree = [], apartFree = [], apartAll = [];
        double before = Scaling(Probe, probeTimes);
        for (int round = 0; round < MostRounds && oursFree.Count < Rounds; round++)
        {
            double scaling = Scaling(ours, oursTimes);
            apartAll.Add(Scaling(apart, apartTimes));
            double after = Scaling(Probe, probeTimes);
            bool isFree = before >= LeastOfFree && after >= LeastOfFree;
            before = after;
            if (!isFree) continue;
            oursFree.Add(scaling);
            apartFree.Add(apartAll[^1]);
        }

        return oursFree.Count == 0 ? (0, Median(apartAll), 0) : (Median(oursFree), Median(apartFree), oursFree.Count);
    }

    private static IContestant Probe(int thread) => new WideLoop();

    private static double Median(List<double> samples) => Interleaved.Median(CollectionsMarshal.AsSpan(samples));

    private static double Scaling(Func<int, IContestant> make, int times)
        => 2 * Milliseconds(make, times, threads: 1) / Milliseconds(make, times, threads: 2);

    private static int Calibrate(IContestant contestant, double milliseconds)
    {
        int times = 1;
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            Interleaved.Consume(contestant.Run(times));
            double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (took >= milliseconds / 4) return Math.Max(1, (int)(times * milliseconds / took));
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
            Processor.Keep(i);
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
