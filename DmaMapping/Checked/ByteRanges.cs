using System;
using System.Collections.Generic;

namespace DmaMapping;

/// <summary>A set of bytes of one mapping, as ranges in order that do not touch. Not thread-safe.</summary>
internal sealed class ByteRanges
{
    private readonly List<(long From, long To)> _ranges = [];

    internal void Add(long offset, long length)
    {
        if (length == 0) return;
        (long from, long to) = (offset, offset + length);
        int at = 0;
        while (at < _ranges.Count && _ranges[at].To < from) at++;
        while (at < _ranges.Count && _ranges[at].From <= to)
        {
            (from, to) = (Math.Min(from, _ranges[at].From), Math.Max(to, _ranges[at].To));
            _ranges.RemoveAt(at);
        }

        _ranges.Insert(at, (from, to));
    }

    internal void Remove(long offset, long length)
    {
        if (length == 0) return;
        (long from, long to) = (offset, offset + length);
        for (int i = _ranges.Count - 1; i >= 0; i--)
        {
            (long first, long end) = _ranges[i];
            if (first >= to || end <= from) continue;
            _ranges.RemoveAt(i);
            if (end > to) _ranges.Insert(i, (to, end));
            if (first < from) _ranges.Insert(i, (first, from));
        }
    }

    /// <summary>Whether all bytes of a range are in the set.</summary>
    internal bool Contains(long offset, long length)
    {
        foreach ((long from, long to) in _ranges)
        {
            if (offset >= from && offset < to) return length <= to - offset;
        }

        return length == 0;
    }
}
