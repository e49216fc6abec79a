using System;
using System.Collections.Generic;

namespace PfnBuffers;

/// <summary>
/// The zones of one allocator, from the highest address to the lowest, seen as one. Frees are in two steps, so that they
/// happen as a whole or not at all: first the frames are unmarked, which finds what is not allocated, then taken back.
/// Not thread-safe.
/// </summary>
internal sealed class FrameZones
{
    private const int Shift = 12;

    private readonly BuddyZone[] _zones;
    private int _fragmentations;

    internal FrameZones(IReadOnlyList<MemoryZone> zones)
    {
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
        }
    }

    internal long CountFree()
    {
        long free = 0;
        foreach (BuddyZone zone in _zones) free += zone.FreeFrames;
        return free;
    }

    /// <summary>All places for what is wanted that do not overlap, allocated or not, and the longest range that begins at one.</summary>
    internal long CapacityIn(in FrameDemand demand, out long longestRange)
    {
        long all = 0;
        longestRange = 0;
        foreach (BuddyZone zone in _zones)
        {
            all += demand.CountIn(zone.First, zone.End);
            longestRange = Math.Max(longestRange, demand.LongestIn(zone.First, zone.End));
        }

        return all;
    }

    internal long LongestRun(in FrameDemand demand)
    {
        long longest = 0;
        foreach (BuddyZone zone in _zones) longest = Math.Max(longest, zone.LongestRun(demand));
        return longest;
    }

    /// <summary>Takes one range.</summary>
    internal bool TryTake(in FrameDemand demand, out long first)
    {
        foreach (BuddyZone zone in _zones)
        {
            if (zone.TryTake(demand, demand.Frames, out first, out _)) return true;
        }

        first = 0;
        return false;
    }

    /// <summary>Takes separate frames of one order, all or none.</summary>
    internal bool TryTake(Span<Pfn> frames, int order, in FrameDemand demand)
    {
        if (CountFree() >> order < frames.Length) return false;
        int filled = 0;
        foreach (BuddyZone zone in _zones)
        {
            while (filled < frames.Length && zone.TryTake(demand, (long)(frames.Length - filled) << order, out long first, out long taken))
            {
                for (long end = first + taken; first < end; first += 1L << order) frames[filled++] = new Pfn((ulong)first >> order);
            }
        }

        if (filled == frames.Length) return true;
        frames = frames.Slice(0, filled);
        foreach (Pfn frame in frames) TryUnmark((long)frame.Value << order, 1L << order, out _);
        TakeBack(frames, order);
        return false;
    }

    /// <summary>Takes a range back.</summary>
    internal bool TryFree(long first, long count, out long wrong)
    {
        BuddyZone? zone = ZoneOf(first);
        if (zone is not null && count <= zone.End - first)
        {
            if (!zone.TryUnmark(first, count, out wrong)) return false;
            zone.Recycle(first, count);
            return true;
        }

        if (!TryUnmark(first, count, out wrong)) return false;
        TakeBack(first, count, warm: true);
        return true;
    }

    /// <summary>Takes separate frames back.</summary>
    /// <returns>Index of the first frame that is not allocated, or -1 when all are free now.</returns>
    internal int FreeAll(ReadOnlySpan<Pfn> frames, PageSize pageSize)
    {
        int order = pageSize.Shift - Shift;
        Pfn greatest = Pfn.Max(pageSize);
        for (int i = 0; i < frames.Length; i++)
        {
            // A number too large for its page size must not wrap into a frame that is allocated.
            if (frames[i] <= greatest && TryUnmark((long)frames[i].Value << order, 1L << order, out _)) continue;
            foreach (Pfn done in frames.Slice(0, i)) MarkAgain((long)done.Value << order, 1L << order);
            return i;
        }

        TakeBack(frames, order);
        return -1;
    }

    /// <summary>Fragments every zone.</summary>
    internal FrameBits[] Fragment(int longestRun, XorShift random)
    {
        var taken = new FrameBits[_zones.Length];
        for (int i = 0; i < _zones.Length; i++)
        {
            bool continues = i + 1 < _zones.Length && _zones[i + 1].End == _zones[i].First;
            taken[i] = _zones[i].Fragment(longestRun, continues, random);
        }

        _fragmentations++;
        return taken;
    }

    /// <summary>Gives back what <see cref="Fragment"/> occupied.</summary>
    internal void Restore(FrameBits[] taken)
    {
        _fragmentations--;
        for (int i = 0; i < _zones.Length; i++) _zones[i].Restore(taken[i], last: _fragmentations == 0);
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

    private bool TryUnmark(long first, long count, out long wrong)
    {
        for (long at = first, end = first + count; at < end;)
        {
            BuddyZone? zone = ZoneOf(at);
            long part = zone is null ? 0 : Math.Min(end, zone.End) - at;
            wrong = at;
            if (zone is null || !zone.TryUnmark(at, part, out wrong))
            {
                MarkAgain(first, at - first);
                return false;
            }

            at += part;
        }

        wrong = 0;
        return true;
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

    private BuddyZone? ZoneOf(long frame)
    {
        foreach (BuddyZone zone in _zones)
        {
            if (frame >= zone.First && frame < zone.End) return zone;
        }

        return null;
    }
}
