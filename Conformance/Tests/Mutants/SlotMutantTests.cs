using System;
using System.Linq;
using Conformance.Mutants;
using Xunit;

namespace Conformance.Tests;

/// <summary>No rule of slots can be broken unseen: each fault that is planted in the sources of bouncing is found.</summary>
public class SlotMutantTests(ITestOutputHelper output)
{
    private const long Operations = 20_000;

    public static TheoryData<string> Faults => MutantSample.Of(SlotFaults.All.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_found(string name)
    {
        SourceMutant fault = SlotFaults.Named(name);
        string? wrong = MutantContext.Of(fault).Over<Func<long, string?>>(SlotFaults.Find)(Operations);
        Assert.True(wrong is not null, $"Nothing is wrong over {fault.File} with the fault {name}, though it is broken that {fault.Breaks}.");
        output.WriteLine($"{name}: {wrong}");
    }

    [Fact]
    public void Without_a_fault_nothing_is_found() => Assert.Null(MutantContext.Control().Over<Func<long, string?>>(SlotFaults.Find)(Operations / 4));

    [Fact]
    public void Faults_have_names_of_their_own() => Assert.Equal(SlotFaults.All.Count, SlotFaults.All.Select(one => one.Name).Distinct().Count());
}
