using System.Linq;
using Conformance.Mutants;
using Xunit;

namespace Conformance.Tests;

/// <summary>No rule of bouncing can be broken unseen: the spy finds each faulty bounce mapper.</summary>
public class SpyMutantTests(ITestOutputHelper output)
{
    /// <summary>Ten times what the best hidden fault takes.</summary>
    private const long Operations = 20_000;

    public static TheoryData<string> Faults => [.. BounceFaults.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_faulty_bounce_mapper_is_found(string name)
    {
        BounceFault fault = BounceFaults.Named(name)!;
        SpyResult result = SpyCampaign.Run(new SpyOptions { Operations = Operations, Seed = Seed.Value, Shortens = false, Parts = fault });
        Assert.True(result.What is not null, $"{result} over the fault {name}, though it is broken that {fault.Breaks}.");
        output.WriteLine($"{name}: {result.What}");
    }

    [Fact]
    public void What_stands_around_a_bounce_mapper_without_a_fault_is_not_found()
    {
        SpyResult result = SpyCampaign.Run(new SpyOptions { Operations = Operations, Seed = Seed.Value, Parts = new BounceFault("nothing", "nothing") });
        Assert.True(result.What is null, result.What);
    }

    [Fact]
    public void Faults_have_names_of_their_own() => Assert.Equal(BounceFaults.All.Count, BounceFaults.All.Select(one => one.Name).Distinct().Count());
}
