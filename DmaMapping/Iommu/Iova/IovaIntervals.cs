using System;
using System.Collections.Generic;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Which granules of an aperture mappings may have: what lies in no hole.</summary>
internal static class IovaIntervals
{
    /// <summary>First and last granule of each interval, in order and apart.</summary>
    /// <param name="first">The first granule of the aperture.</param>
    /// <param name="last">Its last one.</param>
    /// <param name="holes">Ranges of addresses; a granule that a hole touches is left out.</param>
    /// <param name="granule">What intervals begin and end at multiples of.</param>
    internal static List<(ulong First, ulong Last)> Outside(ulong first, ulong last, IEnumerable<DmaWindow> holes, PageSize granule)
    {
        ulong within = (1ul << (granule.Shift - PageSize.Size4K.Shift)) - 1;
        var whole = new List<(ulong First, ulong Last)>();
        foreach ((ulong intervalFirst, ulong intervalLast) in Outside(first, last, holes))
        {
            ulong from = (intervalFirst + within) & ~within;
            ulong end = (intervalLast + 1) & ~within;
            if (from < end) whole.Add((from, end - 1));
        }

        return whole;
    }

    private static List<(ulong First, ulong Last)> Outside(ulong first, ulong last, IEnumerable<DmaWindow> holes)
    {
        int shift = PageSize.Size4K.Shift;
        var sorted = new List<(ulong First, ulong Last)>();
        foreach (DmaWindow hole in holes) sorted.Add((hole.First.Value >> shift, hole.Last.Value >> shift));
        sorted.Sort();

        var intervals = new List<(ulong, ulong)>();
        ulong at = first;
        foreach ((ulong holeFirst, ulong holeLast) in sorted)
        {
            if (holeLast < at || holeFirst > last) continue;
            if (holeFirst > at) intervals.Add((at, holeFirst - 1));
            if (holeLast >= last) return intervals;
            at = Math.Max(at, holeLast + 1);
        }

        intervals.Add((at, last));
        return intervals;
    }
}
