using System;
using PfnBuffers;

namespace Conformance;

/// <content>Buffers, and what the CPU does to their bytes.</content>
internal sealed partial class TracePlayer
{
    private const int MostFrames = 4096;
    private const int Below4G = 1;
    private const int InOneRun = 2;

    private readonly bool[] _allocated = new bool[(TraceMemory.LengthOf(TraceMemory.LowZone) + TraceMemory.LengthOf(TraceMemory.HighZone)) / TraceMemory.Frame];

    private void Name(TraceStep step)
    {
        if (!IsPlace(step.Item, _buffers.Length) || _buffers[step.Item] is not null) return;
        long count = 0;
        foreach (TraceRun run in step.Runs) count += run.Count;
        if (count is 0 or > MostFrames || step.At < 0 || step.Length < 1 || step.At > (count * step.Page.Bytes) - step.Length) return;
        var frames = new Pfn[count];
        int at = 0;
        foreach (TraceRun run in step.Runs)
        {
            for (int i = 0; i < run.Count; i++)
            {
                frames[at] = run.First + i;
                if (!MayBeHome(frames[at++], step.Page)) return;
            }
        }

        _buffers[step.Item] = new ModelBuffer(ViewOf(frames, step), isAllocated: false);
    }

    private void Allocate(TraceStep step)
    {
        if (!IsPlace(step.Item, _buffers.Length) || _buffers[step.Item] is not null) return;
        if (step.Room is < 1 or > MostFrames || step.At < 0 || step.Length < 1 || step.At > (step.Room * step.Page.Bytes) - step.Length) return;
        Placement placement = step.Variant == Below4G ? Placement.Below(32) : default;
        var frames = new Pfn[step.Room];
        bool isGiven;
        if (step.Variant == InOneRun && step.Page == default)
        {
            isGiven = _machine.Frames.TryAllocate(step.Room, placement, out Pfn first);
            for (int i = 0; i < frames.Length; i++) frames[i] = first + i;
        }
        else
        {
            isGiven = _machine.Frames.TryAllocate(frames, step.Page, placement);
            Require(isGiven || step.Page != default || step.Variant == Below4G || _machine.Frames.FreeFrames < step.Room, $"{_machine.Frames.FreeFrames} frames are free, and {step.Room} are not given");
        }

        _tally.Count(TraceTally.Allocations, isGiven ? "given" : "refused");
        Note(isGiven ? 1u : 0u);
        if (!isGiven) return;
        foreach (Pfn frame in frames) Take(frame, step.Page, step.Variant == Below4G);
        _buffers[step.Item] = new ModelBuffer(ViewOf(frames, step), isAllocated: true);
    }

    private void Free(int item)
    {
        if (!IsPlace(item, _buffers.Length) || _buffers[item] is not { Uses: 0 } buffer) return;
        _buffers[item] = null;
        if (!buffer.IsAllocated) return;
        Give(buffer.View.Frames, buffer.View.Page);
        _machine.Frames.Free(buffer.View.Frames, buffer.View.Page);
    }

    private void CpuRead(TraceStep step)
    {
        if (SourceOf(step) is not { } view) return;
        for (long at = 0; at < view.Length; at += view.InFrameFrom(at)) Compare(TraceMemory.IndexOf(view.AddressAt(at)), (int)view.InFrameFrom(at), "what the CPU reads");
    }

    private void CpuWrite(TraceStep step)
    {
        if (SourceOf(step) is not { } view) return;
        var random = new SpyRandom((ulong)step.Variant);
        for (long at = 0; at < view.Length; at += view.InFrameFrom(at))
        {
            int index = TraceMemory.IndexOf(view.AddressAt(at)), length = (int)view.InFrameFrom(at);
            _bytes.Touch(index, length);
            random.Fill(_real.AsSpan(index, length));
            _real.AsSpan(index, length).CopyTo(_model.AsSpan(index, length));
        }
    }

    /// <summary>The part of a buffer that a step is about; null where there is none.</summary>
    private ModelView? SourceOf(TraceStep step)
    {
        if (!IsPlace(step.Source, _buffers.Length) || _buffers[step.Source] is not { } buffer) return null;
        return step.From < 0 || step.Length < 1 || step.From > buffer.View.Length - step.Length ? null : buffer.View.Slice(step.From, step.Length);
    }

    private static bool IsPlace(int item, int most) => item >= 0 && item < most;

    private static ModelView ViewOf(Pfn[] frames, TraceStep step)
    {
        PfnBuffer? buffer = step.Variant == 0 ? null : new PfnBuffer(frames, step.Page, 0, frames.Length * step.Page.Bytes);
        return new ModelView(frames, step.Page, step.At, step.Length, buffer);
    }

    /// <summary>Whether all of a frame is memory that buffers are made of.</summary>
    private static bool MayBeHome(Pfn frame, PageSize page)
    {
        if (frame.Value > ulong.MaxValue >> page.Shift) return false;
        ulong start = frame.Value << page.Shift;
        int area = TraceMemory.AreaAt(start);
        return area is not (< 0 or TraceMemory.Pool or TraceMemory.Tables or TraceMemory.LowZone or TraceMemory.HighZone) && TraceMemory.AreaAt(start + (ulong)page.Bytes - 1) == area;
    }

    /// <summary>Notes that the allocator gave a frame.</summary>
    private void Take(Pfn frame, PageSize page, bool below4G)
    {
        ulong start = frame.Value << page.Shift;
        Require(!below4G || start + (ulong)page.Bytes <= 1ul << 32, $"the frame {frame} of {page} is not below 4 GiB");
        for (ulong at = start; at < start + (ulong)page.Bytes; at += TraceMemory.Frame)
        {
            int index = AllocatedAt(at);
            Require(index >= 0, $"0x{at:x} is given, and is no memory of the allocator");
            Require(!_allocated[index], $"0x{at:x} is given twice");
            _allocated[index] = true;
        }
    }

    private void Give(Pfn[] frames, PageSize page)
    {
        foreach (Pfn frame in frames)
        {
            for (ulong at = 0; at < (ulong)page.Bytes; at += TraceMemory.Frame) _allocated[AllocatedAt((frame.Value << page.Shift) + at)] = false;
        }
    }

    private static int AllocatedAt(ulong address)
    {
        int low = TraceMemory.LengthOf(TraceMemory.LowZone);
        if (address - TraceMemory.StartOf(TraceMemory.LowZone) < (ulong)low) return (int)(address - TraceMemory.StartOf(TraceMemory.LowZone)) / TraceMemory.Frame;
        ulong inHigh = address - TraceMemory.StartOf(TraceMemory.HighZone);
        return inHigh < (ulong)TraceMemory.LengthOf(TraceMemory.HighZone) ? (low + (int)inHigh) / TraceMemory.Frame : -1;
    }
}
