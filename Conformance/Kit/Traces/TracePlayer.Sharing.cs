using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <content>The shared buffer.</content>
internal sealed partial class TracePlayer
{
    private readonly Attachment?[] _attachments;
    private SharedBuffer? _shared;

    /// <summary>The frames that back it, as far as the model knows; null where there are none.</summary>
    private ModelView? _backing;

    private void Attach(int device)
    {
        if (_attachments[device] is not null) return;
        _shared ??= new SharedBuffer(new SystemMemoryExporter("system", _machine.Memory, _machine.Frames, SharedBytes));
        TraceStand stand = _machine.Stands[device];
        AttachResult result = _shared.Attach(stand.Mapper);
        _tally.Count(TraceTally.Verdicts, result.Decision.Verdict.ToString());
        Note((ulong)result.Decision.Verdict);
        Require(result.IsAttached == (result.Decision.Verdict != Verdict.Refused), $"the verdict is {result.Decision}, and the device is {(result.IsAttached ? "attached" : "not attached")}");
        FollowBacking();
        if (result.IsAttached)
        {
            _attachments[device] = result.Attachment;
        }
        else
        {
            Refused++;
            Require(result.Decision.Refusal is { Causes.Count: > 0 }, $"{stand} is refused without a cause");

            // Nothing speaks against a device that is trusted and takes any frames as they are.
            bool isEasy = stand.Rules == default && !stand.IsConfined && !stand.CopiesAll && (stand.IsTranslated ? stand.OutputBits > 34 : stand.BusOffset == 0) && (_backing is not null || _machine.Setting.LongestRun == 0);
            Require(!isEasy || _machine.Frames.FreeFrames < (SharedBytes / TraceMemory.Frame) + 1, $"{stand} is refused, and can do anything: {result.Decision}");
        }

        RequireMerged();
    }

    private void Detach(int device)
    {
        if (_attachments[device] is not { } attachment) return;
        int live = 0;
        foreach (ModelMapping? mapping in _mappings)
        {
            if (mapping?.Attachment == attachment) live++;
        }

        Require(attachment.LiveMappings == live, $"{attachment.LiveMappings} mappings of {_machine.Stands[device]} are live, and {live} were made and not ended");
        if (live > 0)
        {
            MustThrow<InvalidOperationException>($"detaching with {live} mappings", attachment.Detach);
            return;
        }

        attachment.Detach();
        _attachments[device] = null;
        RequireMerged();
    }

    private void Share(TraceStep step)
    {
        if (!IsPlace(step.Item, _mappings.Length) || _mappings[step.Item] is not null || _attachments[step.Device] is not { } attachment || !MayAsk(step)) return;
        if (step.At < 0 || step.Length < 1 || step.At > SharedBytes - step.Length) return;
        TraceStand stand = _machine.Stands[step.Device];
        MapOptions options = step.Options & (MapOptions.Prefix | MapOptions.ZeroCopy);
        bool writes = (step.Direction & DmaDirection.FromDevice) != 0;
        TraceForecast? forecast = _backing is null ? null : ForeseeShared(stand, attachment, step, options);
        Array.Clear(_segments, 0, step.Room);
        SharedMapResult shared = attachment.Map(step.At, step.Length, step.Direction, _segments.AsSpan(0, step.Room), options);
        MapResult result = shared.Mapping;
        FollowBacking();
        if (result.Status == MapStatus.NoBacking)
        {
            _tally.Count(TraceTally.Statuses, "NoBacking");
            Require(_backing is null, "there is a backing, and the device is told that there is none");
            return;
        }

        Require(_backing is not null, $"{result}, and nothing backs the buffer");
        Judge(stand, _backing!.Slice(step.At, step.Length), options, step.Room, forecast ?? ForeseeShared(stand, attachment, step, options), result);
        if (result.Status == MapStatus.WouldDiverge)
        {
            bool isConflict = FindSharedConflict(null, attachment, step.At, step.Length, writes, all: true) is not null || !stand.IsPlain || stand.Bounces;
            Require(isConflict, $"{stand} is told that its copy would diverge from {shared.ConflictsWith}, and nobody has a copy");
        }

        if (!result.IsMapped) return;
        ModelView view = _backing.Slice(step.At, result.Length);
        ModelMapping mapping = AdoptShared(stand, attachment, view, step, options, result);
        _mappings[step.Item] = mapping;
        _tally.Count(TraceTally.Accesses, mapping.Copies.Count > 0 ? "shared as a copy" : "shared in place");
    }

    private ModelMapping AdoptShared(TraceStand stand, Attachment attachment, ModelView view, TraceStep step, MapOptions options, in MapResult result)
    {
        DmaSegment[] segments = _segments.AsSpan(0, result.SegmentCount).ToArray();
        var mapping = new ModelMapping(stand, result.Token, view, step.Direction, segments) { Attachment = attachment, SharedAt = step.At, Source = -1 };
        if (stand.IsTranslated)
        {
            mapping.Reach = Enter(stand, segments[0].Address.Value, view, step.Direction);
        }
        else
        {
            FindCopies(mapping);
            if (mapping.Copies.Count == 0 && FindConflict(mapping) is { } conflict) throw new LawViolatedException($"{mapping} holds shared bytes beside {conflict}, a copy: no WouldDiverge");
            EnterCopies(mapping, options, result);
        }

        return mapping;
    }

    private TraceForecast ForeseeShared(TraceStand stand, Attachment attachment, TraceStep step, MapOptions options)
    {
        if (attachment.Decision.Verdict == Verdict.Refused) return TraceForecast.Of(MapStatus.Refused);
        ModelView view = _backing!.Slice(step.At, step.Length);
        TraceForecast forecast = Foresee(stand, view, step.Direction, options, step.Room);
        bool writes = (step.Direction & DmaDirection.FromDevice) != 0;
        return forecast.OrIf(stand.Bounces && FindSharedConflict(null, attachment, step.At, step.Length, writes, all: true) is not null, MapStatus.WouldDiverge);
    }

    /// <summary>A live mapping of the shared buffer that conflicts with a use of it: on a byte that either has a copy of, and either may write.</summary>
    private ModelMapping? FindSharedConflict(ModelMapping? mine, Attachment? attachment, long at, long length, bool writes, bool all)
    {
        foreach (ModelMapping? other in _mappings)
        {
            if (other is not { IsShared: true } || ReferenceEquals(other, mine) || !(writes || other.DeviceWrites)) continue;
            long from = Math.Max(at, other.SharedAt), to = Math.Min(at + length, other.SharedAt + other.Length);
            if (from >= to) continue;
            if (HasCopyIn(other, from, to) || (mine is not null && HasCopyIn(mine, from, to)) || (all && attachment is not null && mine is null && _machine.Pool is not null)) return other;
        }

        return null;
    }

    private static bool HasCopyIn(ModelMapping mapping, long from, long to)
    {
        foreach (ModelCopy copy in mapping.Copies)
        {
            if (mapping.SharedAt + copy.At < to && from < mapping.SharedAt + copy.At + copy.Length) return true;
        }

        return false;
    }

    private void TouchShared(TraceStep step, bool writes)
    {
        if (_shared is null || step.At < 0 || step.Length is < 1 or > MostTouched || step.At > SharedBytes - step.Length) return;
        CpuAccessResult result = _shared.BeginCpuAccess(step.At, step.Length, writes ? MemoryAccess.ReadWrite : MemoryAccess.Read);
        FollowBacking();
        bool conflicts = FindSharedConflict(null, null, step.At, step.Length, writes, all: false) is not null;
        _tally.Count(TraceTally.SharedAccesses, result.Status.ToString());
        Note((ulong)result.Status);
        if (_backing is null)
        {
            Require(result.Status == MapStatus.NoBacking, $"nothing backs the buffer, and the CPU is told {result.Status}");
            return;
        }

        Require(result.Status == (conflicts ? MapStatus.WouldDiverge : MapStatus.Mapped), $"the CPU is told {result}, and {(conflicts ? "a device has a copy" : "no device has a copy")}");
        if (result.Access is not { } access) return;
        using (access)
        {
            int length = (int)step.Length;
            Span<byte> bytes = _scratch.AsSpan(0, length);
            ModelView view = _backing.Slice(step.At, length);
            if (writes)
            {
                var random = new SpyRandom((ulong)step.Variant);
                random.Fill(bytes);
                access.Write(0, bytes);
            }
            else
            {
                access.Read(0, bytes);
            }

            for (long at = 0; at < length; at += view.InFrameFrom(at))
            {
                int index = TraceMemory.IndexOf(view.AddressAt(at)), count = (int)view.InFrameFrom(at);
                if (writes)
                {
                    bytes.Slice((int)at, count).CopyTo(_model.AsSpan(index, count));
                    _bytes.Touch(index, count);
                    Compare(index, count, "written by the CPU, the shared buffer");
                }
                else
                {
                    Require(bytes.Slice((int)at, count).SequenceEqual(_model.AsSpan(index, count)), $"the CPU reads something else of the shared buffer, from {step.At + at} on");
                }
            }
        }
    }

    /// <summary>Where other frames back the buffer than before, its bytes came with it, and nobody held them.</summary>
    private void FollowBacking()
    {
        PfnBuffer? now = _shared!.Backing;
        if (now is null)
        {
            Require(_backing is null, "the buffer has lost its frames");
            return;
        }

        Pfn[] frames = now.View.Frames.ToArray();
        var backing = new ModelView(frames, now.PageSize, now.Offset, now.Length);
        if (_backing is { } before)
        {
            if (frames.AsSpan().SequenceEqual(before.Frames)) return;
            _tally.Count(TraceTally.Accesses, "moved");
            foreach (ModelMapping? mapping in _mappings) Require(mapping is not { IsShared: true }, $"the bytes moved, and {mapping} holds some, and was not asked");
            byte[] bytes = new byte[before.Length];
            for (long at = 0; at < before.Length; at += before.InFrameFrom(at)) _model.AsSpan(TraceMemory.IndexOf(before.AddressAt(at)), (int)before.InFrameFrom(at)).CopyTo(bytes.AsSpan((int)at));
            Give(before.Frames, before.Page);
            for (long at = 0; at < backing.Length; at += backing.InFrameFrom(at))
            {
                int index = TraceMemory.IndexOf(backing.AddressAt(at)), count = (int)backing.InFrameFrom(at);
                bytes.AsSpan((int)at, count).CopyTo(_model.AsSpan(index, count));
                _bytes.Touch(index, count);
                Compare(index, count, "moved, the shared buffer");
            }
        }

        foreach (Pfn frame in frames) Take(frame, backing.Page, below4G: false);
        _backing = backing;
    }

    private void RequireMerged() => Require(_shared!.CurrentConstraints == _shared.RecalculateConstraints(), "the merged constraints are not those of who is attached");

    private void EndSharing()
    {
        if (_shared is null) return;
        for (int i = 0; i < _attachments.Length; i++) Detach(i);
        _shared.Dispose();
        if (_backing is not null) Give(_backing.Frames, _backing.Page);
    }
}
