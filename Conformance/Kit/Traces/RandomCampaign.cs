using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Conformance;

/// <summary>
/// Random operations on one backend, against a naive model: case after case, each with machine and devices of its own. A case follows from the seed and
/// its number, so cases can be divided among machines; one that goes wrong is a trace, which is made short and can be played on any backend.
/// </summary>
public static class RandomCampaign
{
    private const int ProgressEvery = 64;

    /// <summary>Plays for as long as told.</summary>
    public static RandomResult Run(RandomOptions options)
    {
        var tally = new TraceTally();
        var bytes = TraceBytes.OfThisThread;
        long began = Stopwatch.GetTimestamp(), operations = 0, cases = 0, violations = 0;
        ulong digest = 0;
        string? what = null;
        TraceCase? shortest = null;
        for (long number = options.Shard; number < options.Cases && violations < options.MostViolations; number += options.Shards)
        {
            int steps = (int)Math.Min(RandomOptions.StepsOfACase, options.Operations - (number * RandomOptions.StepsOfACase));
            string? wrong = Draw(options.Backend, CaseSeed(options.Seed, number), steps, tally, bytes, out TraceCase one, out ulong outcome);
            operations += one.Steps.Count;
            cases++;
            digest += outcome;
            if (cases % ProgressEvery == 0) options.Progress?.Invoke(operations, options.Operations / options.Shards);
            if (wrong is null) continue;
            violations++;
            if (what is not null) continue;
            what = FormattableString.Invariant($"seed {options.Seed}, case {number}, step {one.Steps.Count}: {wrong}");
            shortest = one;
            if (!options.Shortens) continue;
            shortest = TraceShrinking.Shrink(one, out string? shorter);
            what += shorter is null ? "\nbut not once more" : $"\nin {shortest.Steps.Count} steps: {shorter}";
        }

        return new RandomResult(operations, cases, violations, digest, tally, TimeSpan.FromSeconds((double)(Stopwatch.GetTimestamp() - began) / Stopwatch.Frequency), what, shortest);
    }

    /// <summary>The trace of a case.</summary>
    /// <param name="options">The campaign.</param>
    /// <param name="number">The case's number in it, from 0 on.</param>
    public static TraceCase CaseOf(RandomOptions options, long number)
    {
        Draw(options.Backend, CaseSeed(options.Seed, number), RandomOptions.StepsOfACase, new TraceTally(), TraceBytes.OfThisThread, out TraceCase one, out _);
        return one;
    }

    /// <summary>Plays a trace.</summary>
    /// <param name="one">The trace.</param>
    /// <param name="bytes">The arrays behind its machine.</param>
    /// <param name="done">How many steps went well.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    internal static string? Try(TraceCase one, TraceBytes bytes, out int done)
    {
        done = 0;
        if (!TryMake(one, bytes, out TracePlayer? player, out string? obstacle)) return obstacle;
        for (; done < one.Steps.Count; done++)
        {
            if (player.Do(one.Steps[done]) is { } wrong) return $"{one.Steps[done]}: {wrong}";
        }

        return player.Finish();
    }

    /// <summary>Why no machine can be made that the trace is played in; null where one can.</summary>
    internal static string? Obstacle(TraceCase one, TraceBytes bytes) => TryMake(one, bytes, out _, out string? obstacle) ? null : obstacle;

    private static bool TryMake(TraceCase one, TraceBytes bytes, [NotNullWhen(true)] out TracePlayer? player, out string? obstacle)
    {
        try
        {
            player = new TracePlayer(one, bytes, new TraceTally());
            obstacle = null;
            return true;
        }
        catch (Exception thrown) when (thrown is ArgumentException or InvalidOperationException)
        {
            player = null;
            obstacle = $"the machine cannot be made: {thrown.Message}";
            return false;
        }
    }

    private static ulong CaseSeed(ulong seed, long number) => OrderSeed.Next(seed + OrderSeed.Next((ulong)number));

    /// <summary>Draws a case step by step, and plays it.</summary>
    private static string? Draw(TraceBackend backend, ulong seed, int count, TraceTally tally, TraceBytes bytes, out TraceCase one, out ulong digest)
    {
        var random = new SpyRandom(seed);
        TraceSetting setting = TraceMachines.Setting(ref random);
        var steps = new List<TraceStep>(count);
        one = new TraceCase(backend, setting, TraceMachines.DrawDevices(ref random, tally), steps);
        var player = new TracePlayer(one, bytes, tally);
        var draws = new TraceSteps(player, backend, tally);
        string? wrong = null;
        for (int i = 0; i < count && wrong is null; i++)
        {
            TraceStep step = draws.Draw(ref random);
            steps.Add(step);
            wrong = player.Do(step);
        }

        wrong ??= player.Finish();
        digest = OrderSeed.Next(player.Digest ^ seed);
        return wrong;
    }
}
