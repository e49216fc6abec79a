using Xunit;

namespace Conformance.Tests;

/// <summary>Laws held against implementations that are broken on purpose.</summary>
internal static class LawAssert
{
    /// <summary>A law that a broken implementation passes is no law.</summary>
    public static void Catches<T>(Law<T> pointedAtMutant, int cases = 3000)
    {
        LawRun run = pointedAtMutant.Run(cases, Seed.Value, stopsAtFirst: true);
        Assert.True(run.Violations > 0, $"'{pointedAtMutant.Name}' passed a broken implementation in {cases} cases.");
    }
}
