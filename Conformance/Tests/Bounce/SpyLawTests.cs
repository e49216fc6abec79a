using Xunit;

namespace Conformance.Tests;

/// <summary>Never leak, never lose: a sample of what <c>Campaign spy</c> does for as long as one likes.</summary>
public class SpyLawTests
{
    [Fact]
    public void Devices_find_the_view_and_zeros_and_nothing_else_goes_home()
    {
        SpyResult result = SpyCampaign.Run(new SpyOptions { Operations = 100_000, Seed = Seed.Value });
        Assert.True(result.What is null, Told(result, SpyParts.Library));
        Assert.Equal((100_000, 0), (result.Tally.Operations, result.Tally.Violations));
        Assert.True(result.Tally is { Mappings: > 20_000, Slots: > 20_000, Prefixes: > 300, Divergences: > 1000, Refusals: > 1000, DeviceAccesses: > 70_000, Faults: > 15_000 }, $"little was looked at: {result}");
    }

    [Fact]
    public void Spying_does_the_same_again()
    {
        var options = new SpyOptions { Operations = 12_000, Seed = Seed.Value + 1 };
        Assert.Equal(SpyCampaign.Run(options).ToString(), SpyCampaign.Run(options).ToString());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Threads_over_one_pool_keep_their_bytes_and_never_share_a_slot(int threads)
    {
        SpyResult result = SpyCampaign.Run(new SpyOptions { Operations = 80_000, Seed = Seed.Value, Threads = threads });
        Assert.True(result.What is null, result.What);
        Assert.True(result.Tally is { Mappings: > 10_000, Slots: > 10_000 }, $"little was looked at: {result}");
    }

    [Fact]
    public void A_life_that_goes_wrong_is_told_short_and_can_be_replayed()
    {
        var broken = new DirtySlots();
        SpyResult result = SpyCampaign.Run(new SpyOptions { Operations = 20_000, Seed = Seed.Value, Parts = broken });
        Assert.NotNull(result.Shortest);
        Assert.Contains("in 1 steps: ", result.What, System.StringComparison.Ordinal);

        SpyCase again = SpyTrace.Parse("# told before\n" + SpyTrace.Write(result.Shortest, broken) + "\nops=1\n");
        Assert.Equal((result.Shortest.Seed, Assert.Single(result.Shortest.Steps)), (again.Seed, Assert.Single(again.Steps)));
        Assert.NotNull(again.Try(broken));
        Assert.Null(again.Try(SpyParts.Library));
    }

    [Fact]
    public void Threads_that_are_given_one_slot_are_caught()
        => Assert.NotNull(SpyCampaign.Run(new SpyOptions { Operations = 80_000, Threads = 3, Seed = Seed.Value, Parts = new SharedSlots() }).What);

    private static string Told(SpyResult result, SpyParts parts) => $"{result.What}\n{(result.Shortest is null ? "" : SpyTrace.Write(result.Shortest, parts))}";
}
