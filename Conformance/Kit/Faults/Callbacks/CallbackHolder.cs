using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A movable device with habits, and with a port by which it is seen what it reaches at each moment.</summary>
internal sealed class CallbackHolder(CallbackPlay play, StopHabit stops, MovedHabit hears, BusPort port) : IMovable
{
    private readonly Dictionary<MappingToken, DmaSegment[]> _mappings = [];

    internal Attachment Attachment { get; set; } = null!;

    internal StopHabit Stops => stops;

    /// <summary>Its last notice, while the move that it is of is not over.</summary>
    internal MoveNotice? Notice { get; private set; }

    internal int Told { get; private set; }

    internal int Heard { get; private set; }

    internal bool? HasMoved { get; private set; }

    internal bool IsHolding => _mappings.Count > 0;

    internal bool IsRevoked { get; private set; }

    internal bool IsDetached { get; private set; }

    /// <summary>Whether its habit is an answer in time, so that it cannot be why a move was not made.</summary>
    internal bool Answers => stops is StopHabit.Confirms or StopHabit.ConfirmsTwice or StopHabit.ConfirmsElsewhere or StopHabit.Unmaps or StopHabit.UnmapsAndConfirms or StopHabit.Detaches or StopHabit.MapsMore;

    /// <summary>Whether its habit leaves a move that waits for it unmade.</summary>
    internal bool Forbids => stops is StopHabit.Silent or StopHabit.ConfirmsLate or StopHabit.Throws or StopHabit.Revokes;

    public void StopDma(MoveNotice notice)
    {
        Told++;
        if (Told != Heard + 1) play.Complain($"{Attachment.Name} is told to stop {Told} times, and of {Heard} outcomes");
        MoveNotice? before = play.LastNotice;
        (Notice, play.LastNotice) = (notice, notice);
        Look("when it is told to stop");
        Stop(notice, before);
        if (play.IsLast(this)) play.PassTime();
    }

    public void Moved(MoveOutcome outcome)
    {
        Heard++;
        if (Told != Heard) play.Complain($"{Attachment.Name} is told of {Heard} outcomes, and to stop {Told} times");
        Notice = null;
        HasMoved = outcome.HasMoved;
        if (!outcome.HasMoved && outcome.Mappings.Count > 0) play.Complain("nothing moved, and there are new segments");
        if (outcome.HasMoved && outcome.Mappings.Count != _mappings.Count) play.Complain($"{Attachment.Name} holds {_mappings.Count} mappings, of which {outcome.Mappings.Count} moved");
        foreach (MovedMapping moved in outcome.Mappings) _mappings[moved.Token] = moved.Segments.ToArray();
        if (!IsRevoked) Look("when it is told the outcome");
        switch (hears)
        {
            case MovedHabit.Throws: throw new InjectedException("Moved throws");
            case MovedHabit.Unmaps: UnmapAll(); break;
            case MovedHabit.MapsMore: Map(mustWork: false); break;
        }
    }

    /// <summary>Maps the whole buffer.</summary>
    internal SharedMapResult Map(bool mustWork)
    {
        var room = new DmaSegment[8];
        SharedMapResult result = Attachment.Map(0, CallbackPlay.Length, DmaDirection.ToDevice, room);
        if (result.IsMapped) _mappings.Add(result.Mapping.Token, room.AsSpan(0, result.Mapping.SegmentCount).ToArray());
        else if (mustWork) play.Complain($"{Attachment.Name} cannot map: {result}");
        return result;
    }

    internal void UnmapAll()
    {
        foreach (MappingToken token in _mappings.Keys.ToArray())
        {
            Attachment.Unmap(token);
            _mappings.Remove(token);
        }
    }

    /// <summary>Whether the device finds the buffer's bytes by every mapping that it has.</summary>
    internal void Look(string when)
    {
        var found = new byte[CallbackPlay.Length];
        foreach (DmaSegment[] segments in _mappings.Values)
        {
            int at = 0;
            foreach (DmaSegment segment in segments)
            {
                if (!port.TryRead(segment.Address, found.AsSpan(at, (int)segment.Length), out DmaFault fault)) play.Complain($"{when} {Attachment.Name} gets {fault}");
                at += (int)segment.Length;
            }

            if (!found.AsSpan().SequenceEqual(play.Bytes)) play.Complain($"{when} {Attachment.Name} reads other bytes");
        }
    }

    /// <summary>Confirms when the time is over, which says no.</summary>
    internal void ConfirmLate()
    {
        if (Notice is { } notice && Attachment.ConfirmStopped(notice.Token)) play.Complain($"{Attachment.Name} confirms late, and it counts");
    }

    private void Stop(MoveNotice notice, MoveNotice? before)
    {
        switch (stops)
        {
            case StopHabit.Confirms:
                Confirm(notice);
                break;
            case StopHabit.ConfirmsTwice:
                Confirm(notice);
                Confirm(notice);
                break;
            case StopHabit.ConfirmsElsewhere:
                var thread = new Thread(() => Confirm(notice));
                thread.Start();
                thread.Join();
                break;
            case StopHabit.ConfirmsInTheWrongOrder:
                ConfirmAnothers(before ?? notice);
                break;
            case StopHabit.Throws:
                throw new InjectedException("StopDma throws");
            case StopHabit.ConfirmsAndThrows:
                Confirm(notice);
                throw new InjectedException("StopDma throws");
            case StopHabit.Unmaps:
                UnmapAll();
                break;
            case StopHabit.UnmapsAndConfirms:
                UnmapAll();
                Confirm(notice);
                break;
            case StopHabit.Detaches:
                UnmapAll();
                Attachment.Detach();
                IsDetached = true;
                break;
            case StopHabit.MapsMore:
                if (Map(mustWork: false) is var more && more.Mapping.Status != MapStatus.Moving) play.Complain($"{Attachment.Name} was told to stop and maps: {more}");
                Confirm(notice);
                break;
            case StopHabit.Revokes:
                Attachment.Revoke();
                IsRevoked = true;
                break;
            case StopHabit.BringsAnother:
                play.BringAnother();
                Confirm(notice);
                break;
        }
    }

    private void Confirm(MoveNotice notice)
    {
        if (!Attachment.ConfirmStopped(notice.Token)) play.Complain($"{Attachment.Name} confirms in time, and it does not count");
    }

    private void ConfirmAnothers(MoveNotice notice)
    {
        try
        {
            bool counts = Attachment.ConfirmStopped(notice.Token);
            if (!ReferenceEquals(notice.Attachment, Attachment) && counts) play.Complain($"{Attachment.Name} confirms for {notice.Attachment.Name}, and it counts");
        }
        catch (ArgumentException) when (!ReferenceEquals(notice.Attachment, Attachment))
        {
            // It is told that the notice is not its own.
        }
    }
}
