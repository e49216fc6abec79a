using System;
using System.Threading;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Memory in which an access to one frame waits until it is let go.</summary>
internal sealed class HeldMemory(IPhysicalMemory memory) : IPhysicalMemory, IDisposable
{
    private readonly ManualResetEventSlim _arrived = new(), _go = new();
    private long _frame = -1;

    /// <summary>Holds the next access to a frame, and all that come there while it is held.</summary>
    public void Hold(Pfn frame)
    {
        _arrived.Reset();
        _go.Reset();
        Volatile.Write(ref _frame, (long)frame.Value);
    }

    /// <summary>Waits until an access is held.</summary>
    public void Arrive() => _arrived.Wait();

    /// <summary>Lets it go.</summary>
    public void LetGo()
    {
        Volatile.Write(ref _frame, -1);
        _go.Set();
    }

    /// <inheritdoc/>
    public MemoryRegion RegionAt(PhysicalAddress address) => memory.RegionAt(address);

    /// <inheritdoc/>
    public Span<byte> Access(PhysicalAddress address, long length)
    {
        if ((long)(address.Value >> 12) == Volatile.Read(ref _frame))
        {
            _arrived.Set();
            _go.Wait();
        }

        // Frame by frame, so that every access to the held one is seen.
        return memory.Access(address, Math.Min(length, 4096 - (long)(address.Value & 4095)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LetGo();
        _arrived.Dispose();
        _go.Dispose();
    }
}
