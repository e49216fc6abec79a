using System;
using System.CommandLine;
using System.Linq;
using Bench;
using BenchmarkDotNet.Running;

Command bdn = new("bdn", "Run BenchmarkDotNet; everything after it goes there.") { TreatUnmatchedTokensAsErrors = false };
bdn.SetAction(parsed => Switch(parsed.UnmatchedTokens.ToArray()));

RootCommand root = new("Benchmarks of pfn-dma. Without a command: BenchmarkDotNet's menu.") { RatiosCommand.Create(), ScaleCommand.Create(), MetricsCommand.Create(), bdn };
root.SetAction(_ => Switch([]));

ParseResult result = root.Parse(args);
if (result.Errors.Count > 0)
{
    Console.Error.WriteLine(result.Errors[0].Message);
    return 2;
}

return result.Invoke();

static int Switch(string[] forwarded)
{
    BenchmarkSwitcher.FromAssembly(typeof(WholeLifeBenchmarks).Assembly).Run(forwarded);
    return 0;
}
