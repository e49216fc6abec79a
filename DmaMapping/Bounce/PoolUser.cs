using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>A mapper, as its pool knows it: for whom it maps, what that device reaches, and how much it holds. Thread-safe.</summary>
internal sealed class PoolUser(string name, in BounceReach reach)
{
    private long _held;

    internal string Name { get; } = name;

    internal BounceReach Reach { get; } = reach;

    /// <summary>Slots that its mappings and reservations have.</summary>
    internal long Held => Volatile.Read(ref _held);

    internal void Add(long slots) => Interlocked.Add(ref _held, slots);
}
