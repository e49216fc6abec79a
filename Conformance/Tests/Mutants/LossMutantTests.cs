using System;
using System.Linq;
using Conformance.Mutants;
using Xunit;

namespace Conformance.Tests;

/// <summary>Nothing can be forgotten unseen when something goes wrong: each fault that is planted is found by its scenario.</summary>
public class LossMutantTests(ITestOutputHelper output)
{
    public static TheoryData<string> Faults => MutantSample.Of(LossFaults.All.Select(one => one.Mutant.Name));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_found(string name)
    {
        LossFault fault = LossFaults.Named(name);
        string? wrong = MutantContext.Of(fault.Mutant).Over<Func<string, string, string?>>(LossFaults.Find)(fault.Scene, fault.Kind.ToString());
        Assert.True(wrong is not null, $"Nothing is wrong over {fault.Mutant.File} with the fault {name}, though it is broken that {fault.Mutant.Breaks}.");
        output.WriteLine($"{name}: {wrong}");
    }

    [Fact]
    public void Faults_have_names_of_their_own() => Assert.Equal(LossFaults.All.Count, LossFaults.All.Select(one => one.Mutant.Name).Distinct().Count());
}
