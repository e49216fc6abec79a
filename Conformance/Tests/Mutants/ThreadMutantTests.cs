using System;
using System.Linq;
using Conformance.Mutants;
using Xunit;

namespace Conformance.Tests;

/// <summary>No lock can be dropped unseen: each fault that is planted makes a history that no single thread could have seen.</summary>
public class ThreadMutantTests(ITestOutputHelper output)
{
    /// <summary>Many times what the best hidden fault took.</summary>
    private const long Runs = 20_000;

    public static TheoryData<string> Faults => MutantSample.Of(ThreadFaults.All.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_found(string name)
    {
        SourceMutant fault = ThreadFaults.Named(name);
        string? wrong = MutantContext.Of(fault).Over<Func<string, long, string?>>(ThreadFaults.Find)(name, Runs);
        Assert.True(wrong is not null, $"Nothing is wrong over {fault.File} with the fault {name}, though it is broken that {fault.Breaks}.");
        output.WriteLine($"{name}: {wrong}");
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Without_a_fault_nothing_is_found(string name) => Assert.Null(MutantContext.Control().Over<Func<string, long, string?>>(ThreadFaults.Find)(name, 100));
}
