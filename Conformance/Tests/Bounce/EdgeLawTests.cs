using DmaMapping;
using Xunit;

namespace Conformance.Tests;

/// <summary>Links with edges are as good as mappings; and the law that says so catches those that are not.</summary>
public class EdgeLawTests
{
    public static TheoryData<string> Broken =>
        ["bares rest", "never syncs for CPU", "never syncs for device", "loses writes", "both ways", "links fewer bytes", "swallows cuts"];

    [Fact]
    public void Links_hold_what_mappings_hold() => EdgeLaws.LinksHoldWhatMappingsHold((inner, pool) => new ReservingBounceMapper(inner, pool)).Check(400);

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_mapper_is_caught(string name) => LawAssert.Catches(EdgeLaws.LinksHoldWhatMappingsHold((inner, pool) => Break(name, inner, pool)), 300);

    private static IReservingMapper Break(string name, IReservingMapper inner, BouncePool pool)
    {
        var whole = new ReservingBounceMapper(inner, pool);
        return name switch
        {
            "bares rest" => new BaresRest(inner),
            "never syncs for CPU" => new NeverSyncsForCpu(whole),
            "never syncs for device" => new NeverSyncsForDevice(whole),
            "loses writes" => new EdgesLoseWrites(whole),
            "both ways" => new EdgesBothWays(whole),
            "links fewer bytes" => new LinksFewerBytes(whole),
            _ => new SwallowsCuts(whole),
        };
    }
}
