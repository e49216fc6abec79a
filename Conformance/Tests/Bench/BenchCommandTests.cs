extern alias BenchProgram;

using System;
using System.IO;
using BenchProgram::Bench;
using Xunit;

namespace Conformance.Tests;

/// <summary>What the bench cannot take is told in one line, before anything is measured.</summary>
public class BenchCommandTests
{
    [Theory]
    [InlineData("--only does not know 'P99'", "ratios", "--only", "P99")]
    [InlineData("--seconds is '0'", "ratios", "--seconds", "0")]
    [InlineData("--seconds is 'NaN'", "ratios", "--seconds", "NaN")]
    [InlineData("--frobnicate", "ratios", "--frobnicate")]
    [InlineData("--json", "ratios", "--json")]
    [InlineData("--json cannot write '/nowhere/at/all.json'", "ratios", "--json", "/nowhere/at/all.json")]
    [InlineData("--json cannot write '/'", "ratios", "--json", "/")]
    [InlineData("--json cannot write ''", "ratios", "--json", "")]
    [InlineData("--root is '/nowhere'", "report", "--root", "/nowhere")]
    public void Bad_input_is_one_line_and_2(string said, params string[] args)
    {
        using StringWriter error = new();
        Assert.Equal(2, BenchCommand.Run(args, error));
        string line = error.ToString();
        Assert.Contains(said, line, StringComparison.Ordinal);
        Assert.Equal(line.Length - Environment.NewLine.Length, line.IndexOf(Environment.NewLine, StringComparison.Ordinal));
    }

    [Fact]
    public void A_report_from_a_file_that_is_none_is_refused()
    {
        using StringWriter error = new();
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "no JSON");
        Assert.Equal(2, BenchCommand.Run(["report", "--root", DocumentTests.Root(), "--from", file], error));
        File.Delete(file);
        Assert.StartsWith("The report cannot be made: ", error.ToString(), StringComparison.Ordinal);
    }
}
