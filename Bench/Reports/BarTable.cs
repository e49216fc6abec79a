using System.Collections.Generic;
using System.Linq;
using Spectre.Console;

namespace Bench;

/// <summary>A table a bar, all with columns of the same width, and at the end a line a bar on how many of its rows hold.</summary>
internal static class BarTable
{
    private static readonly (string Name, int Width, bool IsNumber)[] Columns =
    [
        ("case", 32, false), ("ours", 8, true), ("baseline", 8, true), ("limit", 8, true), ("unit", 10, false),
        ("must be", 23, false), ("value", 8, true), (string.Empty, 5, false), ("note", 46, false),
    ];

    /// <summary>Prints both.</summary>
    internal static void Print(IAnsiConsole console, IReadOnlyList<IBar> bars, IReadOnlyList<BarRow> rows)
    {
        foreach (IBar bar in bars)
        {
            Table table = new Table().Border(TableBorder.Simple);
            foreach ((string name, int width, bool isNumber) in Columns)
            {
                TableColumn column = new TableColumn(name).Width(width);
                table.AddColumn(isNumber ? column.RightAligned() : column);
            }

            foreach (BarRow row in rows.Where(row => row.Id == bar.Id)) AddRow(table, row);
            console.MarkupLine($"  [bold]{bar.Id}[/]  {bar.Title.EscapeMarkup()}");
            console.Write(table);
        }

        Summarize(console, bars, rows);
    }

    private static void AddRow(Table table, BarRow row) => table.AddRow(
        NameOf(row).EscapeMarkup(),
        Numbers.Show(row.Ours),
        row.Baseline is { } baseline ? Numbers.Show(baseline) : "-",
        row.Limit is { } limit ? Numbers.Show(limit) : "-",
        row.Unit,
        row.Bar.EscapeMarkup(),
        row.Value.EscapeMarkup(),
        Verdict(row.Ok),
        row.Note.EscapeMarkup());

    private static string Verdict(bool ok) => ok ? "[green]ok[/]" : "[red]short[/]";

    private static string NameOf(BarRow row)
    {
        string cell = row.Pages is { } pages ? $"{pages}{(row.Layout is { } layout ? $" {Layouts.NameOf(layout)}" : string.Empty)}" : string.Empty;
        return row.Case is null ? cell : cell.Length == 0 ? row.Case : $"{cell}, {row.Case}";
    }

    private static void Summarize(IAnsiConsole console, IReadOnlyList<IBar> bars, IReadOnlyList<BarRow> rows)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("bar").AddColumn("rows ok").AddColumn(string.Empty).AddColumn("what");
        foreach (IBar bar in bars)
        {
            BarRow[] own = [.. rows.Where(row => row.Id == bar.Id)];
            int ok = own.Count(row => row.Ok);
            table.AddRow(bar.Id, $"{ok} of {own.Length}", Verdict(ok == own.Length), bar.Title.EscapeMarkup());
        }

        console.Write(table);
    }
}
