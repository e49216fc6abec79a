using System;
using System.Runtime.ExceptionServices;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Plans, makes and ends what attachments and the CPU hold of one shared buffer's bytes.</summary>
internal sealed class SharedMapper(BufferCore core)
{
    internal object Lock => core.Lock;

    internal MapPlan Plan(Attachment attachment, long offset, long length, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        CheckRequest(attachment, offset, length, direction, raw: false);
        Segmenting.Check(options);
        lock (core.Lock)
        {
            core.ThrowIfDetached(attachment);
            if (core.IsRevoked || attachment.IsRevoked) return new MapPlan { Status = MapStatus.Revoked, FailedFrame = -1 };
            if (core.Backing.Frames is not { } frames) return new MapPlan { Status = MapStatus.NoBacking, FailedFrame = -1 };
            if (attachment.IsToldToStop) return new MapPlan { Status = MapStatus.Moving, FailedFrame = -1 };
            if (attachment.Standing.Verdict == Verdict.Refused) return new MapPlan { Status = MapStatus.Refused, FailedFrame = -1 };

            options = Allowed(attachment, options);
            PfnView view = frames.View.Slice(offset, length);
            MapPlan plan = core.Uses.Foresee(attachment, view, offset, direction, options, out LiveUse use);
            bool conflicts = core.Uses.FindConflict(use) is not null;
            core.Uses.ReturnParts(use.Bounced);
            if (!plan.Succeeds) return plan;
            return conflicts
                ? new MapPlan { Status = MapStatus.WouldDiverge, FailedFrame = -1 }
                : attachment.Mapper!.Plan(view, direction, options, parts);
        }
    }

    internal SharedMapResult Map(Attachment attachment, long offset, long length, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        CheckRequest(attachment, offset, length, direction, raw: false);
        Segmenting.Check(options);
        lock (core.Lock)
        {
            if (Hindrance(attachment) is { } hindrance) return hindrance;
            options = Allowed(attachment, options);
            PfnView view = core.Backing.Frames!.View.Slice(offset, length);
            MapPlan plan = core.Uses.Foresee(attachment, view, offset, direction, options, out LiveUse use);
            return Carry(attachment, view, plan, use, length, segments, options);
        }
    }

    internal SharedMapResult MapPlane(Attachment attachment, in Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        if (plane.IsEmpty) Throw.Argument(nameof(plane), "The plane is empty: a mapping has at least 1 byte.");
        if (plane.Offset > core.Exporter.Length - plane.Extent)
            Throw.OutOfRange(nameof(plane), plane, $"it ends after the buffer's {core.Exporter.Length} bytes");
        CheckRequest(attachment, plane.Offset, plane.Extent, direction, raw: false);
        Segmenting.Check(options);
        if (from < 0 || from >= plane.Length) Throw.OutOfRange(nameof(from), from, $"it must lie in 0 to {plane.Length - 1}");
        lock (core.Lock)
        {
            if (Hindrance(attachment) is { } hindrance) return hindrance;
            options = Allowed(attachment, options);
            PfnView view = core.Backing.Frames!.View;
            MapPlan plan = LiveUses.ForeseePlane(attachment, view, plane, new PlanePieces(plane, from), from, direction, options, out LiveUse use);
            return Carry(attachment, view, plan, use, plane.Length - from, segments, options);
        }
    }

    /// <summary>Maps what was foreseen, unless it would conflict.</summary>
    private SharedMapResult Carry(Attachment attachment, scoped in PfnView view, in MapPlan plan, LiveUse use, long length, Span<DmaSegment> segments, MapOptions options)
    {
        if (!plan.Succeeds)
        {
            // The mapper's pool met the conflict first; who it is with is known here, unless it is somebody of another buffer.
            LiveUse whole = use with { Length = length, IsAllBounced = true };
            string? with = plan.Status == MapStatus.WouldDiverge ? core.Uses.FindConflict(whole) : null;
            return new SharedMapResult(MapResult.Refused(plan.Status, plan.FailedFrame, plan.SegmentCount), with);
        }

        bool kept = false;
        try
        {
            if (core.Uses.FindConflict(use) is { } holder) return new SharedMapResult(MapResult.Refused(MapStatus.WouldDiverge), holder);
            MapResult inner = use.Plane.IsEmpty
                ? attachment.Mapper!.Map(view, use.Direction, segments, options)
                : attachment.Planes.MapPieces(view, new PlanePieces(use.Plane, use.From), use.Direction, segments, options);
            if (!inner.IsMapped) return new SharedMapResult(inner);

            use = LiveUses.Become(use, inner, plan);
            if (core.Uses.FindConflict(use) is { } late)
            {
                use.Unmap();
                return new SharedMapResult(MapResult.Refused(MapStatus.WouldDiverge), late);
            }

            kept = true;
            return new SharedMapResult(Enter(attachment, use, inner));
        }
        finally
        {
            if (!kept) core.Uses.ReturnParts(use.Bounced);
        }
    }

    internal SharedMapResult TakePfns(Attachment attachment, long offset, long length, DmaDirection direction, out PfnSlice pfns)
    {
        CheckRequest(attachment, offset, length, direction, raw: true);
        lock (core.Lock)
        {
            pfns = default;
            if (Hindrance(attachment) is { } hindrance) return hindrance;
            var use = new LiveUse
            {
                Attachment = attachment,
                Kind = HoldingKind.Pfns,
                Offset = offset,
                Length = length,
                Direction = direction,
                Writes = direction.DeviceWrites(),

                // In place, and at any time: nobody begins a turn on it.
                TakesTurns = false,
                Bounced = [],
            };
            if (core.Uses.FindConflict(use) is { } holder) return new SharedMapResult(MapResult.Refused(MapStatus.WouldDiverge), holder);
            pfns = core.Backing.Frames!.Slice(offset, length);
            return new SharedMapResult(Enter(attachment, use, new MapResult { Status = MapStatus.Mapped, Length = length, FailedFrame = -1 }));
        }
    }

    /// <summary>Ends a mapping, or puts pfns back.</summary>
    internal void End(Attachment attachment, MappingToken token, HoldingKind kind)
    {
        lock (core.Lock)
        {
            int slot = attachment.UseOf(token);
            ref LiveUse use = ref core.Uses[slot];
            if (use.Kind != kind) Throw.Argument(nameof(token), kind == HoldingKind.Pfns ? $"{token} is a mapping: unmap it." : $"{token} is a hold of pfns: put them back.");
            core.Turns.EndAll(slot, use);

            // A mapper that throws breaks its promise; the mapping then stays live, for its copies may.
            use.Unmap();
            attachment.Forget(token);
            core.Uses.Remove(slot);
            if (core.Move is not null) System.Threading.Monitor.PulseAll(core.Lock);
        }
    }

    internal CpuAccessResult Open(long offset, long length, MemoryAccess access)
    {
        lock (core.Lock)
        {
            core.ThrowIfDisposed();
            if (core.IsRevoked) return new CpuAccessResult(MapStatus.Revoked);
            if (core.Exporter.Kind == MemoryKind.Protected) return new CpuAccessResult(MapStatus.Refused);
            if (!core.Backing.TryChoose(core)) return new CpuAccessResult(MapStatus.NoBacking, refusal: core.Backing.ExplainNone(core, SharingState.Cpu));
            bool writes = (access & MemoryAccess.Write) != 0;
            var use = new LiveUse { Kind = HoldingKind.CpuAccess, Offset = offset, Length = length, Direction = (DmaDirection)access, Writes = writes, TakesTurns = true, Bounced = [] };
            string? holder = core.Uses.FindConflict(use) ?? (length == 0 ? null : core.Turns.FindConflict(use.Pieces, writes));
            if (holder is not null) return new CpuAccessResult(MapStatus.WouldDiverge, conflictsWith: holder);
            PfnSlice slice = core.Backing.Frames!.Slice(offset, length);
            return new CpuAccessResult(MapStatus.Mapped, new CpuAccess(this, core.Exporter.Memory, slice, access, core.Uses.Add(use)));
        }
    }

    internal void Close(int use)
    {
        lock (core.Lock) core.Uses.Remove(use);
    }

    internal TurnResult BeginAccess(Attachment attachment, MappingToken token, long offset, long length, MemoryAccess access)
    {
        if (access is < MemoryAccess.Read or > MemoryAccess.ReadWrite) Throw.OutOfRange(nameof(access), access, "it must be Read, Write or ReadWrite");
        lock (core.Lock)
        {
            int slot = attachment.UseOf(token);
            LiveUse use = core.Uses[slot];
            if (!attachment.Importer.TakesTurns) Throw.Invalid($"{attachment.Name} did not declare that it takes turns: sync its mappings instead.");
            if (use.Kind != HoldingKind.Mapping) Throw.Argument(nameof(token), $"{token} is a hold of pfns, which is in place: it needs no turns.");
            Throw.IfRangeOutside(offset, length, use.Length);
            if ((access & ~use.Direction.DeviceAccess()) != 0) Throw.OutOfRange(nameof(access), access, $"the mapping is {use.Direction}");
            if (core.IsRevoked || attachment.IsRevoked) return new TurnResult(MapStatus.Revoked, default, null);
            if (attachment.IsToldToStop) return new TurnResult(MapStatus.Moving, default, null);

            bool writes = (access & MemoryAccess.Write) != 0;
            if (length == 0) Throw.OutOfRange(nameof(length), length, "a turn has at least 1 byte");
            PlanePieces bytes = use.PiecesOf(offset, length);
            string? holder = core.Turns.FindConflict(bytes, writes) ?? OpenToCpu(bytes, writes);
            return holder is null
                ? new TurnResult(MapStatus.Mapped, core.Turns.Begin(slot, use, offset, length, writes), null)
                : new TurnResult(MapStatus.WouldDiverge, default, holder);
        }
    }

    internal void EndAccess(Attachment attachment, AccessTurn turn)
    {
        lock (core.Lock)
        {
            LiveUse use = core.Uses[core.Turns.UseOf(turn)];
            if (!ReferenceEquals(use.Attachment, attachment)) Throw.Argument(nameof(turn), $"The turn is {use.Owner}'s, not {attachment.Name}'s.");
            core.Turns.End(turn, use);
        }
    }

    /// <summary>Ends the mappings of somebody, or of everybody, under their owners.</summary>
    internal void Revoke(Attachment? only)
    {
        lock (core.Lock)
        {
            if (only is null) core.IsRevoked = true;
            else only.IsRevoked = true;
            Exception? broken = null;
            for (int slot = 0; slot < core.Uses.End; slot++)
            {
                if (!core.Uses.IsLive(slot)) continue;
                ref LiveUse use = ref core.Uses[slot];
                if (use.Kind != HoldingKind.Mapping || use.IsRevoked || (only is not null && !ReferenceEquals(use.Attachment, only))) continue;
                try
                {
                    core.Turns.Revoke(slot, use);
                    use.KeepsSlots = only is null && use.HoldsCopies && use.Attachment!.Importer.Profile.Addressing == Addressing.Direct;
                    if (!use.KeepsSlots) use.Unmap();
                    else if (use is { Writes: true, TakesTurns: false }) use.SyncForCpu(0, use.Length);
                }
#pragma warning disable CA1031 // The others are to lose their reach all the same; it is thrown when they have.
                catch (Exception thrown)
#pragma warning restore CA1031
                {
                    broken ??= thrown;
                    continue;
                }

                use.IsRevoked = true;
                if (!use.KeepsSlots)
                {
                    core.Uses.ReturnParts(use.Bounced);
                    (use.Bounced, use.BouncedCount, use.BouncedBytes, use.IsAllBounced) = ([], 0, 0, false);
                }

                use.Attachment!.Rename(use.Token, use, slot);
            }

            if (core.Move is not null) System.Threading.Monitor.PulseAll(core.Lock);
            if (broken is not null) ExceptionDispatchInfo.Capture(broken).Throw();
        }
    }

    /// <summary>Why nothing can be mapped or held now, whatever it is; null where something can. The first call chooses the frames.</summary>
    private SharedMapResult? Hindrance(Attachment attachment)
    {
        core.ThrowIfDetached(attachment);
        if (core.IsRevoked || attachment.IsRevoked) return new SharedMapResult(MapResult.Refused(MapStatus.Revoked));
        if (attachment.IsToldToStop) return new SharedMapResult(MapResult.Refused(MapStatus.Moving));
        if (!core.Backing.TryChoose(core)) return new SharedMapResult(MapResult.Refused(MapStatus.NoBacking), refusal: core.Backing.ExplainNone(core, attachment.Name));
        return attachment.Standing.Verdict == Verdict.Refused
            ? new SharedMapResult(MapResult.Refused(MapStatus.Refused), refusal: attachment.Standing.Refusal)
            : null;
    }

    private MapResult Enter(Attachment attachment, LiveUse use, in MapResult inner)
    {
        int slot = core.Uses.Add(use);
        MappingToken token = attachment.Enter(use, slot);
        core.Uses[slot].Token = token;
        return new MapResult
        {
            Status = inner.Status,
            Token = token,
            SegmentCount = inner.SegmentCount,
            Length = inner.Length,
            BouncedBytes = inner.BouncedBytes,
            FailedFrame = -1,
        };
    }

    private string? OpenToCpu(in PlanePieces bytes, bool writes)
    {
        for (int slot = 0; slot < core.Uses.End; slot++)
        {
            if (!core.Uses.IsLive(slot)) continue;
            ref LiveUse use = ref core.Uses[slot];
            if (use.Kind == HoldingKind.CpuAccess && (writes || use.Writes) && use.Length > 0 && use.Pieces.Overlaps(bytes)) return use.Owner;
        }

        return null;
    }

    private void CheckRequest(Attachment attachment, long offset, long length, DmaDirection direction, bool raw)
    {
        Throw.IfRangeOutside(offset, length, core.Exporter.Length);
        if (length == 0) Throw.OutOfRange(nameof(length), length, "a mapping has at least 1 byte");
        if ((direction.DeviceAccess() & ~attachment.Importer.Access) != 0)
            Throw.OutOfRange(nameof(direction), direction, $"{attachment.Name} declared that it only does {attachment.Importer.Access}");
        if (raw != attachment.Importer.RawPfns)
            Throw.Invalid(raw ? $"{attachment.Name} did not declare that it takes raw pfns: map instead." : $"{attachment.Name} takes raw pfns, and has no mapper: take pfns instead.");
    }

    /// <summary>
    /// What a driver asks for, and what attachment and policy ask of every mapping. Whether turns are taken was declared once, and
    /// nobody can vouch for bytes that others share.
    /// </summary>
    private MapOptions Allowed(Attachment attachment, MapOptions options)
        => (options & ~(MapOptions.TakesTurns | MapOptions.RestIsZero))
        | (attachment.Importer.ZeroCopyOnly || !core.Policy.AllowsBounce ? MapOptions.ZeroCopy : MapOptions.None)
        | (attachment.Importer.TakesTurns ? MapOptions.TakesTurns : MapOptions.None);
}
