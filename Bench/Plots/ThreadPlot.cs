using System.Linq;
using ScottPlot;

namespace Bench;

/// <summary>What two threads get done over what one does, on one domain, beside two threads that share nothing.</summary>
internal static class ThreadPlot
{
    /// <summary>What the file is called, without an extension.</summary>
    internal const string Name = "threads";

    private const string Bar = "P8", Unit = "x";

    /// <summary>Draws it.</summary>
    internal static void Write(ReportData data, string folder)
    {
        (string, double, double)[] pairs =
        [
            .. data.Bars.Where(row => row.Id == Bar && row.Unit == Unit)
                .Select(row => ($"{(row.Pages == 1 ? "1 page" : $"{row.Pages} pages")}\n{row.Case}", row.Ours, row.Limit ?? 0)),
        ];
        if (pairs.Length == 0) return;
        Plot plot = PlotStyle.New("Two threads on one domain", "scattered pages of each buffer, and who maps them", "throughput over one thread's");
        PairPlot.Add(plot, ("ours", PlotStyle.Ours), ("limit loop, nothing shared", PlotStyle.Limit), pairs);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericFixedInterval(0.5);
        PlotStyle.Save(plot, folder, Name);
    }
}
