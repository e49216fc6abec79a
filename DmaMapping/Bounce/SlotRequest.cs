using PfnBuffers;

namespace DmaMapping;

/// <summary>Slots that somebody wants to reserve.</summary>
/// <param name="user">Whose they will be.</param>
/// <param name="count">How many.</param>
/// <param name="oneRun">Whether they must be consecutive.</param>
/// <param name="placement">How a run is placed best; where there must be one, it is placed so.</param>
internal readonly struct SlotRequest(PoolUser user, int count, bool oneRun, in Placement placement)
{
    internal PoolUser User { get; } = user;

    internal int Count { get; } = count;

    internal bool OneRun { get; } = oneRun;

    internal Placement Placement { get; } = placement;
}
