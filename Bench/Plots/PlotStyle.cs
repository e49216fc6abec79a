using System;
using System.Globalization;
using System.IO;
using System.Linq;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Bench;

/// <summary>What all plots have in common: colours that colour-blind readers tell apart (Okabe and Ito's), legends below the data, light grids.</summary>
internal static class PlotStyle
{
    /// <summary>Pixels of a plot.</summary>
    internal const int Width = 860, Height = 520;

    private const int TitleSize = 20, LabelSize = 16, TickSize = 14;
    private const float Strokes = 2.5f, Markers = 10;

    /// <summary>The library's colour.</summary>
    internal static Color Ours { get; } = Color.FromHex("#0072B2");

    /// <summary>The Linux-shaped baseline's.</summary>
    internal static Color Baseline { get; } = Color.FromHex("#D55E00");

    /// <summary>The limit's.</summary>
    internal static Color Limit { get; } = Color.FromHex("#009E73");

    private static Color Ink { get; } = Color.FromHex("#222222");

    private static Color Lines { get; } = Color.FromHex("#DDDDDD");

    /// <summary>An empty plot.</summary>
    internal static Plot New(string title, string horizontal, string vertical)
    {
        Plot plot = new();
        plot.Font.Set("DejaVu Sans");
        plot.Title(title, TitleSize);
        plot.XLabel(horizontal, LabelSize);
        plot.YLabel(vertical, LabelSize);
        plot.Axes.Color(Ink);
        plot.Axes.Title.Label.Bold = plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = false;
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = TickSize;
        plot.Axes.Right.FrameLineStyle.Width = plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Right.MinimumSize = 40;
        plot.Axes.Left.MinimumSize = 85;
        plot.Axes.Bottom.MinimumSize = 70;
        plot.Grid.MajorLineColor = Lines;
        return plot;
    }

    /// <summary>A line with markers over logarithms of both coordinates.</summary>
    internal static void AddLine(Plot plot, double[] x, double[] y, string name, Color color, MarkerShape marker)
    {
        ScottPlot.Plottables.Scatter line = plot.Add.Scatter(x.Select(Math.Log10).ToArray(), y.Select(Math.Log10).ToArray(), color);
        line.LegendText = name;
        line.LineWidth = Strokes;
        line.MarkerShape = marker;
        line.MarkerSize = Markers;
    }

    /// <summary>Ticks at given numbers of a logarithmic axis.</summary>
    internal static NumericManual LogTicks(params double[] at)
    {
        NumericManual ticks = new();
        foreach (double one in at) ticks.AddMajor(Math.Log10(one), one.ToString(one >= 1000 ? "N0" : "0.###", CultureInfo.InvariantCulture));
        return ticks;
    }

    /// <summary>Writes a plot twice: for pages, and for whoever shows no SVG.</summary>
    internal static void Save(Plot plot, string folder, string name)
    {
        plot.Legend.FontSize = TickSize;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Legend.TightHorizontalWrapping = true;
        plot.Legend.InterItemPadding = new PixelPadding(24, 24, 6, 6);
        plot.ShowLegend(Edge.Bottom);
        plot.SaveSvg(Path.Combine(folder, name + ".svg"), Width, Height);
        plot.SavePng(Path.Combine(folder, name + ".png"), Width, Height);
    }
}
