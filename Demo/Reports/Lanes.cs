using System;
using System.Collections.Generic;

namespace Demo;

/// <summary>Draws a range of the buffer's bytes once for the frames and once for each device: its segments, mappings and copies.</summary>
internal static class Lanes
{
    private const double Left = 150, Plot = 1000, LaneHeight = 58, BarHeight = 26, Top = 6;

    internal static string Draw(ShareOutcome outcome, long from, long to, string label)
    {
        int lanes = outcome.Devices.Count + 1;
        double height = Top + (lanes * LaneHeight) + 24;
        double bytesPerPoint = (to - from) / Plot;
        var svg = new Svg(Left + Plot + 4, height, label);
        Axis(svg, from, to, height);
        Caption(svg, 0, "frames", Words.Count(new PfnBuffers.PfnView([.. outcome.Frames], outcome.PageSize).CountRuns(), "run"));
        Bars(svg, 0, 0, BarHeight, Stretch.OfRuns(outcome), "run");
        for (int i = 0; i < outcome.Devices.Count; i++)
        {
            DeviceResult device = outcome.Devices[i];
            Caption(svg, i + 1, device.Device.Name, device.Verdict.ToString());
            Bars(svg, i + 1, 0, BarHeight, Stretch.OfSegments(device), $"seg {device.Device.Name} shade");
            Bars(svg, i + 1, 0, BarHeight, Stretch.OfBouncedParts(device), "hatch");
            if (device.Transfers.Count > 1) Bars(svg, i + 1, BarHeight + 4, 4, Stretch.OfWindows(device), "window shade");
        }

        return svg.ToString();

        void Bars(Svg drawing, int lane, double down, double tall, IEnumerable<Stretch> stretches, string classes)
        {
            foreach (Stretch stretch in Stretch.Visible(stretches, from, to, bytesPerPoint))
            {
                double x = Left + ((stretch.Start - from) / bytesPerPoint);
                double width = stretch.Length / bytesPerPoint;
                double gap = width > 3 ? 0.8 : 0;
                string kind = classes == "hatch" ? classes : $"{classes}{stretch.Kind}";
                drawing.Rect(x, Top + (lane * LaneHeight) + down, width - gap, tall, kind, stretch.Title);
            }
        }
    }

    private static void Caption(Svg svg, int lane, string name, string below)
    {
        double y = Top + (lane * LaneHeight);
        svg.Text(Left - 14, y + 12, name, "lane end").Text(Left - 14, y + 27, below, "verdict end");
    }

    private static void Axis(Svg svg, long from, long to, double height)
    {
        long step = 4096;
        while ((to - from) / step > 10) step *= 2;
        for (long at = from; at <= to; at += step)
        {
            double x = Left + ((at - from) * Plot / (to - from));
            svg.Line(x, 0, x, height - 18, "grid");
            svg.Text(x, height - 4, Words.Position(at, step), at == from ? "axis" : x > Left + Plot - 30 ? "axis end" : "axis middle");
        }
    }
}
