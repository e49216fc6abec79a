using System.Globalization;
using System.Linq;
using System.Text;

namespace Bench;

/// <summary>The page of a report: where it was measured, plots, whole lives, and every bar.</summary>
internal static class ReportText
{
    private static readonly Layout[] InOrder = [Layout.Scattered, Layout.RunsOf8, Layout.RunsOf512, Layout.Contiguous];

    /// <summary>The page, of the report's data alone.</summary>
    internal static string Of(ReportData data)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"# {data.Machine.Cpu}\n\n");
        text.Append("Made by `dotnet run -c Release --project Bench -- report`, with the plots beside it, from [report.json](report.json).\n");
        text.Append("What is measured, against what, and why it can be believed: [docs/benchmarks.md](../../docs/benchmarks.md).\n\n");
        text.Append("*Ours* is a pfn array mapped by this library; *Linux-shaped* (the baseline) a scatterlist mapped as Linux maps it; the *limit* finds runs, writes an entry a page and clears it, and nothing else, unless a bar says what its limit is. ");
        text.Append("*Contiguous* frames are one run, *scattered* ones have no two neighbours, *runs of 8* and *512* lie apart. A row that misses its bar is *short*. L is a lock and unlock, C a copy and clearing of 8 bytes a page.\n\n");
        AddMachine(text, data.Machine);
        AddPlots(text);
        AddLives(text, data);
        AddBars(text, data);
        return text.ToString();
    }

    private static void AddMachine(StringBuilder text, MachineFacts machine) => Markdown.AddTable(text, ["what", "which"],
    [
        ["processor", $"{machine.Cpu}, {machine.Processors} of them"],
        ["operating system", machine.Os],
        ["runtime", machine.Runtime],
        [".NET SDK", machine.Sdk],
        ["commit", machine.Commit],
    ]);

    private static void AddPlots(StringBuilder text)
    {
        text.Append("\n## Whole life of a buffer\n\nBuild, map, unmap strictly, free: nanoseconds a page. Less is better; both axes are logarithmic.\n\n");
        foreach (Layout layout in InOrder) AddPlot(text, LifePlot.NameOf(layout), $"Nanoseconds a page over pages, {Layouts.NameOf(layout)}");
        text.Append("## Memory\n\nWhat is kept to describe a buffer. A kernel has 64 bytes of struct page for every page beside it, used or not.\n\n");
        AddPlot(text, MemoryPlot.Name, "Bytes a page by layout");
        text.Append("## Threads\n\nTwo threads on one domain against one, beside two threads that share nothing.\n\n");
        AddPlot(text, ThreadPlot.Name, "Throughput of two threads over one");
    }

    private static void AddPlot(StringBuilder text, string name, string description)
        => text.Append(CultureInfo.InvariantCulture, $"![{description}]({name}.svg)\n\n");

    private static void AddLives(StringBuilder text, ReportData data)
    {
        text.Append("## Whole lives, in numbers\n\nNanoseconds a page. \"sg, our tables\" is a scatterlist over this library's tables; \"again\" is map and unmap of what was built before. \"Linux 6.12 / limit\" is of another program on another day: its own C over a limit in C.\n\n");
        Markdown.AddTable(
            text,
            ["pages", " ours", " Linux-shaped", " sg, our tables", " limit", " ours again", " Linux-shaped again", " Linux-shaped / ours", " ours / limit", " Linux-shaped / limit", " Linux 6.12 / limit"],
            InOrder.SelectMany(layout => data.Lives.Where(life => life.Layout == layout)).Select(Row));
    }

    private static string[] Row(LifeFact life) =>
    [
        NameOf(life.Pages, life.Layout),
        Numbers.Show(life.Ours),
        Numbers.Show(life.Baseline),
        Numbers.Show(life.ScatterlistOverTables),
        Numbers.Show(life.Limit),
        Numbers.Show(life.OursAgain),
        Numbers.Show(life.BaselineAgain),
        Numbers.Show(life.Baseline / life.Ours),
        Numbers.Show(life.Ours / life.Limit),
        Numbers.Show(life.Baseline / life.Limit),
        Show(life.LinuxToLimit),
    ];

    private static void AddBars(StringBuilder text, ReportData data)
    {
        text.Append("\n## Bars\n");
        foreach (IGrouping<string, BarFact> bar in data.Bars.GroupBy(row => row.Id))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {bar.Key}: {bar.Count(row => row.Ok)} of {bar.Count()} hold\n\n{data.Titles[bar.Key]}.\n\n");
            Markdown.AddTable(text, ["case", " ours", " baseline", " limit", "unit", "must be", " value", "", "note"], bar.Select(Row));
        }
    }

    private static string[] Row(BarFact row) =>
    [
        string.Join(", ", new[] { row.Pages is { } pages ? NameOf(pages, row.Layout) : null, row.Case }.OfType<string>()),
        Numbers.Show(row.Ours),
        Show(row.Baseline),
        Show(row.Limit),
        row.Unit,
        row.Bar,
        row.Value,
        row.Ok ? "ok" : "**short**",
        row.Note,
    ];

    private static string Show(double? number) => number is { } value ? Numbers.Show(value) : "-";

    private static string NameOf(int pages, Layout? layout)
        => pages.ToString("N0", CultureInfo.InvariantCulture) + (layout is { } one ? $" {Layouts.NameOf(one)}" : string.Empty);
}
