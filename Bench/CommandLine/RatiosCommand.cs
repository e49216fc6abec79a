using System;
using System.CommandLine;
using System.IO;
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
            string? path = parsed.GetValue(json);
            FileStream? file = null;
            if (path is not null && !Tried(() => file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write), path, parsed)) return BadInput;
            using (file)
            {
                BarRun run = Run(AnsiConsole.Console, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(only) ?? []);
                return file is null || Tried(() => BarJson.Write(file, run.Rows), path!, parsed) ? 0 : BadInput;
            }
        });
        return command;
    }

    private static bool Tried(Action write, string path, ParseResult parsed)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"--json cannot write '{path}': {e.Message}".ReplaceLineEndings(" "));
            return false;
        }
    }

    private static BarRun Run(IAnsiConsole console, TimeSpan budget, string[] only)
    {
        BarRun run = BarRun.Measure(console, budget, only);
        console.Profile.Width = Math.Max(console.Profile.Width, LeastWidth);
        RatioTable.Print(console, run.Cells.Measured);
        BarTable.Print(console, run.Bars, run.Rows);
        console.WriteLine($"sink {Interleaved.Sink:x}");
        return run;
    }
}
