using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <content>Mapping and unmapping.</content>
internal sealed partial class TracePlayer
{
    private const int MostSegments = 4096;
    private const int ProbesPlan = 1;

    private readonly DmaSegment[] _segments = new DmaSegment[MostSegments];

    private void Map(TraceStep step)
    {
        if (!IsPlace(step.Item, _mappings.Length) || _mappings[step.Item] is not null || SourceOf(step) is not { } view || !MayAsk(step)) return;
        TraceStand stand = _machine.Stands[step.Device];
        MapOptions options = step.Options & (MapOptions.Prefix | MapOptions.ZeroCopy);
        TraceForecast forecast = Foresee(stand, view, step.Direction, options, step.Room);
        MapPlan plan = step.Variant == ProbesPlan ? stand.Mapper.Plan(view.View, step.Direction, options, default) : default;
        Array.Clear(_segments, 0, step.Room);
        MapResult result = stand.Mapper.Map(view.View, step.Direction, _segments.AsSpan(0, step.Room), options);
        if (step.Variant == ProbesPlan) RequirePlan(stand, view, options, step.Room, plan, result);
        Judge(stand, view, options, step.Room, forecast, result);
        if (!result.IsMapped) return;
        ModelMapping mapping = Adopt(stand, view.Slice(0, result.Length), step.Direction, options, result);
        mapping.Source = step.Source;
        _buffers[step.Source]!.Uses++;
        _mappings[step.Item] = mapping;
    }

    private static bool MayAsk(TraceStep step) => step.Direction is DmaDirection.ToDevice or DmaDirection.FromDevice or DmaDirection.Bidirectional && step.Room is >= 0 and <= MostSegments;

    /// <summary>Holds what came out to what was foreseen.</summary>
    private void Judge(TraceStand stand, ModelView view, MapOptions options, int room, in TraceForecast forecast, in MapResult result)
    {
        _tally.Count(TraceTally.Statuses, result.Status.ToString());
        if (!result.IsMapped) _tally.Count(TraceTally.Refusals, result.Status.ToString());
        if (forecast.IsDetermined) _tally.Determined++;
        Note(((ulong)result.Status << 56) ^ ((ulong)result.Length << 16) ^ (ulong)result.SegmentCount ^ ((ulong)result.BouncedBytes << 32));
        bool isJustified = forecast.Allows(result.Status) || IsShort(stand, view, options, result.Status);
        if (!isJustified) throw new LawViolatedException($"{result} for {stand} [{stand.Rules}], {options}, room for {room}, {view}: it should be {forecast}");
        if (!result.IsMapped)
        {
            Require(result.Token.IsNone, "there is a token, and no mapping");
            if (result.FailedFrame >= 0) Require(result.FailedFrame < view.FrameCount, $"frame {result.FailedFrame} is told of {view.FrameCount}");
            return;
        }

        Require(result.Length >= 1 && result.Length <= view.Length && (result.Length == view.Length || (options & MapOptions.Prefix) != 0), $"{result.Length} of {view.Length} bytes are mapped");
        Require(result.SegmentCount <= room, $"{result.SegmentCount} segments in room for {room}");
        bool isCut = stand.IsTranslated && !HasRoomFor(stand, view);
        if (forecast.Count >= 0 && !isCut) Require((result.SegmentCount, result.Length) == (forecast.Count, forecast.Length), $"{result} for {stand} [{stand.Rules}], {options}, room for {room}, {view}: it should be {forecast}");
        if (result.SegmentCount < room && !stand.Bounces) Require(_segments[result.SegmentCount] == default, "a segment is written behind the last one");
        RequireRules(stand, result.SegmentCount, result.Length);
    }

    /// <summary>The segments obey the device.</summary>
    private void RequireRules(TraceStand stand, int count, long length)
    {
        DmaConstraints rules = stand.Rules;
        if (rules.MaxSegmentCount != 0) Require(count <= rules.MaxSegmentCount, $"{count} segments for a device of {rules.MaxSegmentCount}");
        long told = 0;
        for (int i = 0; i < count; i++)
        {
            (ulong start, long bytes) = (_segments[i].Address.Value, _segments[i].Length);
            told += bytes;
            if (bytes < 1 || (ulong)bytes - 1 > ulong.MaxValue - start) throw new LawViolatedException($"segment {i} is {_segments[i]}");
            ulong last = start + (ulong)bytes - 1;
            string? broken = start < rules.Window.First.Value || last > rules.Window.Last.Value ? "leaves the window"
                : rules.MaxSegmentSize != 0 && bytes > rules.MaxSegmentSize ? "is too long"
                : start % rules.Alignment != 0 ? "is not aligned"
                : bytes % rules.Granularity != 0 ? "is no multiple of the granularity"
                : rules.SegmentBoundaryMask != 0 && (start & ~rules.SegmentBoundaryMask) != (last & ~rules.SegmentBoundaryMask) ? "crosses the boundary"
                : null;
            if (broken is not null) throw new LawViolatedException($"segment {_segments[i]} of {stand} [{rules}] {broken}");
        }

        Require(told == length, $"the segments have {told} bytes, and {length} are mapped");
    }

    /// <summary>Finds out where the bytes of a mapping are to the device, and enters it in the model.</summary>
    private ModelMapping Adopt(TraceStand stand, ModelView view, DmaDirection direction, MapOptions options, in MapResult result)
    {
        DmaSegment[] segments = _segments.AsSpan(0, result.SegmentCount).ToArray();
        var mapping = new ModelMapping(stand, result.Token, view, direction, segments);
        Require(!result.Token.IsNone && !stand.Ended.Contains(result.Token), $"the token {result.Token} was one of {stand} before");
        foreach (ModelMapping? other in _mappings)
        {
            if (other is { IsShared: false } && other.Stand == stand) Require(other.Token != result.Token, $"two live mappings of {stand} have one token");
        }

        if (stand.IsTranslated)
        {
            for (int i = 1; i < segments.Length; i++) Require(segments[i].Address.Value == segments[i - 1].Address.Value + (ulong)segments[i - 1].Length, $"segment {i} does not follow the one before it");
            mapping.Reach = Enter(stand, segments[0].Address.Value, view, direction);
            Require(result.BouncedBytes == 0, "bytes are bounced, and there is no pool");
        }
        else
        {
            FindCopies(mapping);
            EnterCopies(mapping, options, result);
        }

        return mapping;
    }

    /// <summary>A device reaches granules at IOVAs that nobody else has, nor had a moment ago.</summary>
    private static ModelReach Enter(TraceStand stand, ulong start, ModelView view, DmaDirection direction)
    {
        Require((int)(start % TraceMemory.Frame) == view.InGranule, $"the IOVA 0x{start:x} does not have the offset in a granule of the view, {view.InGranule}");
        var reach = new ModelReach(start, view, stand.AccessIn(direction));
        Require(stand.MayHave(reach.First, reach.Count), $"{reach.Count} granules from IOVA 0x{start:x} on are not for mappings of {stand}");
        foreach (ModelReach other in stand.Live) Require(!other.Overlaps(reach.First, reach.Count), $"the IOVA 0x{start:x} is another mapping's too");
        foreach (ModelReach other in stand.Pending) Require(!other.Overlaps(reach.First, reach.Count), $"the IOVA 0x{start:x} is used again before the hardware has forgotten it");
        stand.Live.Add(reach);
        return reach;
    }

    private void Unmap(int item, long at)
    {
        if (!IsPlace(item, _mappings.Length) || _mappings[item] is not { } mapping) return;
        TraceStand stand = mapping.Stand;
        ModelReach? reach = mapping.Reach;

        // What the hardware knows shows whether it is made to forget it.
        ulong touched = 0;
        if (reach is not null)
        {
            touched = reach.Start + (ulong)(at >= 0 && at < mapping.Length ? at : mapping.Length - 1);
            bool reads = (reach.Access & MemoryAccess.Read) != 0;
            Touch(stand, reach.Start, 1, !reads, item);
            Touch(stand, touched, 1, !reads, item);
            stand.Live.Remove(reach);
            stand.Pending.Add(reach);
        }

        mapping.Unmap();
        _mappings[item] = null;
        if (mapping.Source >= 0) _buffers[mapping.Source]!.Uses--;
        if (!mapping.IsShared) stand.Ended.Add(mapping.Token);
        LeaveCopies(mapping);
        if (reach is null) return;
        bool maysLinger = stand.IsLazy && reach.Count < LargeGranules;
        if (!maysLinger) Require(!stand.Pending.Contains(reach), $"{mapping} is unmapped, and the hardware was not made to forget it");
        if (maysLinger) _tally.Count(TraceTally.Accesses, "unmapped lazily");
        stand.Remember(touched);
        if (maysLinger) return;
        Touch(stand, reach.Start, 1, writes: false, item);
        Touch(stand, touched, 1, writes: false, item);
        Touch(stand, touched, 1, writes: true, item);
    }

    private void RequirePlan(TraceStand stand, ModelView view, MapOptions options, int room, in MapPlan plan, in MapResult result)
    {
        _tally.Count(TraceTally.Plans, plan.Succeeds ? "succeeds" : plan.Status.ToString());
        if (plan.SegmentCount > room || result.Status is MapStatus.NoTableMemory or MapStatus.SpanTooShort || (stand.Bounces && !stand.IsPlain)) return;
        string told = $"the plan was {plan}, and mapping gave {result}: {view}";
        Require(plan.Succeeds == result.IsMapped && (result.IsMapped || plan.Status == result.Status), told);
        if (!result.IsMapped) return;

        // A known limit: where few slots are left, those that a plan gave back may come in other pieces, so in other segments; and of a prefix so many as there is room for.
        bool isNearlyFull = stand.Bounces && _slots.Length - _slotsHeld < 2 * view.Granules;
        if (!isNearlyFull) Require(plan.SegmentCount == result.SegmentCount, told);
        if (!isNearlyFull || (options & MapOptions.Prefix) == 0) Require((plan.Length, plan.BouncedBytes) == (result.Length, result.BouncedBytes), told);
        if (stand.Bounces && plan.BouncedBytes > 0) _tally.Count(TraceTally.PlannedCopies, isNearlyFull ? "few slots left" : "segment by segment");
    }

    /// <summary>A caller does what it must not: it is told, and nothing changes.</summary>
    private void Misuse(TraceStep step)
    {
        TraceStand stand = _machine.Stands[step.Device];
        ModelMapping? mapping = IsPlace(step.Item, _mappings.Length) ? _mappings[step.Item] : null;
        _tally.Count(TraceTally.Misuses, step.Variant.ToString(System.Globalization.CultureInfo.InvariantCulture));
        switch (step.Variant)
        {
            case 0 when stand.Ended.Count > 0:
                MappingToken stale = stand.Ended[(int)((uint)step.At % (uint)stand.Ended.Count)];
                MustThrow<ArgumentException>("unmapping what is unmapped", () => stand.Mapper.Unmap(stale));
                MustThrow<ArgumentException>("syncing what is unmapped", () => stand.Mapper.SyncForCpu(stale, 0, 1));
                break;
            case 1:
                MustThrow<ArgumentException>("unmapping no token", () => stand.Mapper.Unmap(default));
                break;
            case 2 when mapping is { IsShared: false } && mapping.Stand != stand:
                MustThrow<ArgumentException>("unmapping what is another device's", () => stand.Mapper.Unmap(mapping.Token));
                MustThrow<ArgumentException>("syncing what is another device's", () => stand.Mapper.SyncForDevice(mapping.Token, 0, 1));
                break;
            case 3 when mapping is { IsShared: true }:
                // The attachment's token is not the mapper's.
                MustThrow<ArgumentException>("unmapping an attachment's token", () => mapping.Stand.Mapper.Unmap(mapping.Token));
                break;
            case 4 when mapping is not null:
                var forged = new MappingToken(mapping.Token.Owner, mapping.Token.Slot, mapping.Token.Generation + 1 + (uint)(step.At & 3));
                MustThrow<ArgumentException>("unmapping a forged token", () => stand.Mapper.Unmap(forged));
                break;
            case 5 when SourceOf(step) is { } view:
                MustThrow<ArgumentException>("mapping in no direction", () => stand.Mapper.Map(view.View, DmaDirection.None, _segments, MapOptions.None));
                MustThrow<ArgumentException>("mapping nothing", () => stand.Mapper.Map(default, DmaDirection.ToDevice, _segments, MapOptions.None));
                MustThrow<ArgumentException>("planning in no direction", () => stand.Mapper.Plan(view.View, DmaDirection.None, MapOptions.None, default));
                break;
            case 6 when IsPlace(step.Source, _buffers.Length) && _buffers[step.Source] is { Uses: 0, IsAllocated: true } buffer:
                Free(step.Source);
                MustThrow<InvalidOperationException>("freeing what is free", () => _machine.Frames.Free(buffer.View.Frames, buffer.View.Page));
                break;
        }
    }
}
