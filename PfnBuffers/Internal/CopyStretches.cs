using System;

/// <summary>Which bytes of a view are copied: stretches in order, with others between them that stay. Used by one thread.</summary>
internal sealed class CopyStretches
{
    private CopyStretch[] _all = new CopyStretch[16];
    private int _count;

    internal ReadOnlySpan<CopyStretch> All => _all.AsSpan(0, _count);

    /// <summary>Bytes that are copied.</summary>
    internal long Bytes { get; private set; }

    internal void Clear()
    {
        _count = 0;
        Bytes = 0;
    }

    /// <summary>Adds bytes at the end.</summary>
    internal void Add(long from, long end)
    {
        if (_count > 0 && _all[_count - 1].End == from) Put(_count - 1, _all[_count - 1].From, end);
        else Put(_count++, from, end);
        Bytes += end - from;
    }

    /// <summary>Adds bytes before all others, where a choice is followed from its end; <see cref="Turn"/> then puts all in order.</summary>
    internal void AddBefore(long from, long end)
    {
        if (_count > 0 && _all[_count - 1].From == end) Put(_count - 1, from, _all[_count - 1].End);
        else Put(_count++, from, end);
        Bytes += end - from;
    }

    internal void Turn() => _all.AsSpan(0, _count).Reverse();

    private void Put(int at, long from, long end)
    {
        if (at == _all.Length) Array.Resize(ref _all, at * 2);
        _all[at] = new CopyStretch(from, end - from);
    }
}
