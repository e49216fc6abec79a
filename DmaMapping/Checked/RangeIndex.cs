using System;
using System.Collections.Generic;

namespace DmaMapping;

/// <summary>
/// Ranges that may overlap, found by address: an array in the order of their starts. A look costs a search and as many steps as
/// ranges begin within the longest one's length before; a change moves what stands behind it. Not thread-safe.
/// </summary>
internal sealed class RangeIndex
{
    /// <summary>More ranges than these are put in, or taken out, in one pass over all.</summary>
    private const int Few = 8;

    private static readonly Comparison<MappedRange> ByStart = static (a, b) => a.Start.CompareTo(b.Start);

    private readonly List<MappedRange> _ranges = [];
    private long _longest;

    internal void Add(IReadOnlyList<MappedRange> ranges)
    {
        foreach (MappedRange range in ranges)
        {
            if (range.Length > _longest) _longest = range.Length;
            if (ranges.Count <= Few) _ranges.Insert(FirstFrom(range.Start, 0), range);
        }

        if (ranges.Count <= Few) return;
        _ranges.AddRange(ranges);
        _ranges.Sort(ByStart);
    }

    internal void Remove(IReadOnlyList<MappedRange> ranges)
    {
        if (ranges.Count == 0) return;
        TrackedMapping mapping = ranges[0].Mapping;
        if (ranges.Count > Few)
        {
            _ranges.RemoveAll(range => ReferenceEquals(range.Mapping, mapping));
        }
        else
        {
            foreach (MappedRange range in ranges)
            {
                int at = FirstFrom(range.Start, 0);
                while (at < _ranges.Count && _ranges[at].Start == range.Start && !ReferenceEquals(_ranges[at].Mapping, mapping)) at++;
                if (at < _ranges.Count && ReferenceEquals(_ranges[at].Mapping, mapping)) _ranges.RemoveAt(at);
            }
        }

        if (_ranges.Count == 0) _longest = 0;
    }

    /// <summary>The ranges that hold a byte of a range, from the last start to the first.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="length">Bytes, at least 1; not past 2^64.</param>
    /// <param name="found">Receives them.</param>
    internal void Find(ulong start, long length, List<MappedRange> found)
    {
        found.Clear();
        for (int i = FirstFrom(start, length) - 1; i >= 0; i--)
        {
            MappedRange range = _ranges[i];
            if (range.Start < start && start - range.Start >= (ulong)_longest) return;
            if (range.Start >= start || start - range.Start < (ulong)range.Length) found.Add(range);
        }
    }

    /// <summary>Index of the first range that begins at or past start + length.</summary>
    private int FirstFrom(ulong start, long length)
    {
        int low = 0, high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            ulong at = _ranges[middle].Start;
            if (at < start || at - start < (ulong)length) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
