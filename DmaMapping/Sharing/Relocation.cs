using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Takes all live uses of a buffer from its frames to others: first what may fail, with the old mappings untouched, then what
/// cannot. Under the buffer's lock, while no DMA and no CPU access is under way.
/// </summary>
internal sealed class Relocation(BufferCore core, PfnBuffer frames)
{
    private readonly List<Relocated> _relocated = [];

    /// <summary>Whether a mapper broke its promise to unmap what it had mapped on the new frames, so that they may still be mapped.</summary>
    internal bool KeepsFrames { get; private set; }

    /// <summary>Brings home what devices wrote, copies the bytes, and maps everyone on the new frames beside the old ones.</summary>
    /// <returns>What there was too little of, and then nothing is mapped on the new frames; null where all went well.</returns>
    internal string? TryPrepare()
    {
        bool prepared = false;
        try
        {
            for (int slot = 0; slot < core.Uses.End; slot++)
            {
                if (core.Uses.IsLive(slot)) BringHome(slot);
            }

            CopyAll();
            string? lack = null;
            for (int slot = 0; slot < core.Uses.End && lack is null; slot++)
            {
                if (core.Uses.IsLive(slot)) lack = TryMap(slot);
            }

            prepared = lack is null;
            return lack;
        }
        finally
        {
            if (!prepared) Undo();
        }
    }

    /// <summary>Ends the old mappings; the new ones take their places under their tokens.</summary>
    /// <returns>What a mapper threw that broke its promise to unmap, so that the old frames may still be mapped; else null.</returns>
    internal Exception? Commit(MoveAttempt attempt)
    {
        Exception? broken = null;
        foreach (Relocated one in _relocated)
        {
            ref LiveUse use = ref core.Uses[one.Slot];
            Attachment owner = use.Attachment!;
            try
            {
                use.Unmap();
            }
#pragma warning disable CA1031 // Half a move would be worse; it is thrown when the rest is done.
            catch (Exception thrown)
#pragma warning restore CA1031
            {
                broken ??= thrown;
            }

            core.Uses.ReturnParts(use.Bounced);
            use = one.Use;
            owner.Rename(use.Token, use, one.Slot);
        }

        foreach (ToldHolder told in attempt.Told)
        {
            told.Moved = [.. _relocated.Where(one => ReferenceEquals(one.Use.Attachment, told.Attachment))
                .Select(one => new MovedMapping(one.Use.Token, one.Segments, one.BouncedBytes, one.Pfns))];
        }

        return broken;
    }

    private void BringHome(int slot)
    {
        ref LiveUse use = ref core.Uses[slot];
        if (use.Kind != HoldingKind.Mapping || !use.HoldsCopies || !use.Writes) return;
        if (!use.TakesTurns) use.SyncForCpu(0, use.Length);
        else core.Turns.BringHome(slot, use);
    }

    private void CopyAll()
    {
        IPhysicalMemory memory = core.Exporter.Memory;
        PfnView to = frames.View;
        long at = 0;
        foreach (FrameRun run in core.Backing.Frames!.View.Runs)
        {
            long done = 0;
            foreach (FrameRun target in to.Slice(at, run.Length).Runs)
            {
                memory.Copy(run.Address + done, target.Address, target.Length);
                done += target.Length;
            }

            at += run.Length;
        }
    }

    private string? TryMap(int slot)
    {
        LiveUse old = core.Uses[slot];
        Attachment owner = old.Attachment!;
        if (old.Kind == HoldingKind.Pfns)
        {
            _relocated.Add(new Relocated(slot, old, default, 0, frames.Slice(old.Offset, old.Length)));
            return null;
        }

        MapPlan plan = Plan(old, out LiveUse next);
        var segments = new DmaSegment[plan.SegmentCount];
        MapResult mapping = plan.Succeeds ? Map(old, segments) : MapResult.Refused(plan.Status);
        if (!mapping.IsMapped)
        {
            core.Uses.ReturnParts(next.Bounced);
            return $"that {owner.Name} cannot be mapped on the new frames: {mapping}";
        }

        next = LiveUses.Become(next, mapping, plan) with { Token = old.Token };
        _relocated.Add(new Relocated(slot, next, segments, mapping.BouncedBytes, default));
        if (mapping.BouncedBytes > 0 && !old.HoldsCopies) return $"that {owner.Name} would have to work on copies";
        return _relocated.Take(_relocated.Count - 1).FirstOrDefault(one => one.Use.ConflictsWith(next)) is { } other
            ? $"that copies of {owner.Name} and {other.Use.Owner} would diverge"
            : null;
    }

    private MapPlan Plan(in LiveUse old, out LiveUse next)
    {
        Attachment owner = old.Attachment!;
        if (!old.Plane.IsEmpty) return LiveUses.ForeseePlane(owner, frames.View, old.Plane, old.Pieces, old.From, old.Direction, old.Options, out next);
        PfnView view = frames.View.Slice(old.Offset, old.Length);
        core.Uses.Foresee(owner, view, old.Offset, old.Direction, old.Options, out next);
        return owner.Mapper!.Plan(view, old.Direction, old.Options, default);
    }

    private MapResult Map(in LiveUse old, Span<DmaSegment> segments)
        => old.Plane.IsEmpty
            ? old.Attachment!.Mapper!.Map(frames.View.Slice(old.Offset, old.Length), old.Direction, segments, old.Options)
            : old.Attachment!.Planes.MapPieces(frames.View, old.Pieces, old.Direction, segments, old.Options);

    private void Undo()
    {
        KeepsFrames = true;
        foreach (Relocated one in _relocated)
        {
            one.Use.Unmap();
            core.Uses.ReturnParts(one.Use.Bounced);
        }

        KeepsFrames = false;
        _relocated.Clear();
    }

    /// <summary>A use on the new frames.</summary>
    private sealed class Relocated(int slot, LiveUse use, DmaSegment[]? segments, long bouncedBytes, PfnSlice pfns)
    {
        internal int Slot => slot;

        internal LiveUse Use => use;

        internal ReadOnlyMemory<DmaSegment> Segments => segments;

        internal long BouncedBytes => bouncedBytes;

        internal PfnSlice Pfns => pfns;
    }
}
