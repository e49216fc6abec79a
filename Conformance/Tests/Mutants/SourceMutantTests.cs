using System;
using System.Linq;
using System.Reflection;
using Conformance.Mutants;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class SourceMutantTests
{
    private static readonly SourceMutant Any = new("any", "PfnBuffers/Sharing/Verdict.cs", "Refused = 0,", "Refused = 7,", "nothing");

    [Fact]
    public void What_a_mutant_replaces_stands_in_the_source_exactly_once()
    {
        Assert.Equal("a c b", (Any with { Find = "b b", Replacement = "c b" }).ApplyTo("a b b"));
        Assert.Throws<InvalidOperationException>(() => (Any with { Find = "b" }).ApplyTo("a b b"));
        Assert.Throws<InvalidOperationException>(() => (Any with { Find = "bb" }).ApplyTo("a bbb"));
        Assert.Throws<InvalidOperationException>(() => (Any with { Find = "c" }).ApplyTo("a b b"));
        Assert.Throws<InvalidOperationException>(() => (Any with { Find = "a", Replacement = "a" }).ApplyTo("a b b"));
    }

    [Fact]
    public void A_mutant_that_is_out_of_date_is_told_and_not_run()
    {
        Assert.Contains("is out of date", Assert.Throws<InvalidOperationException>(() => MutantContext.Of(Any with { Find = "Refused = 1," })).Message, StringComparison.Ordinal);
        Assert.Contains("is out of date", Assert.Throws<InvalidOperationException>(() => MutantContext.Of(Any with { File = "PfnBuffers/Sharing/Gone.cs" })).Message, StringComparison.Ordinal);
        Assert.Contains("does not compile", Assert.Throws<InvalidOperationException>(() => MutantContext.Of(Any with { Replacement = "Refused = ," })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutant_runs_beside_the_true_library()
    {
        Assert.Equal(7, MutantContext.Of(Any).Over<Func<int>>(Refused)());
        Assert.Equal(0, MutantContext.Control().Over<Func<int>>(Refused)());
        Assert.Equal(0, Refused());
    }

    [Fact]
    public void What_is_run_over_a_mutant_is_a_static_method()
    {
        int here = 7;
        Assert.Throws<ArgumentException>(() => MutantContext.Control().Over<Func<int>>(() => here));
    }

    [Fact]
    public void Faults_have_names_of_their_own_and_break_one_rule_each()
    {
        Assert.Equal(PlantedFaults.All.Count, PlantedFaults.All.Select(one => one.Name).Distinct().Count());
        Assert.All(PlantedFaults.All, one => Assert.NotEmpty(one.Breaks));
        Assert.All(PlantedFaults.All, one => Assert.Same(one, PlantedFaults.Named(one.Name)));
        Assert.True(PlantedFaults.All.Count(one => one.Library == "PfnBuffers") >= 10);
        Assert.Null(PlantedFaults.Named("none"));
    }

    /// <summary>Asks at run time, for the compiler would put the true constant in.</summary>
    private static int Refused() => (int)typeof(Verdict).GetField(nameof(Verdict.Refused), BindingFlags.Static | BindingFlags.Public)!.GetRawConstantValue()!;
}
