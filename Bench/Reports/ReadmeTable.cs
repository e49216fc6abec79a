using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Bench;

/// <summary>The one table of numbers in the README of the project: a few whole lives of a report, between two marks.</summary>
internal static class ReadmeTable
{
    private const string Begin = "<!-- Made by Bench report -->\n", End = "<!-- End of what Bench report made -->";

    private static readonly int[] Pages = [256, 4096, 262144];
    private static readonly Layout[] Shown = [Layout.Scattered, Layout.Contiguous];

    /// <summary>The table, and what it was measured on.</summary>
    internal static string Of(ReportData data)
    {
        StringBuilder text = new();
        Markdown.AddTable(
            text,
            ["pages", " ours", " Linux-shaped", " limit", " Linux-shaped / ours", " ours / limit"],
            Shown.SelectMany(layout => Pages.Select(pages => data.LifeOf(pages, layout))).OfType<LifeFact>().Select(life => (string[])
            [
                $"{life.Pages.ToString("N0", CultureInfo.InvariantCulture)} {Layouts.NameOf(life.Layout)}",
                Numbers.Show(life.Ours),
                Numbers.Show(life.Baseline),
                Numbers.Show(life.Limit),
                Numbers.Show(life.Baseline / life.Ours),
                Numbers.Show(life.Ours / life.Limit),
            ]));
        string folder = $"results/{data.Machine.Folder}";
        text.Append('\n').Append(CultureInfo.InvariantCulture, $"Measured on {data.Machine.Cpu}, {data.Machine.Processors} processors, .NET SDK {data.Machine.Sdk}; everything else: [{folder}]({folder}).\n");
        return text.ToString();
    }

    /// <summary>A document with the table in the place of the one that it has; null where it has no place for one.</summary>
    internal static string? PutInto(string document, ReportData data)
        => TryFind(document, out int start, out int end) ? string.Concat(document.AsSpan(0, start), Of(data), document.AsSpan(end)) : null;

    /// <summary>The table that a document has; null for none.</summary>
    internal static string? In(string document) => TryFind(document, out int start, out int end) ? document[start..end] : null;

    private static bool TryFind(string document, out int start, out int end)
    {
        start = document.IndexOf(Begin, StringComparison.Ordinal);
        end = document.IndexOf(End, StringComparison.Ordinal);
        if (start < 0 || end < start) return false;
        start += Begin.Length;
        return true;
    }
}
