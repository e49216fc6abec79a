using System;
using System.Linq;
using Conformance.Mutants;
using Xunit;

namespace Conformance.Tests;

/// <summary>Each check of the checked mapper is needed: without it, the misuse that it is there for is not told.</summary>
public class CheckedMutantTests
{
    public static TheoryData<string> Faults => MutantSample.Of(CheckedMutants.All.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_check_that_is_removed_is_missed(string name) => Assert.Null(WithoutTheCheck(name));

    [Fact]
    public void Compiled_in_the_same_way_every_misuse_is_told()
    {
        Func<string, string?> told = MutantContext.Control().Over<Func<string, string?>>(Misuses.Told);
        foreach (string name in Misuses.Names) Assert.True(told(name) is not null, $"{name} is not told.");
    }

    [Fact]
    public void Every_misuse_has_a_check_that_can_be_removed_or_shares_one()
    {
        string[] shared = ["no-token", "segment-across-boundary", "link-outside", "spent", "no-reservation"];
        Assert.Equal(Misuses.Names.Except(shared).Order(), CheckedMutants.All.Select(one => one.Name).Order());
    }

    private static string? WithoutTheCheck(string name) => MutantContext.Of(CheckedMutants.Named(name)).Over<Func<string, string?>>(Misuses.Told)(name);
}
