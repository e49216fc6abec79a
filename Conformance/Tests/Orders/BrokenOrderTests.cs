using System;
using System.Collections.Generic;
using Xunit;

namespace Conformance.Tests;

/// <summary>What is broken is found, and told by a short trace that goes wrong again.</summary>
public class BrokenOrderTests
{
    public static TheoryData<string> Broken => [.. Parts.Keys];

    private static Dictionary<string, (OrderParts Parts, OrderPolicy Policy, int Steps)> Parts { get; } = new()
    {
        ["an oracle that admits everyone"] = (new Admits(), OrderPolicy.NoMove, 3),
        ["an exporter that gives any frames"] = (new GivesAnyFrames(), OrderPolicy.MoveFirst, 2),
        ["an exporter that keeps frames"] = (new KeepsFrames(), OrderPolicy.MoveFirst, 2),
        ["a direct mapper that is off by a frame"] = (new BreaksMapper(OrderClass.ZeroCopy, "off by a frame"), OrderPolicy.MoveFirst, 2),
        ["a bouncing mapper that is off by a frame"] = (new BreaksMapper(OrderClass.ContiguousLow, "off by a frame"), OrderPolicy.BounceFirst, 2),
        ["a mapper that is too short"] = (new BreaksMapper(OrderClass.Narrow, "too short"), OrderPolicy.MoveFirst, 2),
        ["a mapper that maps the wrong way"] = (new BreaksMapper(OrderClass.Translated, "wrong way"), OrderPolicy.NoMove, 2),
        ["a mapper that does not unmap"] = (new BreaksMapper(OrderClass.Translated, "no unmap"), OrderPolicy.NoMove, 3),
        ["a copy that does not come home"] = (new BreaksMapper(OrderClass.TurnTaker, "no sync for the CPU"), OrderPolicy.BounceFirst, 2),
        ["a copy that is not refreshed"] = (new BreaksMapper(OrderClass.TurnTaker, "no sync for the device"), OrderPolicy.BounceFirst, 6),
        ["an IOMMU that forgets nothing"] = (new RemembersAll(), OrderPolicy.MoveFirst, 4),
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Something_broken_is_found_and_told_by_a_short_trace(string name)
    {
        (OrderParts parts, OrderPolicy policy, int steps) = Parts[name];
        OrdersResult result = OrdersCampaign.Run(new OrdersOptions { Policy = policy, Stride = 997, MostViolations = 5, Parts = parts });
        Assert.InRange(result.Tally.Violations, 1, 10);
        OrderCase trace = OrderTrace.Parse(OrderTrace.Write(result.Shortest!));
        Assert.True(trace.Steps.Count <= steps, $"{result.What}\n{result.Shortest}");
        Assert.Equal(result.What, OrdersCampaign.Try(trace, parts));
        if (parts is not Admits) Assert.Null(OrdersCampaign.Try(trace, OrderParts.Library));
    }
}
