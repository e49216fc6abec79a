using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed partial class OrderRun
{
    private void Attach(OrderActor actor, bool counts)
    {
        // The CPU has the bytes open meanwhile, where that is the case's flavour and no copy stands against it.
        CpuAccess? open = _case.Flavour == OrderFlavour.OpenToCpu && _backing is not null ? _bytes.OpenAll() : null;
        _paper.IsOpenToCpu = open is not null;
        PaperOutcome expected = _oracle.Attach(_paper, actor.Paper);
        AttachResult result = actor.Hardware.Attach(_buffer, _case.Flavour, actor);
        Verdict verdict = result.Decision.Verdict;
        if (verdict != expected.Verdict || result.Decision.Follows != expected.Follows)
            throw new LawViolatedException($"{actor.Device.Name} attaches as {result.Decision}; the oracle says {expected.Verdict}, then {expected.Follows}");
        if (result.IsAttached == (verdict == Verdict.Refused)) throw new LawViolatedException($"{actor.Device.Name} is {verdict} and {(result.IsAttached ? "" : "not ")}attached");
        if (counts) _tally.Add(verdict);
        if (result.Decision.Refusal is { } refusal)
        {
            CheckRefusal(actor, refusal);
            if (counts) _tally.Add(refusal);
        }

        actor.Attachment = result.Attachment;
        actor.WasRefused = !result.IsAttached;
        actor.Paper.IsAttached = result.IsAttached;
        if (result.IsAttached) actor.Paper.Verdict = expected.Follows;
        AfterMove(result.Move, verdict == Verdict.Move, expected.Moved);
        _paper.IsOpenToCpu = false;
        open?.Dispose();
    }

    /// <summary>Bytes move only for the verdict that says so, and everyone who held some was told first and after.</summary>
    private void AfterMove(MoveReport? report, bool shouldMove, PaperDemand demand)
    {
        PfnBuffer? now = _buffer.Backing;
        bool moved = !ReferenceEquals(now, _backing);
        if (moved != shouldMove) throw new LawViolatedException(moved ? "the bytes moved, and no verdict says so" : "a verdict says that the bytes moved, and they have not");
        foreach (OrderActor holder in _actors)
        {
            if (holder.IsStopped) throw new LawViolatedException($"{holder.Device.Name} was told to stop, and not that it is over");
            bool told = holder.Moves > 0;
            if (told != (moved && holder.Paper.IsLive)) throw new LawViolatedException(told ? $"{holder.Device.Name} was told of a move for nothing" : $"the bytes moved, and {holder.Device.Name} was not told (I1)");
            if (holder.Notices > 1) throw new LawViolatedException($"{holder.Device.Name} was told to stop {holder.Notices} times for one newcomer");
            (holder.Notices, holder.Moves) = (0, 0);
        }

        if (report is { Faults.Count: > 0 }) throw new LawViolatedException($"{report.Faults[0].Key} threw: {report.Faults[0].Value}");
        if (!moved) return;
        TakeFrames(now!, demand);
        foreach (OrderActor holder in _actors)
        {
            if (holder.Paper.IsLive) CheckSegments(holder);
        }
    }

    /// <summary>The movable device is told to stop. What is thrown here would count as its answer, so what is wrong is kept.</summary>
    internal void Stop(OrderActor actor, MoveNotice notice)
    {
        if (!actor.Paper.IsLive || actor.IsStopped || !ReferenceEquals(notice.Attachment, actor.Attachment)) _wrong ??= $"{actor.Device.Name} is told to stop for nothing";
        if (!ReferenceEquals(_buffer.Backing, _backing)) _wrong ??= $"{actor.Device.Name} is told to stop when the bytes have moved already (I1)";
        actor.IsStopped = true;
        actor.Notices++;
        _tally.Notices++;
        bool wouldMove = PaperBacking.Survey(_paper.Frames!, 0, ClassFacts.Probe.WindowBits).Outside > 0;
        if (_case.Flavour == OrderFlavour.Unconfined && wouldMove)
        {
            AttachResult probe = _world.Probe.Attach(_buffer, _case.Flavour, actor);
            Refusal? refusal = probe.Decision.Refusal;
            bool refused = false;
            foreach (RefusalCause cause in refusal?.Causes ?? []) refused |= cause.Reason == RefusalReason.MoveUnderWay;
            if (!refused) _wrong ??= $"a device that needs a move comes during another one, and is not refused so: {probe.Decision}";
            if (refusal is not null) _tally.Add(refusal);
        }

        if (_setting.HoldersAnswer)
        {
            if (!actor.Attachment!.ConfirmStopped(notice.Token)) _wrong ??= $"{actor.Device.Name}'s word that it has stopped is not taken";
            return;
        }

        _world.Clock.PassTime();
        if (actor.Attachment!.ConfirmStopped(notice.Token)) _wrong ??= $"{actor.Device.Name}'s word that it has stopped is taken when it is too late";
    }

    /// <summary>The movable device is told how the move went.</summary>
    internal void GoOn(OrderActor actor, MoveOutcome outcome)
    {
        if (!actor.IsStopped) _wrong ??= $"{actor.Device.Name} is told that a move is over of which it was not told before";
        actor.IsStopped = false;
        if (!outcome.HasMoved) return;
        if (!_setting.HoldersAnswer) _wrong ??= $"the bytes moved, and {actor.Device.Name} had not answered";
        actor.Moves++;
        if (outcome.Mappings.Count != 1 || outcome.Mappings[0].Token != actor.Token) _wrong ??= $"{actor.Device.Name} is told of mappings that it does not have";
        else actor.Take(outcome.Mappings[0]);
    }

    /// <summary>A refusal says why, and names only those who are there.</summary>
    private void CheckRefusal(OrderActor actor, Refusal refusal)
    {
        Require(refusal.Importer == actor.Device.Name && refusal.Causes.Count > 0, "a refusal without a cause");
        foreach (RefusalCause cause in refusal.Causes)
        {
            bool holds = cause.Reason switch
            {
                RefusalReason.Pinned => IsHolder(cause.Attachment, movable: false),
                RefusalReason.NoAnswer => IsHolder(cause.Attachment, movable: true),
                RefusalReason.PolicyForbids => cause.Attachment == "the buffer" && refusal.ConflictsWith.All(name => name != "the buffer"),
                _ => cause.Attachment == actor.Device.Name,
            };
            if (!holds || cause.Wanted.Length == 0 || cause.Found.Length == 0) throw new LawViolatedException($"a cause that does not hold: {cause.Reason}, {cause}");
        }

        foreach (string name in refusal.ConflictsWith)
        {
            bool isThere = name == SharingState.Cpu ? _paper.IsOpenToCpu : Array.Exists(_actors, one => one.Device.Name == name && one.Paper.IsAttached);
            if (!isThere) throw new LawViolatedException($"a conflict with {name}, who is not there");
        }
    }

    private bool IsHolder(string name, bool movable)
        => name == SharingState.Cpu
            ? _paper.IsOpenToCpu && !movable
            : Array.Exists(_actors, one => one.Device.Name == name && one.Paper.IsLive && one.Paper.Facts.IsMovable == movable);
}
