using System;
using System.CommandLine;
using Spectre.Console;

namespace Bench;

/// <summary><c>metrics</c>: what being measured costs, against the same mapping in the same run.</summary>
internal static class MetricsCommand
{
    private const int LeastWidth = 120;

    /// <summary>The command.</summary>
    internal static Command Create()
    {
        Option<double> seconds = Options.Number("--seconds", "Time to spend on the measurement.", 1, 3600);
        Command command = new("metrics", "Print what the metrics cost a map and unmap of one page: unheard, heard, and the looks alone whether somebody listens.") { seconds };
        command.SetAction(parsed =>
        {
            IAnsiConsole console = AnsiConsole.Console;
            Table? table = null;
            Steps.Run(console, MetricsCost.StepCount, steps => table = MetricsCost.Measure(TimeSpan.FromSeconds(parsed.GetValue(seconds)), steps));
            console.Profile.Width = Math.Max(console.Profile.Width, LeastWidth);
            console.Write(table!);
            console.WriteLine($"sink {Interleaved.Sink:x}");
            return 0;
        });
        return command;
    }
}
