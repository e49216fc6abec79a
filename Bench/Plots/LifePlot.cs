using System;
using System.Collections.Generic;
using System.Linq;
using ScottPlot;

namespace Bench;

/// <summary>Nanoseconds a page over the pages of a buffer, a plot a layout. All have the same axes, so that they can be laid side by side.</summary>
internal static class LifePlot
{
    private const double LeastPages = 0.7, MostPages = 400_000;

    private static readonly double[] Pages = [1, 16, 256, 4096, 65536, 262144];
    private static readonly double[] Times = [0.01, 0.1, 1, 10, 100, 1000];

    /// <summary>What the file of a layout is called, without an extension.</summary>
    internal static string NameOf(Layout layout) => $"whole-life-{Layouts.IdOf(layout)}";

    /// <summary>Draws every layout.</summary>
    internal static void WriteAll(ReportData data, string folder)
    {
        double[] all = [.. data.Lives.SelectMany(life => (double[])[life.Ours, life.Baseline, life.Limit])];
        foreach (Layout layout in data.Lives.Select(life => life.Layout).Distinct())
        {
            LifeFact[] lives = [.. data.Lives.Where(life => life.Layout == layout).OrderBy(life => life.Pages)];
            Plot plot = PlotStyle.New($"Whole life of a buffer: {Layouts.NameOf(layout)}", "pages of 4 KiB in the buffer", "nanoseconds a page");
            AddLine(plot, lives, life => life.Baseline, "Linux-shaped", PlotStyle.Baseline, MarkerShape.FilledSquare);
            AddLine(plot, lives, life => life.Ours, "ours", PlotStyle.Ours, MarkerShape.FilledCircle);
            AddLine(plot, [.. lives.Where(life => life.Pages > 1)], life => life.Limit, "limit", PlotStyle.Limit, MarkerShape.FilledTriangleUp);
            plot.Axes.Bottom.TickGenerator = PlotStyle.LogTicks(Pages);
            plot.Axes.Left.TickGenerator = PlotStyle.LogTicks(Times);
            plot.Axes.SetLimits(Math.Log10(LeastPages), Math.Log10(MostPages), Math.Log10(all.Min() / 1.5), Math.Log10(all.Max() * 1.5));
            PlotStyle.Save(plot, folder, NameOf(layout));
        }
    }

    private static void AddLine(Plot plot, IReadOnlyList<LifeFact> lives, Func<LifeFact, double> what, string name, Color color, MarkerShape marker)
        => PlotStyle.AddLine(plot, [.. lives.Select(life => (double)life.Pages)], [.. lives.Select(what)], name, color, marker);
}
