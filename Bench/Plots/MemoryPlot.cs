using System.Linq;
using ScottPlot;

namespace Bench;

/// <summary>Bytes that describe a page of a buffer of 65,536 pages, by layout.</summary>
internal static class MemoryPlot
{
    /// <summary>What the file is called, without an extension.</summary>
    internal const string Name = "memory";

    private const string Bar = "P7";
    private const int Pages = 65536;

    /// <summary>Draws it.</summary>
    internal static void Write(ReportData data, string folder)
    {
        (string, double, double)[] pairs =
        [
            .. data.Bars.Where(row => row.Id == Bar && row.Pages == Pages && row.Layout is not null)
                .OrderByDescending(row => row.Baseline)
                .Select(row => (Layouts.NameOf(row.Layout!.Value), row.Ours, row.Baseline ?? 0)),
        ];
        if (pairs.Length == 0) return;
        Plot plot = PlotStyle.New("What describes a buffer of 65,536 pages", "how its frames lie", "bytes a page");
        PairPlot.Add(plot, ("ours: array and run summary", PlotStyle.Ours), ("scatterlist: its blocks", PlotStyle.Baseline), pairs);
        PlotStyle.Save(plot, folder, Name);
    }
}
