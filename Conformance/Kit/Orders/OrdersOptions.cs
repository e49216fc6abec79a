using System;

namespace Conformance;

/// <summary>Which cases of a policy a campaign tries.</summary>
public sealed record OrdersOptions
{
    /// <summary>The policy.</summary>
    public required OrderPolicy Policy { get; init; }

    /// <summary>Devices of a case: exactly so many, at most 3, where all orders are tried; at most so many where cases are drawn.</summary>
    public int Devices { get; init; } = 3;

    /// <summary>Cases that are drawn at random; 0 to try all.</summary>
    public long Random { get; init; }

    /// <summary>Equal seeds draw equal cases.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Every so many-th case is tried.</summary>
    public long Stride { get; init; } = 1;

    /// <summary>Most cases that are tried; 0 for no limit.</summary>
    public long Limit { get; init; }

    /// <summary>Threads that try cases, each in a world of its own.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Stops after so many violations.</summary>
    public long MostViolations { get; init; } = 1000;

    /// <summary>What worlds are put together from.</summary>
    public OrderParts Parts { get; init; } = OrderParts.Library;

    /// <summary>Is told now and then how many cases are done, of how many; from any thread.</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>Whether every case of the policy is tried.</summary>
    public bool IsExhaustive => Random == 0 && Stride == 1 && Limit == 0;
}
