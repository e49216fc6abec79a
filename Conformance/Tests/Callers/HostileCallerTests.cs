using System;
using System.Linq;
using Xunit;

namespace Conformance.Tests;

/// <summary>Whatever a caller does wrong is told him, by what is documented, and changes nothing.</summary>
public class HostileCallerTests(ITestOutputHelper output)
{
    private static readonly Lazy<CallersResult> Run = new(() => CallersCampaign.Run(60_000, Seed.Value));

    [Fact]
    public void Every_public_member_has_a_hostile_caller() => Assert.Empty(Run.Value.Uncovered);

    [Fact]
    public void Malformed_arguments_are_told_and_change_nothing()
    {
        CallersResult result = Run.Value;
        output.WriteLine(result.ToString());
        Assert.True(result.What is null, result.What);
    }
}
