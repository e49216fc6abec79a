using System;
using System.IO;
using System.Linq;
using Conformance.Campaign;
using Xunit;

namespace Conformance.Tests;

/// <summary>The command line of the campaigns.</summary>
public sealed class CampaignTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_trace_is_replayed()
    {
        File.WriteAllText(_file, "policy no-move\ndevice a Raw Bidirectional\ndevice b ZeroCopy ToDevice\nattach a\nmap a\nattach b\n");
        Assert.Equal(0, Run("replay", _file));
        Assert.EndsWith("violations=0", _output.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policy no-move\ndevice a Raw Bidirectional\nmap a\n", "line 3: a cannot map there")]
    [InlineData("Lorem ipsum\n", "line 1: nothing is done by the word Lorem")]
    [InlineData("", "no line says the policy")]
    public void A_file_that_is_no_trace_is_told_in_a_line_with_exit_code_2(string text, string told)
    {
        File.WriteAllText(_file, text);
        Assert.Equal(2, Run("replay", _file));
        string line = Assert.Single(_error.ToString().TrimEnd().Split('\n'));
        Assert.Contains(told, line, StringComparison.Ordinal);
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_in_a_line_with_exit_code_2()
    {
        Assert.Equal(2, Run("replay", _file + ".none"));
        Assert.Single(_error.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_trace_whose_machine_there_cannot_be_is_told_in_a_line_with_exit_code_2()
    {
        TraceCase one = RandomCampaign.CaseOf(new RandomOptions { Backend = TraceBackend.Iommu }, 0);
        Assert.True(one.Devices.Count > 1, "each has a table of its own");
        File.WriteAllText(_file, TraceText.Write(one with { Setting = one.Setting with { Tables = 1 } }));
        Assert.Equal(2, Run("replay", _file));
        Assert.Contains("the machine cannot be made", Assert.Single(_error.ToString().TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orders", "--devices", "4")]
    [InlineData("orders", "--devices", "6", "--random", "5")]
    [InlineData("orders", "--devices", "1", "--random", "5")]
    [InlineData("orders", "--policy", "never")]
    [InlineData("orders", "--stride", "0")]
    [InlineData("orders", "--stride", "many")]
    [InlineData("segments", "--cases", "many")]
    [InlineData("segments", "--cases", "0")]
    [InlineData("spy", "--ops", "0")]
    [InlineData("spy", "--threads", "0")]
    [InlineData("spy", "--mutant", "gremlins")]
    [InlineData("spy", "--mutant", "keeps-reach", "--threads", "2")]
    [InlineData("random", "--backend", "nowhere")]
    [InlineData("random", "--ops", "0")]
    [InlineData("mutants", "--family", "gremlins")]
    [InlineData("random", "--ops", "many")]
    [InlineData("random", "--shard", "2/2")]
    [InlineData("random", "--shard", "1")]
    [InlineData("random", "--ops", "400", "--shard", "4/9")]
    [InlineData("orders", "--limit", "0")]
    [InlineData("orders", "--random", "0")]
    [InlineData("random", "--mutant", "gremlins")]
    [InlineData("disorders")]
    public void What_cannot_be_understood_has_exit_code_2(params string[] args) => Assert.Equal(2, Run(args));

    [Fact]
    public void A_sample_ends_with_a_line_for_each_policy()
    {
        Assert.Equal(0, Run("orders", "--stride", "20011", "--json", _file));
        string[] lines = _output.ToString().TrimEnd().Split('\n');
        Assert.StartsWith("move-first: interleavings=34650 cases=208 ", lines[^3], StringComparison.Ordinal);
        Assert.StartsWith("bounce-first: interleavings=34650 cases=208 ", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("no-move: interleavings=34650 cases=208 ", lines[^1], StringComparison.Ordinal);
        Assert.EndsWith("violations=0", lines[^1].TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("\"policy\":\"no-move\"", File.ReadAllText(_file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_that_is_planted_is_found_and_told_as_a_trace_that_replays_over_it_alone()
    {
        Assert.Equal(1, Run("orders", "--policy", "move-first", "--mutant", "detach-keeps-constraints", "--stride", "13001"));
        string[] lines = _output.ToString().TrimEnd().Split('\n');
        Assert.StartsWith("# with the fault detach-keeps-constraints", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(" violations=0", lines[^1], StringComparison.Ordinal);

        string[] trace = [.. lines.SkipWhile(line => !line.StartsWith("policy ", StringComparison.Ordinal)).TakeWhile(line => !line.StartsWith("reason ", StringComparison.Ordinal))];
        File.WriteAllLines(_file, trace);
        Assert.Equal(1, Run("replay", _file, "--mutant", "detach-keeps-constraints"));
        Assert.Equal(0, Run("replay", _file));
    }

    [Fact]
    public void A_fault_that_there_is_not_is_told_in_a_line_that_names_those_there_are()
    {
        Assert.Equal(2, Run("orders", "--mutant", "gremlins"));
        string line = Assert.Single(_error.ToString().TrimEnd().Split('\n'));
        Assert.Contains("bytes-left-behind", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_spy_ends_with_its_counts()
    {
        Assert.Equal(0, Run("spy", "--operations", "5000", "--seed", "7"));
        string last = _output.ToString().TrimEnd().Split('\n')[^1];
        Assert.StartsWith("ops=5000 cases=2 ", last, StringComparison.Ordinal);
        Assert.EndsWith(" violations=0", last.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_spy_found_replays_over_its_fault_alone()
    {
        Assert.Equal(1, Run("spy", "--mutant", "brings-turns-home"));
        File.WriteAllText(_file, _output.ToString());
        Assert.Equal(1, Run("replay", _file, "--mutant", "brings-turns-home"));
        Assert.Equal(0, Run("replay", _file));
    }

    [Fact]
    public void A_life_with_a_step_that_is_none_is_told_in_a_line_with_exit_code_2()
    {
        File.WriteAllText(_file, "life 1\nstep first\n");
        Assert.Equal(2, Run("replay", _file));
        Assert.Contains("line 2: a step has a number", Assert.Single(_error.ToString().TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void A_random_campaign_ends_with_its_counts_after_the_shares_of_what_it_tried()
    {
        Assert.Equal(0, Run("random", "--backend", "direct", "--ops", "450", "--seed", "7", "--shard", "1/2"));
        string[] lines = _output.ToString().TrimEnd().Split('\n');
        Assert.Equal("ops=200 cases=2 violations=0", lines[^1].TrimEnd());
        Assert.StartsWith("backend=direct seed=7 shard=1/2 digest=", lines[^2], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("layouts: ", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_random_campaign_found_replays_over_its_fault_alone_and_on_other_backends()
    {
        Assert.Equal(1, Run("random", "--mutant", "short-copies-stay-abroad"));
        Assert.EndsWith("violations=1", _output.ToString().TrimEnd(), StringComparison.Ordinal);
        File.WriteAllText(_file, _output.ToString());
        Assert.Equal(1, Run("replay", _file, "--mutant", "short-copies-stay-abroad"));
        Assert.Equal(0, Run("replay", _file));
        Assert.Equal(0, Run("replay", _file, "--backend", "iommu-lazy"));
        Assert.Contains(" on iommu-lazy, as the model says", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_backend_goes_with_random_traces_only()
    {
        File.WriteAllText(_file, "life 1\nstep 1\n");
        Assert.Equal(2, Run("replay", _file, "--backend", "iommu"));
        Assert.Equal(2, Run("replay", _file, "--backend", "nowhere"));
    }

    private int Run(params string[] args) => CampaignCommand.Run(args, _output, _error);
}
