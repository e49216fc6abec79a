using Xunit;

namespace Conformance.Tests;

/// <summary>Devices that try what they can reach no more than they may (I6).</summary>
public class HostileDeviceTests
{
    [Fact]
    public void Devices_reach_what_they_may_and_nothing_else()
    {
        (HostileTally tally, string? what) = HostileCampaign.Run(120_000, Seed.Value);
        Assert.True(what is null, $"{tally}: {what}");
        Assert.True(tally is { Mappings: > 10_000, Faults: > 20_000, Fading: > 10, Races: > 20 }, tally.ToString());
    }
}
