using System.Collections.Generic;
using System.Linq;
using Spectre.Console;

namespace Bench;

/// <summary>
/// The whole lives behind P0 to P2 and P10: nanoseconds a page of each contestant, the Linux-shaped baseline over the limit, and whether
/// that lies where Linux's own C lies. Numbers of one row were taken together; those of different rows were not.
/// </summary>
internal static class RatioTable
{
    private static readonly string[] Columns =
    [
        "ours", "baseline", "sg, our tables", "our map + unmap", "its map + unmap", "limit", "C",
        "baseline / ours", "ours / limit", "baseline / limit", "Linux / limit", "of it", "0.4 to 1.6",
    ];

    /// <summary>Prints every cell that was measured.</summary>
    internal static void Print(IAnsiConsole console, IReadOnlyCollection<CellTimes> measured)
    {
        if (measured.Count == 0) return;
        Table table = new Table().Title("Whole life, ns a page").AddColumn(new TableColumn("pages, layout").NoWrap());
        foreach (string column in Columns) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (CellTimes times in Cell.All.SelectMany(cell => measured.Where(one => one.Cell == cell))) AddRow(table, times);
        console.Write(table);
    }

    private static void AddRow(Table table, CellTimes times)
    {
        double?[] numbers =
        [
            times.APage(times.Ours),
            times.APage(times.Linux),
            times.APage(times.Representation),
            times.APage(times.OurRemap),
            times.APage(times.LinuxRemap),
            times.APage(times.Limit),
            times.APage(times.Copy),
            times.Linux / times.Ours,
            times.Ours / times.Limit,
            times.Linux / times.Limit,
            times.Cell.LinuxToLimit,
            times.PartOfAnchor,
        ];
        string within = times.PartOfAnchor is null ? "-" : times.BaselineHolds ? "yes" : "NO";
        table.AddRow([times.Cell.ToString(), .. numbers.Select(number => number is { } value ? Numbers.Show(value) : "-"), within]);
    }
}
