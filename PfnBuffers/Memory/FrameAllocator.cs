using System;
using System.Collections.Generic;

namespace PfnBuffers;

/// <summary>
/// Hands out frames of RAM: single ones or contiguous ranges, placed as asked. A buddy allocator in zones; zones are
/// tried from the highest address to the lowest, so that low memory stays for the devices that need it.
/// <para>
/// A range is refused only when no zone has a free run with room for it: for every placement,
/// <see cref="TryAllocate(int, in Placement, out Pfn)"/> succeeds exactly when <see cref="LargestFreeRun"/> is as long.
/// What was freed last is handed out first. The caller owns what it allocates until it frees it, in whole or in parts.
/// </para>
/// Thread-safe, by one lock. Allocating and freeing cost no managed memory; bookkeeping is about three bits a frame.
/// </summary>
public sealed class FrameAllocator
{
    private readonly object _lock = new();
    private readonly FrameZones _zones;

    /// <summary>An allocator of one range of RAM.</summary>
    /// <param name="start">Its first byte, a multiple of 4096.</param>
    /// <param name="length">Its bytes, a multiple of 4096, 0 to 2^48.</param>
    /// <exception cref="ArgumentOutOfRangeException">Start or length are no whole frames, or the length is out of range.</exception>
    public FrameAllocator(PhysicalAddress start, long length)
        : this([new MemoryZone("RAM", start, length)])
    {
    }

    /// <summary>An allocator of several ranges of RAM. A contiguous range never spans two of them.</summary>
    /// <param name="zones">The ranges, in any order; they must not overlap. Empty ones are left out.</param>
    /// <exception cref="ArgumentNullException">No zones.</exception>
    /// <exception cref="ArgumentException">Two zones overlap.</exception>
    public FrameAllocator(IReadOnlyList<MemoryZone> zones)
    {
        _zones = new FrameZones(Throw.IfNull(zones, nameof(zones)));
        TotalFrames = _zones.CountFree();
    }

    /// <summary>Frames of 4 KiB in all zones.</summary>
    public long TotalFrames { get; }

    /// <summary>Frames of 4 KiB that are free at this moment.</summary>
    public long FreeFrames
    {
        get
        {
            lock (_lock) return _zones.CountFree();
        }
    }

    /// <summary>Takes one contiguous range.</summary>
    /// <param name="frames">Frames of 4 KiB, any number from 1.</param>
    /// <param name="placement">Where the range may lie.</param>
    /// <param name="first">The first frame, in units of 4 KiB; 0 where the answer is false.</param>
    /// <returns>False when no free run of a zone has room for it under the placement; nothing is taken then.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less than one frame.</exception>
    public bool TryAllocate(int frames, in Placement placement, out Pfn first)
    {
        if (frames < 1) Throw.OutOfRange(nameof(frames), frames, "it must be 1 or more");
        var demand = new FrameDemand(frames, 0, placement);
        bool found = false;
        long frame = 0;
        if (!demand.IsImpossible)
        {
            lock (_lock) found = _zones.TryTake(demand, out frame);
        }

        first = new Pfn((ulong)frame);
        return found;
    }

    /// <summary>Takes frames that need not lie together, each placed as asked; all of them or none.</summary>
    /// <param name="frames">Is filled with the frames, in units of <paramref name="pageSize"/>; with zeros where the answer is false.</param>
    /// <param name="pageSize">The size of each frame; each is aligned to it.</param>
    /// <param name="placement">Where each frame may lie; alignment and boundary are kept by each frame for itself.</param>
    /// <returns>False when there are fewer such frames; nothing is taken then.</returns>
    public bool TryAllocate(Span<Pfn> frames, PageSize pageSize, in Placement placement)
    {
        if (frames.IsEmpty) return true;
        int order = pageSize.Shift - PageSize.Size4K.Shift;
        var demand = new FrameDemand(1L << order, order, placement);
        if (!demand.IsImpossible)
        {
            lock (_lock)
            {
                if (_zones.TryTake(frames, order, demand)) return true;
            }
        }

        frames.Clear();
        return false;
    }

    /// <summary>Gives consecutive frames back. They may be part of one allocation, or parts of several.</summary>
    /// <param name="first">The first frame, in units of 4 KiB.</param>
    /// <param name="frames">Frames of 4 KiB, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than one frame.</exception>
    /// <exception cref="InvalidOperationException">One of the frames is not allocated; nothing was freed.</exception>
    public void Free(Pfn first, int frames)
    {
        if (frames < 1) Throw.OutOfRange(nameof(frames), frames, "it must be 1 or more");
        if (first > Pfn.Max(PageSize.Size4K)) ThrowNotAllocated(first, PageSize.Size4K);
        bool done;
        long wrong;
        lock (_lock) done = _zones.TryFree((long)first.Value, frames, out wrong);
        if (!done) ThrowNotAllocated(new Pfn((ulong)wrong), PageSize.Size4K);
    }

    /// <summary>Gives frames back. They are handed out again in the order in which they stand here.</summary>
    /// <param name="frames">The frames, in units of <paramref name="pageSize"/>.</param>
    /// <param name="pageSize">The size of each frame.</param>
    /// <exception cref="InvalidOperationException">One of the frames is not allocated, or stands there twice; nothing was freed.</exception>
    public void Free(ReadOnlySpan<Pfn> frames, PageSize pageSize)
    {
        int wrong;
        lock (_lock) wrong = _zones.FreeAll(frames, pageSize);
        if (wrong >= 0) ThrowNotAllocated(frames[wrong], pageSize);
    }

    /// <summary>The longest contiguous range that could be allocated now, found by walking the bits of all frames.</summary>
    /// <param name="placement">Where the range may lie.</param>
    /// <returns>Frames of 4 KiB; 0 when there is none.</returns>
    public long LargestFreeRun(in Placement placement)
    {
        var demand = new FrameDemand(1, 0, placement);
        lock (_lock) return _zones.LongestRun(demand);
    }

    /// <summary>What the zones could serve if nothing were allocated: a capacity, which never changes.</summary>
    /// <param name="pageSize">The size of each frame; each is aligned to it, and so is a range.</param>
    /// <param name="placement">Where frames may lie; alignment and boundary are kept by each frame for itself, and by the range.</param>
    /// <param name="longestRange">The longest contiguous range, in frames of 4 KiB, whether they make whole frames of the size or not.</param>
    /// <returns>Frames of the size that could be taken one by one.</returns>
    public long CapacityIn(PageSize pageSize, in Placement placement, out long longestRange)
    {
        int order = pageSize.Shift - PageSize.Size4K.Shift;
        return _zones.CapacityIn(new FrameDemand(1L << order, order, placement), out longestRange);
    }

    /// <summary>
    /// Fragments the free memory, as years of use do: occupies about half of it in scattered pieces (three fifths where
    /// the longest run is 1), and hands frames out from random places for as long as the result lives.
    /// </summary>
    /// <param name="longestRun">Most consecutive frames of 4 KiB that stay free, 1 or more.</param>
    /// <param name="seed">Chooses the pieces; the same seed gives the same ones.</param>
    /// <returns>The occupied frames; disposing it gives them back.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A longest run of less than one frame.</exception>
    public FrameFragmentation Fragment(int longestRun, int seed)
    {
        if (longestRun < 1) Throw.OutOfRange(nameof(longestRun), longestRun, "it must be 1 or more");
        lock (_lock)
        {
            long before = _zones.CountFree();
            FrameBits[] taken = _zones.Fragment(longestRun, new XorShift(seed));
            return new FrameFragmentation(this, taken, before - _zones.CountFree());
        }
    }

    internal void Restore(FrameBits[] taken)
    {
        lock (_lock) _zones.Restore(taken);
    }

    private static void ThrowNotAllocated(Pfn frame, PageSize pageSize)
        => Throw.Invalid($"The frame {frame} ({pageSize}) is not allocated, or not all of it; nothing was freed.");
}
