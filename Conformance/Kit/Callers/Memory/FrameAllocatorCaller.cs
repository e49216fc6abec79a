using System;
using PfnBuffers;

namespace Conformance;

internal sealed class FrameAllocatorCaller : HostileCaller
{
    internal FrameAllocatorCaller()
        : base(typeof(FrameAllocator), hasState: true)
    {
        Add("FrameAllocator(PhysicalAddress, long)", a => new FrameAllocator(a.Physical(), a.Flag() ? a.Modest() : a.One(1L << 49, 4095, long.MaxValue)));
        Add("FrameAllocator(IReadOnlyList<MemoryZone>)", a =>
        {
            var zones = new MemoryZone[a.Below(4)];
            for (int i = 0; i < zones.Length; i++) zones[i] = MemoryZoneCaller.Zone(a);
            return new FrameAllocator(a.Maybe(zones));
        });
        Do("TryAllocate(int, in Placement, out Pfn)", a =>
        {
            int count = a.Int();
            if (a.World.Machine.Frames.TryAllocate(count, a.Placement(), out Pfn first)) a.World.Machine.Frames.Free(first, count);
            else a.Refused();
        });
        Do("TryAllocate(Span<Pfn>, PageSize, in Placement)", a =>
        {
            PageSize size = a.Size();
            Span<Pfn> frames = a.Frames();
            if (a.World.Machine.Frames.TryAllocate(frames, size, a.Placement())) a.World.Machine.Frames.Free(frames, size);
            else a.Refused();
        });
        Do("Free(Pfn, int)", a => a.World.Machine.Frames.Free(NotTaken(a), a.Int()));
        Do("Free(ReadOnlySpan<Pfn>, PageSize)", a => a.World.Machine.Frames.Free(NotAllTaken(a, out PageSize size), size));
        Add("LargestFreeRun(in Placement)", a => a.World.Machine.Frames.LargestFreeRun(a.Placement()));
        Add("CapacityIn(PageSize, in Placement, out long)", a => a.World.Machine.Frames.CapacityIn(a.Size(), a.Placement(), out long longest) + longest);
        Do("Fragment(int, int)", a => a.World.Machine.Frames.Fragment(a.Int(), a.Int()).Dispose());
    }

    /// <summary>Taken frames, and one that is not: none of them may be freed.</summary>
    internal static Span<Pfn> NotAllTaken(HostileArguments a, out PageSize size)
    {
        size = a.Size();
        Span<Pfn> frames = a.Frames();
        foreach (ref Pfn one in frames)
        {
            if (one.Value < 512 && Array.IndexOf(a.World.Homes, one) < 0) one = a.World.Homes[0];
        }

        // A number that is free for a frame of 4 KiB may, for a larger one, name frames that somebody has.
        if (frames.Length > 0) frames[a.Below(frames.Length)] = size == PageSize.Size4K ? NotTaken(a) : new Pfn(a.ULong() | (1ul << 40));
        return frames;
    }

    /// <summary>A frame that is free, or is none.</summary>
    internal static Pfn NotTaken(HostileArguments a)
    {
        if (a.Flag() || !a.World.Machine.Frames.TryAllocate(1, default, out Pfn free)) return new Pfn(a.ULong() | (1ul << 40));
        a.World.Machine.Frames.Free(free, 1);
        return free;
    }
}
