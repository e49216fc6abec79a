using System;
using PfnBuffers;
using Spectre.Console;

namespace Bench;

/// <summary>
/// Measures every cell and prints it: nanoseconds a page of each contestant, the baseline over the limit, and whether
/// that lies where Linux's own C lies. Numbers of one row were taken together; those of different rows were not.
/// </summary>
internal sealed class RatioTable(TimeSpan budget)
{
    private readonly MemoryMap _memory = new(Layouts.MachineFrames);

    /// <summary>Checks, measures, prints.</summary>
    internal void Print(IAnsiConsole console)
    {
        SelfCheck.Run(_memory);
        Table table = new Table().Title("Whole life, ns a page").AddColumn(new TableColumn("pages, layout").NoWrap());
        foreach (string column in (string[])["ours", "Linux-shaped", "its map + unmap", "our map + unmap", "limit", "C", "Linux-shaped / ours", "ours / limit", "Linux-shaped / limit", "Linux / limit", "of it", "0.4 to 1.6"])
            table.AddColumn(new TableColumn(column).RightAligned());

        int outside = 0;
        foreach (Cell cell in Cell.All)
        {
            if (!AddRow(table, cell)) outside++;
        }

        console.Write(table);
        console.WriteLine($"{outside} cells lie outside; sink {Interleaved.Sink:x}");
    }

    /// <summary>Who runs in a cell. Another way of doing the same work joins at the end.</summary>
    private IContestant[] Contestants(Pfn[] frames)
        => [new LinuxWholeLife(_memory, frames, new WarmIotlb()), new Limit(frames), new CopyUnit(frames), new PfnWholeLife(frames)];

    private bool AddRow(Table table, Cell cell)
    {
        Pfn[] frames = Layouts.Build(cell.Layout, cell.Count);
        double[] took = Interleaved.Measure(Contestants(frames), budget);
        double[] remap = Interleaved.Measure([new LinuxRemap(_memory, frames, new WarmIotlb()), new PfnRemap(new PfnBuffer(frames, PageSize.Size4K))], budget / 2);

        double ratio = took[0] / took[1];
        double? part = ratio / cell.LinuxToLimit;
        bool within = part is null or (>= Cell.LeastOfAnchor and <= Cell.MostOfAnchor);
        table.AddRow(
            cell.ToString(),
            Numbers.Show(took[3] / cell.Count),
            Numbers.Show(took[0] / cell.Count),
            Numbers.Show(remap[0] / cell.Count),
            Numbers.Show(remap[1] / cell.Count),
            Numbers.Show(took[1] / cell.Count),
            Numbers.Show(took[2] / cell.Count),
            Numbers.Show(took[0] / took[3]),
            Numbers.Show(took[3] / took[1]),
            Numbers.Show(ratio),
            cell.LinuxToLimit is { } anchor ? Numbers.Show(anchor) : "-",
            part is { } of ? Numbers.Show(of) : "-",
            part is null ? "-" : within ? "yes" : "NO");
        return within;
    }
}
