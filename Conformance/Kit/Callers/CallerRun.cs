using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace Conformance;

/// <summary>Calls in a row in one world, each judged: what it threw, what it changed, what it gave.</summary>
internal sealed class CallerRun(IReadOnlyList<HostileCall> calls, HashSet<string> called, CallersTally tally)
{
    private readonly HostileReader _reader = new(called);
    private long _number;
    private string _now = string.Empty;

    /// <summary>How many calls were begun.</summary>
    internal long Number => Volatile.Read(ref _number);

    /// <summary>The member that is called at the moment.</summary>
    internal string Now => Volatile.Read(ref _now);

    /// <summary>What was wrong first with each member.</summary>
    internal Dictionary<string, string> Violations { get; } = new(StringComparer.Ordinal);

    /// <summary>Calls so often, or until something is wrong.</summary>
    internal void Do(int count, ulong seed)
    {
        var world = new CallerWorld();
        var order = new SpyRandom(seed);
        (ulong Digest, ulong Warm) state = (world.Digest(out ulong warm), warm);
        for (int i = 0; i < count; i++)
        {
            ulong one = order.Next();
            HostileCall call = calls[order.Below(calls.Count)];
            Volatile.Write(ref _now, call.Key);
            Interlocked.Increment(ref _number);
            long began = Stopwatch.GetTimestamp();
            string? wrong = Make(call, new HostileArguments(one, world), ref state);
            tally.Note(call.Key, Stopwatch.GetTimestamp() - began);
            if (wrong is null) continue;
            Note(call.Key, FormattableString.Invariant($"call {i} in the world of {seed}: {wrong}"));
            return;
        }

        Volatile.Write(ref _now, "the end of a world");
        string? left;
        try
        {
            left = world.Close();
        }
        catch (Exception thrown) when (thrown is ArgumentException or InvalidOperationException)
        {
            left = $"a good caller's end threw {thrown.GetType().Name}: {thrown.Message}";
        }

        if (left is not null) Note(_now, FormattableString.Invariant($"in the world of {seed}: {left}"));
    }

    private void Note(string key, string wrong)
    {
        tally.Violations++;
        if (!Violations.TryGetValue(key, out _)) Violations.Add(key, wrong);
    }

    private string? Make(HostileCall call, HostileArguments arguments, ref (ulong Digest, ulong Warm) state)
    {
        called.Add(call.Key);
        tally.Calls++;
        object? given = null;
        string? wrong = null;
        string told = string.Empty;
        bool refused, isShortage = true, isDisposed = false;
        try
        {
            given = call.Make(arguments);
            refused = arguments.WasRefused;
            if (refused) tally.Statuses++;
            else tally.Returned++;
        }
#pragma warning disable CA1031 // Whatever comes is judged.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            refused = true;
            // A mapping that turns out to be a misuse is undone, and what it needed stays warm.
            isShortage = thrown is DmaMapping.DmaMapException or DmaMapping.DmaMisuseException or OperationCanceledException;
            isDisposed = thrown is ObjectDisposedException;
            told = $" ({thrown.GetType().Name}: {thrown.Message})";
            tally.Exceptions++;
            wrong = ExceptionRules.Broken(HostileCallers.MemberOf(call), thrown);
        }

        if (!refused && arguments.GaveUndefined) wrong = "took a value that its enum does not have";
        wrong ??= arguments.Wrong ?? _reader.Read(given) ?? arguments.Seen.Select(_reader.Read).FirstOrDefault(one => one is not null);
        if (wrong is not null || !call.HasState) return wrong;
        (ulong Digest, ulong Warm) after = (arguments.World.Digest(out ulong warm), warm);

        // What is told only when it is somebody's turn finds a pool grown by then.
        isShortage |= call.Signature.StartsWith("ReserveAsync(", StringComparison.Ordinal);
        bool changed = after.Digest != state.Digest || (!isShortage && after.Warm != state.Warm);
        state = after;

        // A first mapping chooses the frames for everybody, whatever becomes of it. That a pool was disposed under an attachment is found out after that.
        if (isDisposed && call.Type == typeof(DmaMapping.Attachment)) changed = false;
        return refused && changed ? $"was refused{told}, and something has changed" : null;
    }
}
