using System;
using System.Linq;
using Xunit;

namespace Conformance.Tests;

/// <summary>Whatever a caller does wrong is told him, by what is documented, and changes nothing.</summary>
public class HostileCallerTests(ITestOutputHelper output)
{
    private static readonly Lazy<CallersResult> Run = new(() => CallersCampaign.Run(60_000, Seed.Value));

    /// <summary>What is given only where advice, a turn or a move comes about, which malformed arguments do not bring about; good callers of these are wanting here.</summary>
    private static readonly string[] GivenToGoodCallers = ["PfnBuffers.ImporterForecast:", "PfnBuffers.SharingOption:", "DmaMapping.MovedMapping:", "DmaMapping.TurnReport:", "DmaMapping.TurnResult:"];

    [Fact]
    public void Every_public_member_has_a_hostile_caller()
        => Assert.DoesNotContain(Run.Value.Uncovered, member => !Array.Exists(GivenToGoodCallers, one => member.Contains($": {one}", StringComparison.Ordinal)));

    [Fact]
    public void Malformed_arguments_are_told_and_change_nothing()
    {
        CallersResult result = Run.Value;
        output.WriteLine(result.ToString());
        Assert.True(result.What is null, result.What);
    }
}
