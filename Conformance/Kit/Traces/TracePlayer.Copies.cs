using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <content>What is copied: one home, and copies that never diverge from it unseen.</content>
internal sealed partial class TracePlayer
{
    /// <summary>Who has each slot.</summary>
    private readonly ModelMapping?[] _slots;
    private int _slotsHeld;

    /// <summary>Compares each segment with the bytes that it is to stand for: they are where they are, or in slots.</summary>
    private static void FindCopies(ModelMapping mapping)
    {
        long at = 0;
        for (int i = 0; i < mapping.Segments.Length; i++)
        {
            DmaSegment segment = mapping.Segments[i];
            for (long within = 0; within < segment.Length;)
            {
                ulong place = segment.Address.Value + (ulong)within - (ulong)mapping.Stand.BusOffset;
                ulong home = mapping.View.AddressAt(at);
                long count = Math.Min(segment.Length - within, mapping.View.InFrameFrom(at));
                if (place != home)
                {
                    int index = TraceMemory.IndexOf(place);
                    if (!mapping.Stand.Bounces || TraceMemory.AreaAt(place) != TraceMemory.Pool) throw new LawViolatedException($"byte {at} of {mapping} is at 0x{home:x}, and the device is sent to 0x{place:x}");
                    Require(place % TraceMemory.Frame == home % TraceMemory.Frame, $"the copy of byte {at} of {mapping} does not keep its offset in its frame");
                    count = Math.Min(count, TraceMemory.Frame - (long)(place % TraceMemory.Frame));
                    mapping.Copies.Add(new ModelCopy(at, TraceMemory.IndexOf(home), index, (int)count));
                }

                within += count;
                at += count;
            }
        }
    }

    private void EnterCopies(ModelMapping mapping, MapOptions options, in MapResult result)
    {
        long bounced = 0;
        foreach (ModelCopy copy in mapping.Copies) bounced += copy.Length;
        Require(bounced == result.BouncedBytes, $"{bounced} bytes of {mapping} are copies, and the result says {result.BouncedBytes}");
        if (!mapping.Stand.Bounces) return;
        if ((options & MapOptions.ZeroCopy) != 0) Require(bounced == 0, $"{bounced} bytes of {mapping} are copies, and none was to be");
        if (FindConflict(mapping) is { } conflict) throw new LawViolatedException($"{mapping} holds bytes beside {conflict}, one of them a copy, and one may write them: no WouldDiverge");
        RequireOnlyWhatMust(mapping, options);
        for (int i = 0; i < mapping.Copies.Count; i++)
        {
            ModelCopy copy = mapping.Copies[i];
            bool isMore = i > 0 && mapping.Copies[i - 1].Slot == copy.Slot;
            if (!isMore)
            {
                Require(_slots[copy.Slot] is null, $"slot {copy.Slot} is given to {mapping}, and is one of {_slots[copy.Slot]}");
                _slots[copy.Slot] = mapping;
                _slotsHeld++;
                _model.AsSpan(copy.Slot * TraceMemory.Frame, TraceMemory.Frame).Clear();
            }

            MoveCopy(copy, 0, copy.Length, goesHome: false);
        }

        foreach (ModelCopy copy in mapping.Copies) Compare(copy.Slot * TraceMemory.Frame, TraceMemory.Frame, "mapped, a slot");
    }

    private void LeaveCopies(ModelMapping mapping)
    {
        foreach (ModelCopy copy in mapping.Copies)
        {
            if (mapping.DeviceWrites) MoveCopy(copy, 0, copy.Length, goesHome: true);
            if (_slots[copy.Slot] is null) continue;
            _slots[copy.Slot] = null;
            _slotsHeld--;
        }

        foreach (ModelCopy copy in mapping.Copies) Compare(copy.Home, copy.Length, "unmapped, a home");
    }

    /// <summary>The live copy that a mapping's copies diverge from, or itself; null for none.</summary>
    private ModelMapping? FindConflict(ModelMapping mapping)
    {
        for (int i = 0; i < mapping.Copies.Count; i++)
        {
            ModelCopy copy = mapping.Copies[i];
            if (FindCopy(copy.Home, copy.Length, mapping.DeviceWrites) is { } other) return other;
            if (mapping.DeviceWrites && HoldsTwice(mapping.View, copy)) return mapping;
        }

        if (!mapping.IsShared) return null;
        return FindSharedConflict(mapping, mapping.Attachment!, mapping.SharedAt, mapping.Length, mapping.DeviceWrites, all: false);
    }

    /// <summary>A live mapping with a copy of one of some bytes, where one of the two may write.</summary>
    private ModelMapping? FindCopy(int home, int length, bool writes)
    {
        foreach (ModelMapping? other in _mappings)
        {
            if (other is null || other.Copies.Count == 0 || !(writes || other.DeviceWrites)) continue;
            foreach (ModelCopy copy in other.Copies)
            {
                if (copy.Overlaps(home, length)) return other;
            }
        }

        return null;
    }

    /// <summary>Whether a view holds bytes that a copy of it holds, at another place too.</summary>
    private static bool HoldsTwice(ModelView view, in ModelCopy copy)
    {
        for (long at = 0; at < view.Length; at += view.InFrameFrom(at))
        {
            int index = TraceMemory.IndexOf(view.AddressAt(at)), count = (int)view.InFrameFrom(at);
            if (!copy.Overlaps(index, count)) continue;

            // Where the copy itself stands, they are the same bytes.
            bool isItself = copy.At >= at && copy.At + copy.Length <= at + count && index + (copy.At - at) == copy.Home;
            if (!isItself) return true;
        }

        return false;
    }

    /// <summary>What is within reach stands where it is, unless segment rules bring it together.</summary>
    private static void RequireOnlyWhatMust(ModelMapping mapping, MapOptions options)
    {
        TraceStand stand = mapping.Stand;
        if (stand.CopiesAll && (options & MapOptions.ZeroCopy) == 0)
        {
            long copied = 0;
            foreach (ModelCopy copy in mapping.Copies) copied += copy.Length;
            Require(copied == mapping.Length, $"{copied} of {mapping.Length} bytes of {mapping} are copies, and all are to be");
            return;
        }

        if (!stand.IsPlain) return;
        foreach (ModelCopy copy in mapping.Copies)
        {
            int frame = copy.Home & ~(TraceMemory.Frame - 1);
            int first = copy.At == 0 ? copy.Home : frame, last = copy.At + copy.Length == mapping.Length ? copy.Home + copy.Length : frame + TraceMemory.Frame;
            long within = stand.ReachOf(TraceMemory.AddressOf(first), last - first, out bool isReached);
            Require(!isReached || within < last - first, $"byte {copy.At} of {mapping} is a copy, and within reach");
        }
    }
}
