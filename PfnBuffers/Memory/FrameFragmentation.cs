using System;
using System.Threading;

namespace PfnBuffers;

/// <summary>
/// Frames that <see cref="FrameAllocator.Fragment"/> occupied. Disposing gives them all back; nothing else frees them.
/// Thread-safe.
/// </summary>
public sealed class FrameFragmentation : IDisposable
{
    private readonly FrameAllocator _allocator;
    private FrameBits[]? _taken;

    internal FrameFragmentation(FrameAllocator allocator, FrameBits[] taken, long frames)
    {
        _allocator = allocator;
        _taken = taken;
        OccupiedFrames = frames;
    }

    /// <summary>How many 4 KiB frames it occupied.</summary>
    public long OccupiedFrames { get; }

    /// <summary>Gives the frames back. Further calls do nothing.</summary>
    public void Dispose()
    {
        FrameBits[]? taken = Interlocked.Exchange(ref _taken, null);
        if (taken is not null) _allocator.Restore(taken);
    }
}
