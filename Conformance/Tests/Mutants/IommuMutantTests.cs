using System;
using System.Linq;
using Conformance.Mutants;
using Xunit;

namespace Conformance.Tests;

/// <summary>No rule of an IOMMU's domain can be broken unseen: each fault that is planted breaks a law.</summary>
public class IommuMutantTests(ITestOutputHelper output)
{
    private const long Cases = 100;

    public static TheoryData<string> Faults => MutantSample.Of(IommuFaults.All.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_breaks_a_law(string name)
    {
        SourceMutant fault = IommuFaults.Named(name);
        string? broken = MutantContext.Of(fault).Over<Func<long, string?>>(IommuFaults.Find)(Cases);
        Assert.True(broken is not null, $"All laws hold over {fault.File} with the fault {name}, though it is broken that {fault.Breaks}.");
        output.WriteLine($"{name}: {broken}");
    }

    [Fact]
    public void Without_a_fault_no_law_is_broken() => Assert.Null(MutantContext.Control().Over<Func<long, string?>>(IommuFaults.Find)(Cases / 4));

    [Fact]
    public void Faults_have_names_of_their_own() => Assert.Equal(IommuFaults.All.Count, IommuFaults.All.Select(one => one.Name).Distinct().Count());
}
