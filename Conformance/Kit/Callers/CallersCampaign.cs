using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace Conformance;

/// <summary>
/// Throws malformed arguments at every public member of both libraries. A call may return, refuse by a status, or throw what its
/// documentation tells, about a parameter that it has; whoever was refused has changed nothing; and every call comes back.
/// </summary>
public static class CallersCampaign
{
    private const int CallsInAWorld = 2000;

    /// <summary>Stops when so many members have done what none may.</summary>
    private const int MostViolations = 40;

    /// <summary>So long does no call take: one that does not come back has no end.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>The short names of the types whose members are called.</summary>
    public static IReadOnlyCollection<string> Types { get; } = [.. HostileCallers.All.Select(one => one.Type.Name).Distinct()];

    /// <summary>Calls so often, in world after world.</summary>
    /// <param name="calls">How often.</param>
    /// <param name="seed">Equal seeds make equal calls.</param>
    /// <param name="progress">Is told now and then how many calls are made, of how many.</param>
    /// <param name="type">Calls members of this type alone, by its short name; null for all.</param>
    public static CallersResult Run(long calls, ulong seed, Action<long, long>? progress = null, string? type = null)
    {
        HostileCall[] all = [.. HostileCallers.All.Where(one => type is null || one.Type.Name == type)];
        var called = new HashSet<string>(StringComparer.Ordinal);
        var tally = new CallersTally();
        var run = new CallerRun(all, called, tally);
        var reader = new HostileReader(called);
        foreach (Type one in PublicSurface.Types) reader.ReadStatic(one);
        string? what = null;
        long began = Stopwatch.GetTimestamp();
        var caller = new Thread(() =>
        {
            for (ulong world = 0; tally.Calls < calls && run.Violations.Count < MostViolations; world++)
            {
                run.Do((int)Math.Min(CallsInAWorld, calls - tally.Calls), OrderSeed.Next(seed + OrderSeed.Next(world)));
                progress?.Invoke(tally.Calls, calls);
            }
        })
        { IsBackground = true };
        caller.Start();
        for (long number = -1; !caller.Join(Longest); number = run.Number)
        {
            if (run.Number != number) continue;
            what = $"{run.Now}: does not come back";
            tally.Violations++;
            break;
        }

        if (run.Violations.Count > 0) what = string.Join("\n", run.Violations.Select(one => $"{one.Key}: {one.Value}").Prepend(what).Where(one => one is not null));
        return new CallersResult(tally, called.Count, type is null ? Uncovered(called) : [], TimeSpan.FromSeconds((double)(Stopwatch.GetTimestamp() - began) / Stopwatch.Frequency), what);
    }

    /// <summary>Members that no hostile caller calls; and callers of what is not there.</summary>
    private static string[] Uncovered(HashSet<string> called)
    {
        called.UnionWith(HostileCallers.All.Select(one => one.Key));
        HashSet<string> there = [.. PublicSurface.Members.Select(one => one.Key)];
        return
        [
            .. PublicSurface.Members.Select(one => one.Key).Concat(PublicSurface.Hidden).Where(key => !called.Contains(key)).Select(key => $"not called: {key}"),
            .. HostileCallers.All.Select(one => one.Key).Where(key => !there.Contains(key)).Select(key => $"called, and not there: {key}"),
        ];
    }
}
