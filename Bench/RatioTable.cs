using System;
using System.Globalization;
using PfnBuffers;
using Spectre.Console;

namespace Bench;

/// <summary>
/// Measures every cell and prints it: nanoseconds a page of each contestant, the baseline over the limit, and whether
/// that lies where Linux's own C lies. Only numbers of one row were taken together.
/// </summary>
internal sealed class RatioTable(TimeSpan budget)
{
    private readonly MemoryMap _memory = new(Layouts.MachineFrames);

    /// <summary>Checks, measures, prints.</summary>
    /// <returns>Cells whose baseline lies outside the anchors.</returns>
    internal int Print(IAnsiConsole console)
    {
        SelfCheck.Run(_memory);
        Table table = new Table().Title("Whole life, ns a page").AddColumn("pages, layout");
        foreach (string column in (string[])["Linux-shaped", "limit", "C", "Linux-shaped / limit", "Linux / limit", "of it", "0.4 to 1.6"])
            table.AddColumn(new TableColumn(column).RightAligned());

        int outside = 0;
        foreach (Cell cell in Cell.All)
        {
            double[] took = Interleaved.Measure(Contestants(cell), budget);
            double ratio = took[0] / took[1];
            double? part = ratio / cell.LinuxToLimit;
            bool? within = part is null ? null : part >= Cell.LeastOfAnchor && part <= Cell.MostOfAnchor;
            if (within == false) outside++;
            table.AddRow(
                cell.ToString(),
                Number(took[0] / cell.Count),
                Number(took[1] / cell.Count),
                Number(took[2] / cell.Count),
                Number(ratio),
                cell.LinuxToLimit is null ? "-" : Number(cell.LinuxToLimit.Value),
                part is null ? "-" : Number(part.Value),
                within switch { null => "-", true => "yes", _ => "NO" });
        }

        console.Write(table);
        console.WriteLine($"{outside} cells lie outside; sink {Interleaved.Sink:x}");
        return outside;
    }

    /// <summary>Who runs in a cell, in the order of the columns. Another way of doing the same work joins here.</summary>
    private IContestant[] Contestants(Cell cell)
    {
        Pfn[] frames = Layouts.Build(cell.Layout, cell.Count);
        return [new LinuxWholeLife(_memory, frames, new CountingIotlb()), new Limit(frames), new CopyUnit(frames)];
    }

    private static string Number(double value)
        => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : value >= 1 ? "0.00" : "0.000", CultureInfo.InvariantCulture);
}
