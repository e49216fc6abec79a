using System;
using System.CommandLine;
using Spectre.Console;

namespace Bench;

/// <summary><c>scale</c>: what very large and very many mappings take.</summary>
internal static class ScaleCommand
{
    private const int LeastWidth = 140;

    /// <summary>The command.</summary>
    internal static Command Create()
    {
        Command command = new("scale", "Print the memory and time taken by a buffer of 1 TiB, and by 10 million live mappings; a bounce pool after a million mappings, and the waits for one that is too small.");
        Option<bool> bounce = new("--bounce") { Description = "The bounce pools only." };
        command.Options.Add(bounce);
        command.SetAction(parsed =>
        {
            IAnsiConsole console = AnsiConsole.Console;
            Table table = new Table().Border(TableBorder.Simple).AddColumn("what").AddColumn(new TableColumn("taken").RightAligned());
            bool all = !parsed.GetValue(bounce);
            Steps.Run(console, (all ? LargeBuffer.StepCount + ManyMappings.StepCount : 0) + BouncePoolWear.StepCount + BounceOverload.StepCount, steps =>
            {
                if (all)
                {
                    LargeBuffer.Measure(table, steps);
                    table.AddEmptyRow();
                    ManyMappings.Measure(table, steps);
                    table.AddEmptyRow();
                }

                BouncePoolWear.Measure(table, steps);
                table.AddEmptyRow();
                BounceOverload.Measure(table, steps);
            });
            console.Profile.Width = Math.Max(console.Profile.Width, LeastWidth);
            console.Write(table);
            return 0;
        });
        return command;
    }
}
