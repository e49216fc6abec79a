using System;

namespace Conformance.Mutants;

/// <summary>A sample of the campaign of orders that is large enough to find any of <see cref="PlantedFaults"/>, and small enough for a test.</summary>
public static class OrdersSample
{
    /// <summary>So many cases of one policy, then of the next.</summary>
    private const long Round = 100;

    /// <summary>From here on rare cases come early: a device that does not answer, while somebody comes whom nothing but a move helps.</summary>
    private const ulong FirstSeed = 51;

    /// <summary>The same, as <see cref="FaultSearch"/> wants it.</summary>
    public static (long Cases, string? What) Search(long most)
    {
        (long cases, _, string? first) = Run(most);
        return (cases, first);
    }

    /// <summary>Tries cases of all policies in turn, until one goes wrong. The same ones each time.</summary>
    /// <param name="most">How many at most.</param>
    /// <returns>How many were tried, how many of them went wrong, and the first one's shortest form as a trace that can be replayed.</returns>
    public static (long Cases, long Violations, string? First) Run(long most)
    {
        long cases = 0;
        for (ulong seed = FirstSeed; ; seed++)
        {
            foreach (OrderPolicy policy in new[] { OrderPolicy.MoveFirst, OrderPolicy.BounceFirst, OrderPolicy.NoMove })
            {
                if (cases >= most) return (cases, 0, null);
                OrdersResult result = OrdersCampaign.Run(new OrdersOptions { Policy = policy, Random = Math.Min(Round, most - cases), Seed = seed, Threads = 1, MostViolations = 1 });
                cases += result.Tally.Cases;
                if (result.Shortest is { } shortest) return (cases, result.Tally.Violations, $"{result.What}\n{shortest}");
            }
        }
    }
}
