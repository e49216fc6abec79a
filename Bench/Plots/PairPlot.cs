using System.Collections.Generic;
using System.Linq;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Bench;

/// <summary>Two bars side by side for each of some names, with their numbers above.</summary>
internal static class PairPlot
{
    private const double BarWidth = 0.36, Gap = 0.2, Room = 1.15;
    private const int NumberSize = 14;

    /// <summary>Adds them.</summary>
    internal static void Add(Plot plot, (string Name, Color Color) first, (string Name, Color Color) second, IReadOnlyList<(string Name, double First, double Second)> pairs)
    {
        AddSide(plot, first, [.. pairs.Select(pair => pair.First)], -Gap);
        AddSide(plot, second, [.. pairs.Select(pair => pair.Second)], Gap);
        NumericManual names = new();
        for (int i = 0; i < pairs.Count; i++) names.AddMajor(i, pairs[i].Name);
        plot.Axes.Bottom.TickGenerator = names;
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Axes.Left.MinorTickStyle.Length = 0;
        plot.Grid.XAxisStyle.IsVisible = false;
        plot.Axes.SetLimits(-0.6, pairs.Count - 0.4, 0, Room * pairs.Max(pair => double.Max(pair.First, pair.Second)));
    }

    private static void AddSide(Plot plot, (string Name, Color Color) side, double[] heights, double shift)
    {
        Bar[] bars = [.. heights.Select((height, i) => new Bar
        {
            Position = i + shift,
            Value = height,
            Size = BarWidth,
            FillColor = side.Color,
            LineWidth = 0,
            Label = Numbers.Show(height),
        })];
        ScottPlot.Plottables.BarPlot added = plot.Add.Bars(bars);
        added.ValueLabelStyle.FontSize = NumberSize;
        added.LegendText = side.Name;
        added.Color = side.Color;
    }
}
