using System;
using System.Linq;
using Conformance.Mutants;
using Xunit;

namespace Conformance.Tests;

/// <summary>A library that makes the wrong thing of holders' answers is found.</summary>
public class CallbackMutantTests(ITestOutputHelper output)
{
    public static TheoryData<string> Faults => MutantSample.Of(CallbackFaults.All.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_found(string name)
    {
        SourceMutant mutant = CallbackFaults.Named(name);
        (int plays, string? what) = MutantContext.Of(mutant).Over<Func<(int, string?)>>(CallbackFaults.Find)();
        Assert.True(what is not null, $"Nothing is wrong with the fault {name}, though it is broken that {mutant.Breaks}.");
        output.WriteLine($"{name}: in play {plays}: {what}");
    }
}
