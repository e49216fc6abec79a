using System.Collections.Generic;

namespace Conformance;

/// <summary>A life of a world: which world, and which steps of it.</summary>
/// <param name="Seed">Equal seeds give equal worlds and steps.</param>
/// <param name="Steps">Numbers of the steps, each of which draws what it does from the seed and its number.</param>
public sealed record SpyCase(ulong Seed, IReadOnlyList<int> Steps)
{
    /// <summary>Carries the case out in a world of its own.</summary>
    /// <param name="parts">What the world is put together from.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    public string? Try(SpyParts parts) => SpyCampaign.Try(this, parts, new SpyTally(), new SpyBytes(), out _, null);
}
