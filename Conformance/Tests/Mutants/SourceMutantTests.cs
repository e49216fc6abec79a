using System;
using System.Collections;
using System.Collections.Generic;
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

    /// <summary>A build tries only some of them, so the others would be missed late.</summary>
    [Fact]
    public void No_mutant_of_any_list_is_out_of_date()
    {
        SourceMutant[] all = [.. EveryList().SelectMany(MutantsIn).Distinct()];
        Assert.True(all.Length >= 190, $"{all.Length} were found");
        Assert.All(all, one => one.RequireCurrent());
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

    [Fact]
    public void Every_list_has_a_search_and_no_family_has_two_faults_of_one_name()
    {
        Assert.Equal(["orders", "domains", "threads", "pools", "copies", "devices", "losses", "callbacks", "random"], FaultSearches.Families);
        Assert.Equal(FaultSearches.All.Count, FaultSearches.All.Select(one => (one.Family, one.Name)).Distinct().Count());
        (long cases, string? what) = FaultSearches.All.First(one => one.Family == "pools").Find();
        Assert.NotNull(what);
        Assert.InRange(cases, 1, FaultSearch.MostCases);
    }

    /// <summary>Asks at run time, for the compiler would put the true constant in.</summary>
    private static int Refused() => (int)typeof(Verdict).GetField(nameof(Verdict.Refused), BindingFlags.Static | BindingFlags.Public)!.GetRawConstantValue()!;

    /// <summary>What the assembly's static lists called <c>All</c> hold.</summary>
    private static IEnumerable<object> EveryList()
        => typeof(SourceMutant).Assembly.GetTypes()
            .Select(type => type.GetProperty("All", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)?.GetValue(null))
            .OfType<IEnumerable>()
            .SelectMany(list => list.Cast<object>());

    /// <summary>The mutant that an element is, or carries: some lists say beside it who is to find it.</summary>
    private static IEnumerable<SourceMutant> MutantsIn(object element)
        => element is SourceMutant mutant
            ? [mutant]
            : element.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Select(field => field.GetValue(element)).OfType<SourceMutant>();
}
