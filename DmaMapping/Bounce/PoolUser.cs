using System;
using System.Threading;

namespace DmaMapping;

/// <summary>A mapper, as its pool knows it: for whom it maps, what that device reaches, and how much it holds. Thread-safe.</summary>
/// <param name="name">The device's name.</param>
/// <param name="reach">What it reaches.</param>
/// <param name="mapped">Tells the slots that the mapper's mappings have.</param>
internal sealed class PoolUser(string name, in BounceReach reach, Func<long> mapped)
{
    private long _reserved;

    internal string Name { get; } = name;

    internal BounceReach Reach { get; } = reach;

    /// <summary>Slots that its mappings and reservations have.</summary>
    internal long Held => mapped() + Volatile.Read(ref _reserved);

    internal void AddReserved(long slots) => Interlocked.Add(ref _reserved, slots);
}
