using System;

namespace Conformance;

/// <summary>
/// Devices that read and write at random, at guessed addresses and at those just taken from them, against a model of what each may reach (I6). Life after life in a new world.
/// The model shares no code with the library: pages, frames and bytes in dictionaries and arrays.
/// </summary>
public static class HostileCampaign
{
    private const int StepsOfALife = 20_000;

    /// <summary>Goes on for so many steps, or until something is wrong.</summary>
    /// <param name="operations">Steps.</param>
    /// <param name="seed">Equal seeds make equal steps.</param>
    /// <param name="progress">Is told now and then how many steps are made.</param>
    /// <returns>What was done, and what is wrong; null where nothing is.</returns>
    public static (HostileTally Tally, string? What) Run(long operations, ulong seed, Action<long>? progress = null)
    {
        var tally = new HostileTally();
        for (ulong life = 0; tally.Operations < operations; life++)
        {
            ulong own = OrderSeed.Next(seed + OrderSeed.Next(life));
            long first = tally.Operations;
            string? wrong = Live(own, (int)Math.Min(StepsOfALife, operations - tally.Operations), tally);
            tally.Lives++;
            progress?.Invoke(tally.Operations);
            if (wrong is null) continue;
            tally.Violations++;
            return (tally, FormattableString.Invariant($"seed {seed}, life {own}, step {tally.Operations - first}: {wrong}"));
        }

        return (tally, null);
    }

    private static string? Live(ulong seed, int steps, HostileTally tally)
    {
#pragma warning disable CA1031 // Whatever a broken library throws is a violation.
        try
        {
            return new HostileRun(new HostileWorld(seed), seed, tally).Do(steps);
        }
        catch (Exception thrown)
        {
            return $"threw {thrown}";
        }
#pragma warning restore CA1031
    }
}
