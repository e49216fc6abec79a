using System;
using System.Threading;

namespace Conformance;

/// <summary>Several threads over one pool and the same mappers. What each does is the same again; who comes first is not.</summary>
internal static class SpyThreads
{
    internal static string? Try(SpyCase one, int count, SpyParts parts, SpyTally tally, SpyBytes bytes)
    {
        var world = new SpyWorld(one.Seed, parts, count, bytes);
        var threads = new Thread[count];
        var tallies = new SpyTally[count];
        string? first = null;
        for (int i = 0; i < count; i++)
        {
            int number = i;
            tallies[i] = new SpyTally();
            var run = new SpyRun(world, one.Seed, number, tallies[number]);
            threads[i] = new Thread(() =>
            {
                string? wrong = run.Do(one.Steps, out int done, () => Volatile.Read(ref first) is not null);
                if (wrong is not null) Interlocked.CompareExchange(ref first, FormattableString.Invariant($"thread {number}, its step {done}: {wrong}"), null);
            })
            {
                IsBackground = true,
            };
        }

        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        foreach (SpyTally some in tallies) tally.Add(some);
        return first ?? SpyCampaign.Close(world);
    }
}
