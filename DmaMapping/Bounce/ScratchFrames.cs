using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Arrays for substituted frames, one for each map call under way. They are kept, last used first, so a steady state
/// allocates nothing and several threads each have their own.
/// </summary>
internal sealed class ScratchFrames
{
    private readonly object _lock = new();
    private Pfn[][] _idle = new Pfn[4][];
    private int _count;

    internal Pfn[] Rent(int length)
    {
        Pfn[]? array = null;
        lock (_lock)
        {
            if (_count > 0) array = _idle[--_count];
        }

        return array is not null && array.Length >= length ? array : new Pfn[Math.Max(64, 1 << Bits.CeilLog2((ulong)length))];
    }

    internal void Return(Pfn[] array)
    {
        lock (_lock)
        {
            if (_count == _idle.Length) Array.Resize(ref _idle, _count * 2);
            _idle[_count++] = array;
        }
    }
}
