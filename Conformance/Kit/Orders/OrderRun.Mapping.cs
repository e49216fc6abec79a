using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed partial class OrderRun
{
    private void Map(OrderActor actor)
    {
        // The first mapping chooses the frames, and settles everyone's verdict.
        PaperDemand? chosen = _backing is null ? PaperBacking.Find(_paper, null, forMove: false, now: true) : null;
        SharedMapResult result = actor.Map(_setting.Length);
        if (_backing is null)
        {
            if (chosen is null)
            {
                Require(result.Mapping.Status == MapStatus.NoBacking && _buffer.Backing is null, $"{actor.Device.Name} maps as {result}; the oracle says that no frames are free");
                Require(result.Refusal is { Reason: RefusalReason.NoFreeFrames }, "a lack of frames that is not explained");
                _tally.Add(result.Refusal!);
                return;
            }

            Require(_buffer.Backing is not null, $"no frames were chosen: {result}");
            TakeFrames(_buffer.Backing!, chosen.Value);
        }

        PaperDevice paper = actor.Paper;
        if (paper.Verdict == Verdict.Refused)
        {
            Require(result.Mapping.Status == MapStatus.Refused && result.Refusal is not null, $"{actor.Device.Name} maps as {result}; the oracle says Refused");
            _tally.Add(result.Refusal!);
            return;
        }

        paper.Length = PaperUses.LengthOf(_paper, paper);
        paper.CopiesFrom = PaperUses.CopiesFrom(_paper, paper);
        if (PaperUses.IsInTheWay(_paper, paper))
        {
            bool named = result.ConflictsWith is { } name && Array.Exists(_actors, one => one.Device.Name == name && PaperUses.Conflict(paper, one.Paper));
            Require(result.Mapping.Status == MapStatus.WouldDiverge && named, $"{actor.Device.Name} maps as {result}; the oracle says that it would diverge (I7)");
            _tally.Divergences++;
            return;
        }

        Require(result.IsMapped, $"{actor.Device.Name} maps as {result}; the oracle says Mapped");
        Require(result.Mapping.Length == paper.Length, $"{actor.Device.Name} has {result.Mapping.Length} bytes mapped, not {paper.Length}");
        Require(result.Mapping.BouncedBytes == paper.Length - paper.CopiesFrom, $"{actor.Device.Name} has copies of {result.Mapping.BouncedBytes} bytes, not of {paper.Length - paper.CopiesFrom}");
        paper.IsLive = true;
        _tally.Mappings++;
        CheckSegments(actor);
        OrderReach.CheckMapped(actor, _tally);
    }

    private void Unmap(OrderActor actor)
    {
        actor.Unmap();
        actor.Paper.IsLive = false;
        OrderReach.CheckUnmapped(actor, _tally);
    }

    /// <summary>Frames are there, for the first time or after a move: they are as was asked, and everyone stands on them.</summary>
    private void TakeFrames(PfnBuffer frames, PaperDemand demand)
    {
        var addresses = new ulong[_setting.Frames];
        Require(frames.View.Frames.Length == addresses.Length && frames.Length == _setting.Length, "frames of another length");
        for (int i = 0; i < addresses.Length; i++) addresses[i] = frames.View.Frames[i].Value * OrderSetting.Frame;
        if (_setting.Kind == MemoryKind.PageBacked)
        {
            ulong start = _setting.Zones[PaperBacking.ZoneFor(_setting, demand)];
            foreach (ulong address in addresses) Require(address >= start && address < start + (OrderSetting.ZoneFrames * OrderSetting.Frame), $"a frame at 0x{address:x}, where 0x{start:x} is the zone for {demand}");
            (_, int runs) = PaperBacking.Survey(addresses, 0, 64);
            Require(runs == 1 || !demand.InOneRun, $"frames in {runs} runs for {demand}");
        }

        bool isFirst = _backing is null;
        (_backing, _paper.Frames) = (frames, addresses);
        if (isFirst) _bytes.Begin(frames);
        foreach (PaperDevice device in _paper.Devices)
        {
            if (device.IsAttached) device.Verdict = _oracle.Stand(_paper, device);
        }
    }

    /// <summary>Invariant I2: segments keep to the device's rules and cover the bytes; where nothing is copied they are the frames.</summary>
    private void CheckSegments(OrderActor actor)
    {
        ClassFacts facts = actor.Paper.Facts;
        IReadOnlyList<ulong> home = _paper.Frames!;
        long at = 0;
        if (facts.IsRaw)
        {
            ReadOnlySpan<Pfn> frames = actor.Pfns.View.Frames;
            for (int i = 0; i < home.Count; i++) Require(frames[i].Value * OrderSetting.Frame == home[i], "raw pfns that are not the frames");
            return;
        }

        foreach (DmaSegment segment in actor.Segments)
        {
            ulong first = segment.Address.Value, last = first + (ulong)segment.Length - 1;
            bool keeps = segment.Length > 0 && first >= facts.WindowStart && (facts.WindowBits == 64 || last >> facts.WindowBits == 0)
                && (facts.LongestSegment == 0 || segment.Length <= facts.LongestSegment)
                && (facts.Boundary == 0 || first / facts.Boundary == last / facts.Boundary)
                && segment.Length % facts.Unit == 0;
            if (!keeps) throw new LawViolatedException($"{actor.Device.Name} is given the segment {segment}, which breaks its rules (I2)");
            for (long offset = 0; !facts.IsTranslated && offset < segment.Length && at + offset < actor.Paper.CopiesFrom; offset += OrderSetting.Frame - (offset % OrderSetting.Frame))
            {
                long there = at + offset;
                Require(first + (ulong)offset == home[(int)(there / OrderSetting.Frame)] + (ulong)(there % OrderSetting.Frame), "segments that do not lead to the bytes in order (I2)");
            }

            at += segment.Length;
        }

        Require(at == actor.Paper.Length, $"{actor.Device.Name}'s segments cover {at} bytes, not {actor.Paper.Length} (I2)");
        Require(facts.MostSegments == 0 || actor.Segments.Length <= facts.MostSegments, $"{actor.Device.Name} is given {actor.Segments.Length} segments (I2)");
    }
}
