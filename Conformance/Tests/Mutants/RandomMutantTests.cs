using System;
using System.Linq;
using Conformance.Mutants;
using Xunit;

namespace Conformance.Tests;

/// <summary>What the campaign of random operations finds; <c>Campaign mutants --family random</c> tells it for all faults.</summary>
public class RandomMutantTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("boundary-off-by-one")]
    [InlineData("token-used-again")]
    [InlineData("short-copies-stay-abroad")]
    [InlineData("one-slot-too-few")]
    [InlineData("small-mappings-stay-known")]
    [InlineData("used-again-before-the-flush")]
    public void A_planted_fault_is_found(string name)
    {
        RandomFault fault = RandomFaults.Named(name)!;
        (long cases, string? what) = MutantContext.Of(fault.Fault).Over<Func<string, long, (long, string?)>>(RandomSample.Run)(fault.Backend, 300);
        Assert.True(what is not null, $"Nothing is wrong on {fault.Backend} in {cases} cases with the fault {name}, though it is broken that {fault.Fault.Breaks}.");
        output.WriteLine($"{name}, case {cases}: {what}");
    }

    [Fact]
    public void Faults_are_many_on_every_backend_and_have_names_of_their_own()
    {
        Assert.True(RandomFaults.All.Count >= 25);
        Assert.Equal(RandomFaults.All.Count, RandomFaults.All.Select(one => one.Name).Distinct().Count());
        Assert.Equal(["bounce", "direct", "iommu", "iommu-lazy"], RandomFaults.All.Select(one => one.Backend).Distinct().Order());
    }
}
