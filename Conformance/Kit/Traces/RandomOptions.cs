using System;

namespace Conformance;

/// <summary>How long the random campaign goes on, and on what.</summary>
public sealed record RandomOptions
{
    /// <summary>Steps of a case.</summary>
    public const int StepsOfACase = 100;

    /// <summary>What is played on.</summary>
    public TraceBackend Backend { get; init; }

    /// <summary>Steps of all shards together.</summary>
    public long Operations { get; init; } = 100_000;

    /// <summary>Cases of all shards together; the last may be shorter.</summary>
    public long Cases => Operations < 1 ? 0 : ((Operations - 1) / StepsOfACase) + 1;

    /// <summary>Equal seeds do the same.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Which of the shards this is, from 0 on.</summary>
    public long Shard { get; init; }

    /// <summary>How many shards there are.</summary>
    public long Shards { get; init; } = 1;

    /// <summary>Stops after so many cases that went wrong.</summary>
    public long MostViolations { get; init; } = 1;

    /// <summary>Whether a case that went wrong is made short.</summary>
    public bool Shortens { get; init; } = true;

    /// <summary>Is told now and then how many steps are made, of how many.</summary>
    public Action<long, long>? Progress { get; init; }
}
