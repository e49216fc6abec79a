using System.CommandLine;
using System.IO;
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
        bdn.SetAction(parsed => Switch([.. parsed.UnmatchedTokens]));
        RootCommand root = new("Benchmarks of pfn-dma. Without a command: BenchmarkDotNet's menu.")
        {
            RatiosCommand.Create(), ReportCommand.Create(), ScaleCommand.Create(), MetricsCommand.Create(), bdn,
        };
        root.SetAction(_ => Switch([]));

        ParseResult result = root.Parse(args);
        if (result.Errors.Count == 0) return result.Invoke(new InvocationConfiguration { Error = error });
        error.WriteLine(result.Errors[0].Message.ReplaceLineEndings(" "));
        return BadInput;
    }

    private static int Switch(string[] forwarded)
    {
        BenchmarkSwitcher.FromAssembly(typeof(BenchCommand).Assembly).Run(forwarded);
        return 0;
    }
}
