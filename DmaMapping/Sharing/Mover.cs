using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Moves a buffer's bytes to other frames, in this order: frames are reserved, holders are told by name, each confirms, the
/// bytes are copied, everyone who was told is mapped on the new frames, the old mappings end, the old frames go back, and
/// holders are told the outcome. Whatever fails before the old mappings end leaves them as they were.
/// </summary>
internal sealed class Mover(BufferCore core, TimeProvider time, TimeSpan timeout)
{
    /// <summary>Reserves frames for a move; under the lock. Every begun move is to be run.</summary>
    /// <param name="state">What there is.</param>
    /// <param name="newcomer">For whom the bytes move; null for the exporter's own reasons.</param>
    /// <param name="wish">What else is asked of the frames.</param>
    /// <param name="obstacle">Why there is none.</param>
    /// <returns>Null where the exporter has no such frames now.</returns>
    internal MoveAttempt? TryBegin(SharingState state, Importer? newcomer, in PlacementDemand wish, out MoveObstacle obstacle)
    {
        if (TryReserve(state, newcomer, wish, out obstacle) is not { } reserved) return null;
        var attempt = new MoveAttempt(core, reserved.Frames, reserved.Candidate, newcomer);
        foreach (ToldHolder one in attempt.Told) one.Attachment.IsToldToStop = true;
        core.Move = attempt;
        return attempt;
    }

    /// <summary>What a move would lack beside whatever else stands against it; under the lock. Frames are taken for trial, and given back.</summary>
    internal MoveObstacle FindLack(SharingState state, Importer newcomer)
    {
        if (core.Exporter.Kind != MemoryKind.PageBacked || !MoveWay.Candidates(state, newcomer).Any()) return default;
        if (TryReserve(state, newcomer, default, out MoveObstacle lack) is { } reserved) core.Exporter.Release(reserved.Frames);
        return lack;
    }

    /// <summary>Tells, waits, moves, tells; without the lock.</summary>
    internal MoveReport Run(MoveAttempt attempt, string reason, out MoveObstacle obstacle)
    {
        obstacle = default;
        bool moved = false;
        try
        {
            DateTimeOffset deadline = time.GetUtcNow() + timeout;
            if (attempt.Told.Count > 0) attempt.StartClock(time, timeout);
            foreach (ToldHolder one in attempt.Told)
            {
                one.Tell(reason, deadline);
                if (one.StopFault is not null) break;
            }

            lock (core.Lock)
            {
                while (!attempt.IsSettled(core.Uses) && !core.IsRevoked && !core.Uses.AnyRevoked) Monitor.Wait(core.Lock);
                moved = TryFinish(attempt, out obstacle);
            }
        }
        finally
        {
            attempt.Dispose();
            lock (core.Lock)
            {
                // An interrupted wait, or a clock that throws.
                if (ReferenceEquals(core.Move, attempt)) End(attempt, attempt.Frames);
            }

            foreach (ToldHolder one in attempt.Told) one.TellOutcome();
            lock (core.Lock) core.IsTellingOutcome = false;
        }

        return new MoveReport(moved, moved ? null : obstacle.ToString(), [.. attempt.Told.Where(one => one.WasTold).Select(one => one.Attachment.Name)], Faults(attempt));
    }

    private (PfnBuffer Frames, BackingCandidate Candidate)? TryReserve(SharingState state, Importer? newcomer, in PlacementDemand wish, out MoveObstacle obstacle)
    {
        (PfnBuffer, BackingCandidate)? reserved = core.Backing.TryReserve(MoveWay.Candidates(state, newcomer, wish), frames => Suits(frames, newcomer), out bool isShort);
        string name = core.Exporter.Name;
        obstacle = reserved is not null ? default
            : isShort ? MoveObstacle.NoRoom($"none free in {name}")
            : MoveObstacle.Unsuitable($"no frames in {name} that serve everyone");
        return reserved;
    }

    /// <summary>Whether frames serve everyone: the newcomer in place, whoever holds bytes in place as well, and nobody is left out.</summary>
    private bool Suits(PfnBuffer frames, Importer? newcomer)
    {
        SharingState state = core.Snapshot(frames: frames);
        if (newcomer is not null && AttachDecision.Stand(state, newcomer).Verdict is Verdict.Refused or Verdict.Bounce) return false;
        foreach (Attachment one in core.Attachments)
        {
            Verdict verdict = AttachDecision.Stand(state, one.Importer).Verdict;
            if (verdict == Verdict.Refused) return false;
            if (verdict == Verdict.Bounce && one.Standing.Verdict != Verdict.Bounce && core.Uses.Has(one)) return false;
        }

        return true;
    }

    /// <summary>Moves, if nothing has come between; under the lock. The move is over then, made or not.</summary>
    private bool TryFinish(MoveAttempt attempt, out MoveObstacle obstacle)
    {
        PfnBuffer? unused = attempt.Frames;
        Relocation? relocation = null;
        try
        {
            if (Between(attempt) is { } between)
            {
                obstacle = between;
                return false;
            }

            relocation = new Relocation(core, attempt.Frames);
            if (relocation.TryPrepare() is { } lack)
            {
                obstacle = MoveObstacle.NoRoom(lack);
                return false;
            }

            obstacle = default;
            Exception? broken = relocation.Commit(attempt);
            unused = core.Backing.Put(core, attempt.Frames, attempt.Candidate);
            if (broken is null) return true;

            // Old frames that a device may still reach are given to nobody.
            unused = null;
            ExceptionDispatchInfo.Capture(broken).Throw();
            throw broken;
        }
        finally
        {
            // Nor are new ones.
            if (relocation is { KeepsFrames: true }) unused = null;
            End(attempt, unused);
        }
    }

    /// <summary>The move is over, made or not, but for telling; under the lock.</summary>
    private void End(MoveAttempt attempt, PfnBuffer? unused)
    {
        core.Move = null;
        core.IsTellingOutcome = true;
        foreach (ToldHolder one in attempt.Told) one.Attachment.IsToldToStop = false;
        if (unused is not null) core.Exporter.Release(unused);
    }

    /// <summary>What has come between the decision and now; null where nothing has.</summary>
    private MoveObstacle? Between(MoveAttempt attempt)
    {
        if (core.IsRevoked || core.Uses.AnyRevoked) return MoveObstacle.NoRoom("that somebody was revoked while others were stopping");
        ToldHolder[] silent = [.. attempt.Told.Where(one => !one.HasStopped(core.Uses))];
        if (silent.Length > 0)
        {
            ToldHolder? threw = Array.Find(silent, one => one.StopFault is not null);
            string found = threw is null ? $"no answer within {timeout.TotalMilliseconds:0} ms" : $"that its callback threw {threw.StopFault!.GetType().Name}: {threw.StopFault.Message}";
            return MoveObstacle.NoAnswer([.. (threw is null ? silent : [threw]).Select(one => one.Attachment.Name)], found);
        }

        for (int slot = 0; slot < core.Uses.End; slot++)
        {
            if (!core.Uses.IsLive(slot)) continue;
            LiveUse use = core.Uses[slot];
            if (!attempt.Told.Any(one => ReferenceEquals(one.Attachment, use.Attachment))) return MoveObstacle.NoRoom($"that {use.Owner} came to hold bytes while others were stopping");
        }

        return Suits(attempt.Frames, attempt.Newcomer) ? null : MoveObstacle.NoRoom("that somebody attached for whom they do not do, while others were stopping");
    }

    private static List<KeyValuePair<string, Exception>> Faults(MoveAttempt attempt)
    {
        var faults = new List<KeyValuePair<string, Exception>>();
        foreach (ToldHolder one in attempt.Told)
        {
            if (one.StopFault is { } stop) faults.Add(new KeyValuePair<string, Exception>(one.Attachment.Name, stop));
            if (one.MovedFault is { } moved) faults.Add(new KeyValuePair<string, Exception>(one.Attachment.Name, moved));
        }

        return faults;
    }
}
