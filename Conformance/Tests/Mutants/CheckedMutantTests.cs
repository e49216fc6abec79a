using System;
using System.Linq;
using Conformance.Mutants;
using Xunit;

namespace Conformance.Tests;

/// <summary>Each check of the checked mapper is needed: without it, the misuse that it is there for is not told.</summary>
public class CheckedMutantTests
{
    /// <summary>Those that each build runs; compiling the library once for each of all takes a minute.</summary>
    private static readonly string[] Few = ["unmapped-twice", "diverging", "cpu-reads", "device-after-unmap", "unlink-part"];

    public static TheoryData<string> SomeFaults => [.. Few];

    public static TheoryData<string> OtherFaults => [.. CheckedMutants.All.Select(one => one.Name).Except(Few)];

    [Theory]
    [MemberData(nameof(SomeFaults))]
    public void A_check_that_is_removed_is_missed(string name) => Assert.Null(WithoutTheCheck(name));

    /// <summary>Runs where it is asked for: <c>--explicit only</c>.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(OtherFaults))]
    public void Any_check_that_is_removed_is_missed(string name) => Assert.Null(WithoutTheCheck(name));

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
