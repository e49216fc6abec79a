using System;
using System.Numerics;
using System.Threading;

namespace Bench;

/// <summary>
/// Freed ranges of one size: two magazines a processor behind that processor's lock, and a depot of full ones
/// behind another (<c>struct iova_rcache</c>). Taking or giving a range is one lock and unlock.
/// The kernel also trims the depot ten times a second; here it keeps what it got.
/// </summary>
internal sealed class IovaRangeCache
{
    /// <summary>
    /// This thread's processor plus one. The kernel reads it in one instruction (<c>raw_cpu_ptr</c>); asking the runtime
    /// takes 4 ns, so a thread asks once and is taken to stay, which the locks make harmless.
    /// </summary>
    [ThreadStatic]
    private static int _processorOfThread;

    private readonly Processor[] _processors;
    private readonly Lock _depotGate = new();
    private IovaMagazine? _depot;
    private IovaMagazine? _spare;

    internal IovaRangeCache()
    {
        _processors = new Processor[BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount)];
        for (int i = 0; i < _processors.Length; i++) _processors[i] = new Processor();
    }

    private Processor Current
    {
        get
        {
            if (_processorOfThread == 0) _processorOfThread = Thread.GetCurrentProcessorId() + 1;
            return _processors[_processorOfThread & (_processors.Length - 1)];
        }
    }

    /// <summary>A cached range that starts at or below a limit; 0 for none (<c>__iova_rcache_get</c>).</summary>
    internal ulong Get(ulong limit)
    {
        Processor processor = Current;
        lock (processor.Gate)
        {
            if (processor.Loaded.IsEmpty && !Refill(processor)) return 0;
            return processor.Loaded.Pop(limit);
        }
    }

    /// <summary>Keeps a range (<c>__iova_rcache_insert</c>).</summary>
    internal void Put(ulong first)
    {
        Processor processor = Current;
        lock (processor.Gate)
        {
            if (processor.Loaded.IsFull) MakeRoom(processor);
            processor.Loaded.Push(first);
        }
    }

    private bool Refill(Processor processor)
    {
        if (!processor.Previous.IsEmpty)
        {
            processor.Swap();
            return true;
        }

        lock (_depotGate)
        {
            IovaMagazine? full = _depot;
            if (full is null) return false;
            _depot = full.Below;
            processor.Loaded.Below = _spare;
            _spare = processor.Loaded;
            processor.Loaded = full;
            return true;
        }
    }

    private void MakeRoom(Processor processor)
    {
        if (!processor.Previous.IsFull)
        {
            processor.Swap();
            return;
        }

        lock (_depotGate)
        {
            IovaMagazine empty = _spare ?? new IovaMagazine();
            _spare = empty.Below;
            processor.Loaded.Below = _depot;
            _depot = processor.Loaded;
            processor.Loaded = empty;
        }
    }

    private sealed class Processor
    {
        internal readonly Lock Gate = new();
        internal IovaMagazine Loaded = new();
        internal IovaMagazine Previous = new();

        internal void Swap() => (Loaded, Previous) = (Previous, Loaded);
    }
}
