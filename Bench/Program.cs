using System;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using Bench;
using BenchmarkDotNet.Running;
using Spectre.Console;

Option<double> seconds = new("--seconds")
{
    Description = "Time to spend on each cell.",
    DefaultValueFactory = _ => 1,
};
seconds.Validators.Add(parsed =>
{
    // What is no number at all is reported by the parser itself.
    bool isNumber = double.TryParse(parsed.Tokens.SingleOrDefault()?.Value, CultureInfo.InvariantCulture, out double value);
    if (isNumber && value is not (> 0 and <= 3600)) parsed.AddError("--seconds lies above 0, up to 3600.");
});
Command ratios = new("ratios", "Compare every cell's contestants, interleaved in this process, and print the ratios.") { seconds };
ratios.SetAction(parsed =>
{
    IAnsiConsole console = AnsiConsole.Console;
    console.Profile.Width = Math.Max(console.Profile.Width, 170);
    TimeSpan budget = TimeSpan.FromSeconds(parsed.GetValue(seconds));
    new RatioTable(budget).Print(console);
    new UnitTable(budget).Print(console);
    return 0;
});

Command bdn = new("bdn", "Run BenchmarkDotNet; everything after it goes there.") { TreatUnmatchedTokensAsErrors = false };
bdn.SetAction(parsed => Switch(parsed.UnmatchedTokens.ToArray()));

RootCommand root = new("Benchmarks of pfn-dma. Without a command: BenchmarkDotNet's menu.") { ratios, bdn };
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
