using System.CommandLine;
using System.IO;
using System.Linq;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Bench;

/// <summary>All commands. What they cannot take is told in one line, and ends with 2.</summary>
internal static class BenchCommand
{
    private const int BadInput = 2;

    /// <summary>Does what the arguments say.</summary>
    /// <param name="args">Of the program.</param>
    /// <param name="error">Where it is told what is wrong with them.</param>
    /// <returns>The exit code.</returns>
    internal static int Run(string[] args, TextWriter error)
    {
        Command bdn = new("bdn", "Run BenchmarkDotNet; everything after it goes there: --filter to choose, --job short, --disasm for the machine code.") { TreatUnmatchedTokensAsErrors = false };
        bdn.SetAction(parsed => Switch([.. parsed.UnmatchedTokens], error));
        RootCommand root = new("Benchmarks of pfn-dma.")
        {
            RatiosCommand.Create(), ReportCommand.Create(), ScaleCommand.Create(), MetricsCommand.Create(), bdn,
        };
        ParseResult result = root.Parse(args);
        if (result.Errors.Count == 0) return result.Invoke(new InvocationConfiguration { Error = error });
        error.WriteLine(result.Errors[0].Message.ReplaceLineEndings(" "));
        return BadInput;
    }

    private static int Switch(string[] forwarded, TextWriter error)
    {
        // The switcher says what it could not do, and goes on as if it had: without results somebody asked for what is not there.
        Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(BenchCommand).Assembly).Run(forwarded)];
        if (summaries.Length > 0 && summaries.All(one => one.Reports.Length > 0 && !one.HasCriticalValidationErrors)) return 0;
        if (forwarded.Any(one => one is "--list" or "--help" or "--version" or "--info")) return 0;
        error.WriteLine("bdn ran no benchmark: what it says above tells why; bdn --list flat names them all.");
        return BadInput;
    }
}
