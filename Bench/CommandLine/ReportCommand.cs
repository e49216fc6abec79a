using System;
using System.CommandLine;
using System.IO;
using Spectre.Console;

namespace Bench;

/// <summary><c>report</c>: measures the bars and writes them down: data, page and plots in a folder of this processor, and the README's table.</summary>
internal static class ReportCommand
{
    private const int BadInput = 2;
    private const string Readme = "README.md";

    /// <summary>The command.</summary>
    internal static Command Create()
    {
        Option<double> seconds = Options.Number("--seconds", "Time to spend on each measurement.", 0.4, 3600);
        Option<string> root = new("--root") { Description = "The clone: results are written to its results folder, and its README gets the table.", HelpName = "folder", DefaultValueFactory = _ => "." };
        Option<string?> from = new("--from") { Description = "Measure nothing; make page, plots and table anew from a report.json.", HelpName = "file" };
        Command command = new("report", "Measure everything that ratios judges, and write page, plots and data to results/CPU, and the table of the README.") { seconds, root, from };
        command.SetAction(parsed =>
        {
            try
            {
                string clone = parsed.GetValue(root)!, file = Path.Combine(clone, Readme);
                if (!File.Exists(file) || ReadmeTable.In(File.ReadAllText(file)) is null) return Refuse(parsed.InvocationConfiguration.Error, $"--root is '{clone}', which has no {Readme} with a place for the table.");
                ReportData data = parsed.GetValue(from) is { } path
                    ? ReportData.Read(path)
                    : ReportData.Of(BarRun.Measure(AnsiConsole.Console, TimeSpan.FromSeconds(parsed.GetValue(seconds)), []));
                Write(data, Path.Combine(clone, "results", data.Machine.Folder));
                File.WriteAllText(file, ReadmeTable.PutInto(File.ReadAllText(file), data));
                return 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
            {
                return Refuse(parsed.InvocationConfiguration.Error, $"The report cannot be made: {e.Message}");
            }
        });
        return command;
    }

    private static int Refuse(TextWriter error, string why)
    {
        error.WriteLine(why.ReplaceLineEndings(" "));
        return BadInput;
    }

    private static void Write(ReportData data, string folder)
    {
        Directory.CreateDirectory(folder);
        data.Write(Path.Combine(folder, ReportData.FileName));
        File.WriteAllText(Path.Combine(folder, Readme), ReportText.Of(data));
        LifePlot.WriteAll(data, folder);
        MemoryPlot.Write(data, folder);
        ThreadPlot.Write(data, folder);
        AnsiConsole.Console.WriteLine($"Written to {folder}.");
    }
}
