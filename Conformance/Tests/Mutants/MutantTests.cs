using System;
using System.Linq;
using Conformance.Mutants;
using Xunit;

namespace Conformance.Tests;

/// <summary>That no rule of deciding and of sharing can be broken unseen: each fault that is planted is found by a sample of the campaign of orders.</summary>
public class MutantTests(ITestOutputHelper output)
{
    /// <summary>Many times what the best hidden fault takes: a few hundred.</summary>
    private const long Cases = 6000;

    public static TheoryData<string> Faults => MutantSample.Of(PlantedFaults.All.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_found(string name)
    {
        SourceMutant fault = PlantedFaults.Named(name)!;
        (long cases, long violations, string? first) = MutantContext.Of(fault).Over<Func<long, (long, long, string?)>>(OrdersSample.Run)(Cases);
        Assert.True(violations > 0, $"{cases} cases passed over {fault.File} with the fault {name}, though it is broken that {fault.Breaks}.");
        output.WriteLine($"{name}: found at case {cases}; broken: {fault.Breaks}\n{first}");
    }

    [Fact]
    public void Without_a_fault_nothing_is_found()
    {
        (long cases, long violations, string? first) = MutantContext.Control().Over<Func<long, (long, long, string?)>>(OrdersSample.Run)(Cases);
        Assert.True(violations == 0, first);
        Assert.Equal(Cases, cases);
    }
}
