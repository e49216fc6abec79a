using System;
using System.Diagnostics;
using System.Linq;
using System.Runtime;
using System.Threading;

namespace Bench;

/// <summary>
/// Measures contestants in alternating batches, A B A B, so that a noisy neighbour falls on all of them alike.
/// A batch takes a few milliseconds, which makes the microsecond of reading the clock nothing; the median batch is
/// reported. The clock counts this process's processor time, not the wall's: contestants use one thread and never wait,
/// and on a busy machine a batch would mostly measure whose turn it is.
/// </summary>
internal static class Interleaved
{
    private const double BatchNanoseconds = 3e6;
    private const double LeastNanoseconds = 1.5e5;
    private const int LeastRounds = 7;
    private const int MostRounds = 1000;
    private const int Confirmations = 3;
    private const int MostBudgets = 3;
    private const int LeastPasses = 4;
    private const int MostPasses = 12;

    /// <summary>
    /// Methods are compiled again after 30 calls, in the background, twice. runtimeconfig.template.json has them counted from the first call
    /// on: with the runtime's own delay, which each new method prolongs, a busy machine measured methods that were not compiled for good.
    /// </summary>
    private const int CallsToTier = 40;

    private static ulong _sink;

    /// <summary>What the contestants computed; read so that nothing they did is dead.</summary>
    internal static ulong Sink => Volatile.Read(ref _sink);

    /// <summary>Takes a checksum, so that what it was computed from is not dead.</summary>
    internal static void Consume(ulong sum) => Volatile.Write(ref _sink, _sink + sum);

    /// <summary>
    /// Runs contestants until a pass over all of them compiles nothing any more, so that the waits for the compiler are shared.
    /// Contestants of the same types over other data then need no warm-up of their own.
    /// </summary>
    internal static void WarmUp(params ReadOnlySpan<IContestant> contestants)
    {
        long before;
        int passes = 0;
        do
        {
            before = JitInfo.GetCompiledMethodCount();
            for (int i = 0; i < CallsToTier; i++)
            {
                foreach (IContestant contestant in contestants) Consume(contestant.Run(1));
            }

            WaitForCompiler();
        }
        while (++passes < LeastPasses || (JitInfo.GetCompiledMethodCount() != before && passes < MostPasses));
    }

    /// <summary>On a busy machine the compiler in the background comes late, and what is measured before it is done is other code.</summary>
    private static void WaitForCompiler()
    {
        long before;
        long after = JitInfo.GetCompiledMethodCount();
        int waits = 0;
        do
        {
            before = after;
            Thread.Sleep(waits == 0 ? 130 : 60);
            after = JitInfo.GetCompiledMethodCount();
        }
        while (after != before && waits++ < 20);
    }

    /// <summary>Median nanoseconds that each contestant takes to do its work once.</summary>
    /// <param name="contestants">What to compare; warm.</param>
    /// <param name="budget">Time to spend on all of them together; at least seven rounds are run.</param>
    /// <param name="alike">
    /// The first so many do their work equally often in a turn. Where data outgrow the caches, the first time of a turn is slow, for
    /// the others were there in between: who is quick would else have many quick times after it, and who is slow none.
    /// </param>
    internal static double[] Measure(ReadOnlySpan<IContestant> contestants, TimeSpan budget, int alike = 0)
    {
        int[] times = new int[contestants.Length];
        for (int i = 0; i < contestants.Length; i++) times[i] = Calibrate(contestants[i], i < alike ? LeastNanoseconds : BatchNanoseconds);
        times.AsSpan(0, alike).Fill(alike == 0 ? 0 : times[..alike].Max());

        double[][] samples = new double[contestants.Length][];
        for (int i = 0; i < samples.Length; i++) samples[i] = new double[MostRounds];

        long begin = Stopwatch.GetTimestamp(), start = begin;
        long compiled = JitInfo.GetCompiledMethodCount();
        int round = 0;
        while (round < MostRounds && (round < LeastRounds || Stopwatch.GetElapsedTime(start) < budget))
        {
            for (int i = 0; i < contestants.Length; i++)
                samples[i][round] = Time(contestants[i], times[i]) / times[i];
            round++;

            // What was compiled meanwhile was not for good before, and the compiling itself is in the samples: they do not count.
            long now = JitInfo.GetCompiledMethodCount();
            if (now == compiled || Stopwatch.GetElapsedTime(begin) > MostBudgets * budget) continue;
            compiled = now;
            start = Stopwatch.GetTimestamp();
            round = 0;
        }

        double[] medians = new double[contestants.Length];
        for (int i = 0; i < medians.Length; i++) medians[i] = Median(samples[i].AsSpan(0, round));
        return medians;
    }

    /// <summary>
    /// How often a contestant does its work in so many nanoseconds. The first time, with cold caches, tells nothing. The quickest of a few
    /// decides: the clock counts the process's other threads too, a compiler in the background among them, and a batch that seems long for
    /// that reason would be so short that reading the clock is most of it.
    /// </summary>
    private static int Calibrate(IContestant contestant, double batch)
    {
        Time(contestant, 1);
        int times = 1;
        while (times < 1 << 28)
        {
            double took = Time(contestant, times);
            for (int again = 0; again < Confirmations && took >= batch / 2; again++) took = Math.Min(took, Time(contestant, times));
            if (took >= batch / 2) return Math.Max(1, (int)Math.Ceiling(times * batch / took));
            times *= 2;
        }

        return times;
    }

    private static double Time(IContestant contestant, int times)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        ulong sum = contestant.Run(times);
        double took = (Environment.CpuUsage.TotalTime - start).TotalNanoseconds;
        Consume(sum);
        return took;
    }

    /// <summary>The middle sample; the samples are sorted.</summary>
    internal static double Median(Span<double> samples)
    {
        samples.Sort();
        int middle = samples.Length / 2;
        return samples.Length % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
    }
}
