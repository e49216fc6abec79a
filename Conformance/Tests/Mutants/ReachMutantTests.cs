using System;
using System.Linq;
using Conformance.Mutants;
using Xunit;

namespace Conformance.Tests;

/// <summary>No device reaches unseen what it must not: each fault that is planted is found.</summary>
public class ReachMutantTests(ITestOutputHelper output)
{
    private const long Operations = 100_000;

    public static TheoryData<string> Faults => MutantSample.Of(ReachFaults.All.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_found(string name)
    {
        SourceMutant fault = ReachFaults.Named(name);
        (string counts, string? what, _) = MutantContext.Of(fault).Over<Func<long, ulong, (string, string?, long)>>(ReachFaults.Run)(Operations, Seed.Value);
        Assert.True(what is not null, $"{counts} over {fault.File} with the fault {name}, though it is broken that {fault.Breaks}.");
        output.WriteLine($"{name}: {counts}: {what}");
    }

    [Fact]
    public void Faults_have_names_of_their_own() => Assert.Equal(ReachFaults.All.Count, ReachFaults.All.Select(one => one.Name).Distinct().Count());
}
