using System;

namespace Conformance;

/// <summary>How long a spy goes on, and over what.</summary>
public sealed record SpyOptions
{
    /// <summary>Steps that are made, of all threads together.</summary>
    public long Operations { get; init; } = 100_000;

    /// <summary>Equal seeds make equal steps; with one thread, they also come in the same order.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads that share a world's pool and mappers, each with homes of its own.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Steps of a thread in a world, before the next world.</summary>
    public int StepsOfALife { get; init; } = 4096;

    /// <summary>Stops after so many lives that went wrong.</summary>
    public long MostViolations { get; init; } = 1;

    /// <summary>Whether a life that went wrong is made short, which takes many more lives.</summary>
    public bool Shortens { get; init; } = true;

    /// <summary>What worlds are put together from.</summary>
    public SpyParts Parts { get; init; } = SpyParts.Library;

    /// <summary>Is told now and then how many steps are made, of how many.</summary>
    public Action<long, long>? Progress { get; init; }
}
