using System;
using System.Threading;
using PfnBuffers;

namespace Bench;

/// <summary>Memory that holds one thread at one of its accesses until it is let go: as if the thread had been suspended there.</summary>
internal sealed class HoldingMemory(IPhysicalMemory inner) : IPhysicalMemory, IDisposable
{
    private readonly ManualResetEventSlim _go = new();
    private Thread? _held;
    private int _accessesLeft;

    /// <summary>Set while the thread is held.</summary>
    internal ManualResetEventSlim Held { get; } = new();

    /// <summary>Holds a thread at its access after so many others.</summary>
    internal void HoldAfter(int accesses, Thread thread)
    {
        _accessesLeft = accesses;
        Held.Reset();
        _go.Reset();
        Volatile.Write(ref _held, thread);
    }

    /// <summary>Lets the thread go, and holds nobody.</summary>
    internal void LetGo()
    {
        Volatile.Write(ref _held, null);
        _go.Set();
    }

    /// <summary>Nobody is held any more.</summary>
    public void Dispose()
    {
        _go.Dispose();
        Held.Dispose();
    }

    /// <inheritdoc/>
    public MemoryRegion RegionAt(PhysicalAddress address) => inner.RegionAt(address);

    /// <inheritdoc/>
    public Span<byte> Access(PhysicalAddress address, long length)
    {
        if (Volatile.Read(ref _held) == Thread.CurrentThread && _accessesLeft-- == 0)
        {
            Held.Set();
            _go.Wait();
        }

        return inner.Access(address, length);
    }
}
