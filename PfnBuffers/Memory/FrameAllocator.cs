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
    private const int Shift = 12;
    private const long Fine = -1;

    private readonly object _lock = new();
    private readonly BuddyZone[] _zones;
    private int _fragmentations;

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
        Throw.IfNull(zones, nameof(zones));
        var sorted = new List<MemoryZone>(zones.Count);
        foreach (MemoryZone zone in zones)
        {
            if (zone.Length > 0) sorted.Add(zone);
        }

        sorted.Sort((a, b) => b.Start.CompareTo(a.Start));
        _zones = new BuddyZone[sorted.Count];
        for (int i = 0; i < _zones.Length; i++)
        {
            MemoryZone zone = sorted[i];
            if (i > 0 && sorted[i - 1].Start.Value - zone.Start.Value < (ulong)zone.Length)
                Throw.Argument(nameof(zones), $"Zone {zone} overlaps zone {sorted[i - 1]}.");
            _zones[i] = new BuddyZone((long)(zone.Start.Value >> Shift), zone.Length >> Shift);
            TotalFrames += zone.Length >> Shift;
        }
    }

    /// <summary>Frames of 4 KiB in all zones.</summary>
    public long TotalFrames { get; }

    /// <summary>Frames of 4 KiB that are free at this moment.</summary>
    public long FreeFrames
    {
        get
        {
            lock (_lock) return CountFree();
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
        if (!demand.IsImpossible)
        {
            lock (_lock)
            {
                foreach (BuddyZone zone in _zones)
                {
                    if (!zone.TryTake(demand, frames, out long frame, out _)) continue;
                    first = new Pfn((ulong)frame);
                    return true;
                }
            }
        }

        first = default;
        return false;
    }

    /// <summary>Takes frames that need not lie together, each placed as asked; all of them or none.</summary>
    /// <param name="frames">Is filled with the frames, in units of <paramref name="pageSize"/>; with zeros where the answer is false.</param>
    /// <param name="pageSize">The size of each frame; each is aligned to it.</param>
    /// <param name="placement">Where each frame may lie; alignment and boundary are kept by each frame for itself.</param>
    /// <returns>False when there are fewer such frames; nothing is taken then.</returns>
    public bool TryAllocate(Span<Pfn> frames, PageSize pageSize, in Placement placement)
    {
        if (frames.IsEmpty) return true;
        int order = pageSize.Shift - Shift;
        var demand = new FrameDemand(1L << order, order, placement);
        if (!demand.IsImpossible)
        {
            lock (_lock)
            {
                int filled = CountFree() >> order >= frames.Length ? Fill(frames, order, demand) : 0;
                if (filled == frames.Length) return true;
                UnmarkAll(frames.Slice(0, filled), pageSize);
                TakeBack(frames.Slice(0, filled), order);
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
        lock (_lock)
        {
            long wrong = Unmark((long)first.Value, frames);
            if (wrong != Fine) ThrowNotAllocated(wrong);
            TakeBack((long)first.Value, frames, warm: true);
        }
    }

    /// <summary>Gives frames back. They are handed out again in the order in which they stand here.</summary>
    /// <param name="frames">The frames, in units of <paramref name="pageSize"/>.</param>
    /// <param name="pageSize">The size of each frame.</param>
    /// <exception cref="InvalidOperationException">One of the frames is not allocated, or stands there twice; nothing was freed.</exception>
    public void Free(ReadOnlySpan<Pfn> frames, PageSize pageSize)
    {
        lock (_lock)
        {
            UnmarkAll(frames, pageSize);
            TakeBack(frames, pageSize.Shift - Shift);
        }
    }

    /// <summary>The longest contiguous range that could be allocated now, found by walking the bits of all frames.</summary>
    /// <param name="placement">Where the range may lie.</param>
    /// <returns>Frames of 4 KiB; 0 when there is none.</returns>
    public long LargestFreeRun(in Placement placement)
    {
        var demand = new FrameDemand(1, 0, placement);
        long longest = 0;
        lock (_lock)
        {
            foreach (BuddyZone zone in _zones) longest = Math.Max(longest, zone.LongestRun(demand));
        }

        return longest;
    }

    /// <summary>What the zones could serve if nothing were allocated: a capacity, which never changes.</summary>
    /// <param name="placement">Where frames may lie; the boundary is not looked at.</param>
    /// <param name="longestRange">The longest contiguous range, in frames of 4 KiB.</param>
    /// <returns>All frames of 4 KiB that lie there.</returns>
    public long CapacityIn(in Placement placement, out long longestRange)
    {
        const ulong InFrame = (1ul << Shift) - 1;
        ulong last = placement.Last.Value;
        ulong end = last >> Shift;
        if ((last & InFrame) == InFrame) end++;
        ulong first = (placement.First.Value >> Shift) + ((placement.First.Value & InFrame) == 0 ? 0ul : 1);
        ulong step = Math.Max(1, placement.Alignment >> Shift);
        long all = 0;
        longestRange = 0;
        foreach (BuddyZone zone in _zones)
        {
            ulong from = Math.Max(first, (ulong)zone.First);
            ulong to = Math.Min(end, (ulong)zone.End);
            if (from >= to) continue;
            all += (long)(to - from);
            ulong aligned = (from + step - 1) & ~(step - 1);
            if (aligned < to) longestRange = Math.Max(longestRange, (long)(to - aligned));
        }

        return all;
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
        var random = new XorShift(seed);
        var taken = new FrameBits[_zones.Length];
        lock (_lock)
        {
            long before = CountFree();
            for (int i = 0; i < _zones.Length; i++)
            {
                bool continues = i + 1 < _zones.Length && _zones[i + 1].End == _zones[i].First;
                taken[i] = _zones[i].Fragment(longestRun, continues, random);
            }

            _fragmentations++;
            return new FrameFragmentation(this, taken, before - CountFree());
        }
    }

    internal void Restore(FrameBits[] taken)
    {
        lock (_lock)
        {
            _fragmentations--;
            for (int i = 0; i < _zones.Length; i++) _zones[i].Restore(taken[i], last: _fragmentations == 0);
        }
    }

    private int Fill(Span<Pfn> frames, int order, in FrameDemand demand)
    {
        int filled = 0;
        foreach (BuddyZone zone in _zones)
        {
            while (filled < frames.Length)
            {
                if (!zone.TryTake(demand, (long)(frames.Length - filled) << order, out long first, out long taken)) break;
                for (long end = first + taken; first < end; first += 1L << order) frames[filled++] = new Pfn((ulong)first >> order);
            }
        }

        return filled;
    }

    /// <summary>Marks frames as free, all of them or none.</summary>
    /// <returns>The first frame that is not allocated, or <see cref="Fine"/>.</returns>
    private long Unmark(long first, long count)
    {
        for (long at = first, end = first + count; at < end;)
        {
            BuddyZone? zone = ZoneOf(at);
            long part = zone is null ? 0 : Math.Min(end, zone.End) - at;
            long wrong = zone is null ? at : zone.Unmark(at, part);
            if (wrong != Fine)
            {
                MarkAgain(first, at - first);
                return wrong;
            }

            at += part;
        }

        return Fine;
    }

    private void UnmarkAll(ReadOnlySpan<Pfn> frames, PageSize pageSize)
    {
        int order = pageSize.Shift - Shift;
        for (int i = 0; i < frames.Length; i++)
        {
            // A number too large for its page size must not wrap into a frame that is allocated.
            long first = frames[i] > Pfn.Max(pageSize) ? long.MinValue : (long)frames[i].Value << order;
            long wrong = Unmark(first, 1L << order);
            if (wrong == Fine) continue;
            while (i-- > 0) MarkAgain((long)frames[i].Value << order, 1L << order);
            ThrowNotAllocated(wrong);
        }
    }

    private void MarkAgain(long first, long count)
    {
        for (long at = first, end = first + count; at < end;)
        {
            BuddyZone zone = ZoneOf(at)!;
            long part = Math.Min(end, zone.End) - at;
            zone.MarkAgain(at, part);
            at += part;
        }
    }

    /// <summary>Takes unmarked frames back, the first ones to be handed out first, and consecutive ones as such.</summary>
    private void TakeBack(ReadOnlySpan<Pfn> frames, int order)
    {
        int warm = Math.Min(frames.Length, RecentBlocks.Depth);
        for (int i = warm; i < frames.Length;)
        {
            int run = RunScanner.RunLength(frames.Slice(i));
            TakeBack((long)frames[i].Value << order, (long)run << order, warm: false);
            i += run;
        }

        for (int i = warm - 1; i >= 0; i--) TakeBack((long)frames[i].Value << order, 1L << order, warm: true);
    }

    private void TakeBack(long first, long count, bool warm)
    {
        for (long at = first, end = first + count; at < end;)
        {
            BuddyZone zone = ZoneOf(at)!;
            long part = Math.Min(end, zone.End) - at;
            if (warm) zone.Recycle(at, part);
            else zone.Merge(at, part);
            at += part;
        }
    }

    private BuddyZone? ZoneOf(long frame)
    {
        foreach (BuddyZone zone in _zones)
        {
            if (frame >= zone.First && frame < zone.End) return zone;
        }

        return null;
    }

    private long CountFree()
    {
        long free = 0;
        foreach (BuddyZone zone in _zones) free += zone.FreeFrames;
        return free;
    }

    private static void ThrowNotAllocated(long frame)
        => Throw.Invalid(frame < 0 ? "A frame number exceeds its page size's range." : $"{new Pfn((ulong)frame)} (4K) is not allocated.");
}
