using System.Collections.Generic;
using System.Linq;
using Spectre.Console;

namespace Bench;

/// <summary>Rows grouped by bar, and a line a bar on how many of them hold.</summary>
internal static class BarTable
{
    private static readonly string[] Numeric = ["ours", "baseline", "limit"];

    /// <summary>Prints both.</summary>
    internal static void Print(IAnsiConsole console, IReadOnlyList<IBar> bars, IReadOnlyList<BarRow> rows)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("bar").AddColumn(new TableColumn("case").NoWrap());
        foreach (string column in Numeric) table.AddColumn(new TableColumn(column).RightAligned());
        table.AddColumn("unit").AddColumn("must be").AddColumn(new TableColumn("value").RightAligned()).AddColumn(string.Empty).AddColumn("note");
        foreach (IBar bar in bars)
        {
            foreach (BarRow row in rows.Where(row => row.Id == bar.Id)) AddRow(table, row);
            if (bar != bars[^1]) table.AddEmptyRow();
        }

        console.Write(table);
        Summarize(console, bars, rows);
    }

    private static void AddRow(Table table, BarRow row) => table.AddRow(
        row.Id,
        NameOf(row).EscapeMarkup(),
        Numbers.Show(row.Ours),
        row.Baseline is { } baseline ? Numbers.Show(baseline) : "-",
        row.Limit is { } limit ? Numbers.Show(limit) : "-",
        row.Unit,
        row.Bar.EscapeMarkup(),
        row.Value.EscapeMarkup(),
        row.Ok ? "[green]ok[/]" : "[red]short[/]",
        row.Note.EscapeMarkup());

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
            table.AddRow(bar.Id, $"{ok} of {own.Length}", ok == own.Length ? "[green]ok[/]" : "[red]short[/]", bar.Title.EscapeMarkup());
        }

        console.Write(table);
    }
}
