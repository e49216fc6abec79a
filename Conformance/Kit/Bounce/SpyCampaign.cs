using System;
using System.Diagnostics;
using System.Linq;

namespace Conformance;

/// <summary>
/// "Never leak, never lose": emulated devices over one bounce pool read and write whatever they can reach, at random, and a model says what each byte must
/// be. Life after life in a new world; a life that goes wrong is made short and told.
/// </summary>
public static class SpyCampaign
{
    /// <summary>Spies for as long as told.</summary>
    public static SpyResult Run(SpyOptions options)
    {
        var tally = new SpyTally();
        var bytes = new SpyBytes();
        string? what = null;
        SpyCase? shortest = null;
        long began = Stopwatch.GetTimestamp();
        for (ulong life = 0; tally.Operations < options.Operations && tally.Violations < options.MostViolations; life++)
        {
            ulong seed = OrderSeed.Next(options.Seed + OrderSeed.Next(life));
            long left = (options.Operations - tally.Operations + options.Threads - 1) / options.Threads;
            int[] steps = [.. Enumerable.Range(0, (int)Math.Min(options.StepsOfALife, left))];
            string? wrong = null;
            int done = 0;
            var one = new SpyCase(seed, steps);
            if (options.Threads > 1) wrong = SpyThreads.Try(one, options.Threads, options.Parts, tally, bytes);
            else wrong = Try(one, options.Parts, tally, bytes, out done, null);
            tally.Lives++;
            options.Progress?.Invoke(tally.Operations, options.Operations);
            if (wrong is null) continue;
            tally.Violations++;
            if (what is not null) continue;
            what = FormattableString.Invariant($"seed {options.Seed}, life {seed}, step {done}: {wrong}");
            if (options.Threads > 1 || !options.Shortens) continue;
            shortest = SpyShrinking.Shrink(one, options.Parts, out string? shorter);
            what += shorter is null ? "\nbut not once more" : $"\nin {shortest.Steps.Count} steps: {shorter}";
        }

        return new SpyResult(tally, TimeSpan.FromSeconds((double)(Stopwatch.GetTimestamp() - began) / Stopwatch.Frequency), what, shortest);
    }

    internal static string? Try(SpyCase one, SpyParts parts, SpyTally tally, SpyBytes bytes, out int done, Action<string>? log)
    {
        var world = new SpyWorld(one.Seed, parts, 1, bytes);
        string? wrong = new SpyRun(world, one.Seed, 0, tally) { Log = log }.Do(one.Steps, out done);
        return wrong ?? Close(world);
    }

    internal static string? Close(SpyWorld world)
    {
        try
        {
            world.Close();
            return null;
        }
        catch (Exception thrown) when (thrown is LawViolatedException or InvalidOperationException)
        {
            return $"at the end: {thrown.Message}";
        }
    }
}
