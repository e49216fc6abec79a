using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Spectre.Console;

namespace Bench;

/// <summary><c>ratios</c>: measures the bars, prints them, and says of each row whether it holds. Short rows are results, not failures.</summary>
internal static class RatiosCommand
{
    private const int LeastWidth = 170;
    private const int BadInput = 2;

    /// <summary>The command.</summary>
    internal static Command Create()
    {
        Option<double> seconds = Options.Number("--seconds", "Time to spend on each measurement.", 0.4, 3600);
        Option<string?> json = new("--json") { Description = "Write the rows there too, as JSON.", HelpName = "file" };
        Option<string[]> only = Options.Names("--only", "Measure some bars only, with commas between: P1,P5.", BarList.Ids);
        Command command = new("ratios", "Judge the bars P0 to P10: ours, the Linux-shaped baseline and the limit, interleaved in this process.") { seconds, json, only };
        command.SetAction(parsed =>
        {
            // Opened first: a file that cannot be written is told before the measuring, and one that is there keeps what it has until then.
            using FileStream? file = parsed.GetValue(json) is { } path ? TryOpen(path) : null;
            if (file is null && parsed.GetValue(json) is not null) return BadInput;
            Run(AnsiConsole.Console, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(only) ?? [], file);
            return 0;
        });
        return command;
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Console.Error.WriteLine($"--json cannot write '{path}': {e.Message}");
            return null;
        }
    }

    private static void Run(IAnsiConsole console, TimeSpan budget, string[] only, FileStream? json)
    {
        CellSet cells = new(budget);
        IReadOnlyList<IBar> bars = [.. BarList.All(cells, budget).Where(bar => only.Length == 0 || only.Contains(bar.Id))];
        List<BarRow> rows = [];
        Steps.Run(console, bars.Sum(bar => bar.RowCount), steps =>
        {
            foreach (IBar bar in bars)
            {
                steps.Begin(bar.Id);
                foreach (BarRow row in bar.Measure())
                {
                    rows.Add(row);
                    steps.Done();
                }
            }
        });

        console.Profile.Width = Math.Max(console.Profile.Width, LeastWidth);
        RatioTable.Print(console, cells.Measured);
        BarTable.Print(console, bars, rows);
        if (json is not null) BarJson.Write(json, rows);
        console.WriteLine($"sink {Interleaved.Sink:x}");
    }
}
