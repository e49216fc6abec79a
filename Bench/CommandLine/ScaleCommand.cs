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
        Command command = new("scale", "Print the memory and time taken by a buffer of 1 TiB, and by 10 million live mappings.");
        command.SetAction(_ =>
        {
            IAnsiConsole console = AnsiConsole.Console;
            Table table = new Table().Border(TableBorder.Simple).AddColumn("what").AddColumn(new TableColumn("taken").RightAligned());
            Steps.Run(console, LargeBuffer.StepCount + ManyMappings.StepCount, steps =>
            {
                LargeBuffer.Measure(table, steps);
                table.AddEmptyRow();
                ManyMappings.Measure(table, steps);
            });
            console.Profile.Width = Math.Max(console.Profile.Width, LeastWidth);
            console.Write(table);
            return 0;
        });
        return command;
    }
}
