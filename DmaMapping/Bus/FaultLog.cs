using System;
using System.Collections.Generic;

namespace DmaMapping;

/// <summary>
/// The newest faults, oldest first, and how many there ever were. Bounded: like fault recording registers it
/// drops what it has no room for, here the oldest. Thread-safe.
/// </summary>
public sealed class FaultLog
{
    /// <summary>A ring is allocated at once: 24 MiB at most.</summary>
    private const int MostCapacity = 1 << 20;

    private readonly object _lock = new();
    private readonly DmaFault[] _ring;
    private long _count;

    /// <summary>An empty log.</summary>
    /// <param name="capacity">Faults kept, 1 to 2^20.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another capacity.</exception>
    public FaultLog(int capacity = 256)
    {
        if (capacity is < 1 or > MostCapacity) Throw.OutOfRange(nameof(capacity), capacity, $"it must lie in 1 to {MostCapacity}");
        _ring = new DmaFault[capacity];
    }

    /// <summary>Faults ever recorded.</summary>
    public long Count
    {
        get
        {
            lock (_lock) return _count;
        }
    }

    /// <summary>A copy of the faults kept, oldest first.</summary>
    public IReadOnlyList<DmaFault> Recent()
    {
        lock (_lock)
        {
            int kept = (int)Math.Min(_count, _ring.Length);
            var faults = new DmaFault[kept];
            for (int i = 0; i < kept; i++) faults[i] = _ring[(_count - kept + i) % _ring.Length];
            return faults;
        }
    }

    internal void Record(in DmaFault fault)
    {
        lock (_lock) _ring[_count++ % _ring.Length] = fault;
    }
}
