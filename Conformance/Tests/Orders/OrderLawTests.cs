using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A sample of the campaign of orders; the whole of it is <c>Campaign orders</c>.</summary>
public class OrderLawTests
{
    [Theory]
    [InlineData(OrderPolicy.MoveFirst)]
    [InlineData(OrderPolicy.BounceFirst)]
    [InlineData(OrderPolicy.NoMove)]
    public void Every_order_goes_as_the_oracle_says(OrderPolicy policy)
    {
        OrdersResult result = OrdersCampaign.Run(new OrdersOptions { Policy = policy, Stride = 997 });
        Assert.True(result.Shortest is null, $"{result.What}\n{result.Shortest}");
        Assert.Equal((34_650, 4171, 0), (result.Interleavings, result.Tally.Cases, result.Tally.Violations));
        Assert.True(result.Tally is { Mappings: > 5000, DeviceAccesses: > 40_000, CpuAccesses: > 20_000, Faults: > 5000, Divergences: > 50 }, "little was looked at");
        Verdict[] never = policy == OrderPolicy.NoMove ? [Verdict.Move] : [];
        Verdict[] all = [Verdict.Admitted, Verdict.Direct, Verdict.Remap, Verdict.Move, Verdict.Bounce, Verdict.Refused];
        Assert.All(all, verdict => Assert.Equal(!never.Contains(verdict), result.Tally.Of(verdict) > 0));
    }

    [Theory]
    [InlineData(OrderPolicy.MoveFirst)]
    [InlineData(OrderPolicy.BounceFirst)]
    [InlineData(OrderPolicy.NoMove)]
    public void Up_to_five_devices_in_orders_at_random_go_as_the_oracle_says(OrderPolicy policy)
    {
        OrdersResult result = OrdersCampaign.Run(new OrdersOptions { Policy = policy, Devices = 5, Random = 1500, Seed = Seed.Value });
        Assert.True(result.Shortest is null, $"{result.What}\n{result.Shortest}");
    }

    [Fact]
    public void A_campaign_does_the_same_again_and_with_any_number_of_threads()
    {
        var options = new OrdersOptions { Policy = OrderPolicy.MoveFirst, Stride = 4999, Threads = 1 };
        OrdersResult one = OrdersCampaign.Run(options), other = OrdersCampaign.Run(options with { Threads = 3 });
        Assert.Equal(one.ToString(), other.ToString());
        Assert.Equal((one.Tally.DeviceAccesses, one.Tally.CpuAccesses, one.Tally.Faults), (other.Tally.DeviceAccesses, other.Tally.CpuAccesses, other.Tally.Faults));
    }
}
