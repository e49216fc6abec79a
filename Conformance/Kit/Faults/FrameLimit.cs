using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// A frame allocator that runs short: all free frames but so many are taken, the first ones left, so that the allocation which would need more fails,
/// as does every later one that does. Tried with 0, 1, 2 and more frames, it fails each allocation of a call in turn.
/// </summary>
internal sealed class FrameLimit(FrameAllocator frames)
{
    private readonly List<Pfn> _held = [];

    /// <summary>Frames that are free, or would be without the limit.</summary>
    internal long Free => frames.FreeFrames + _held.Count;

    /// <summary>Leaves so many free frames.</summary>
    internal void Leave(int count)
    {
        while (frames.TryAllocate(1, default, out Pfn frame)) _held.Add(frame);
        _held.Sort();
        int left = System.Math.Min(count, _held.Count);
        foreach (Pfn frame in _held.Take(left)) frames.Free(frame, 1);
        _held.RemoveRange(0, left);
    }

    /// <summary>There is enough again.</summary>
    internal void Lift()
    {
        foreach (Pfn frame in _held) frames.Free(frame, 1);
        _held.Clear();
    }

    /// <summary>The numbers of all frames that are free.</summary>
    internal HashSet<ulong> ListFree()
    {
        var free = new List<Pfn>();
        while (frames.TryAllocate(1, default, out Pfn frame)) free.Add(frame);
        free.Reverse();
        foreach (Pfn frame in free) frames.Free(frame, 1);
        return [.. free.Select(frame => frame.Value)];
    }
}
