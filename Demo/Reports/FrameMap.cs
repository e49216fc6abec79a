using System;
using System.Collections.Generic;
using System.Linq;

namespace Demo;

/// <summary>Draws the buffer's frames in rows, every run in one shade: blue below 4 GiB, amber above.</summary>
internal static class FrameMap
{
    private const int MostColumns = 64;
    private const int MostRows = 64;
    private const double Left = 62, Plot = 1088, RowHeight = 20, CellHeight = 15;

    internal static string Draw(ShareOutcome outcome)
    {
        int frames = outcome.Frames.Count;
        int columns = Math.Min(MostColumns, frames);
        int rows = Math.Min(MostRows, (frames + columns - 1) / columns);
        double cell = Math.Min(Plot / columns, 136);
        int shown = Math.Min(frames, rows * columns);
        var svg = new Svg(Left + Plot, rows * RowHeight, $"The buffer's {frames} frames, coloured by run");
        for (int row = 0; row < rows; row++) svg.Text(Left - 12, (row * RowHeight) + 12, Words.Number(row * columns), "axis end");

        int shift = outcome.PageSize.Shift;
        foreach (Stretch run in Stretch.OfRuns(outcome))
        {
            int first = (int)(run.Start >> shift);
            int end = Math.Min(shown, (int)((run.Start + run.Length + (1L << shift) - 1) >> shift));
            for (int at = first; at < end;)
            {
                (int row, int column) = Math.DivRem(at, columns);
                int count = Math.Min(end - at, columns - column);
                svg.Rect(Left + (column * cell), row * RowHeight, (count * cell) - 1.5, CellHeight, $"run{run.Kind}", run.Title);
                for (int i = 1; i < count; i++) svg.Line(Left + ((column + i) * cell) - 0.75, (row * RowHeight) + 4, Left + ((column + i) * cell) - 0.75, (row * RowHeight) + CellHeight - 4, "seam");
                at += count;
            }
        }

        return svg.ToString() + (shown < frames ? $"<p class=\"note\">The first {Words.Number(shown)} of {Words.Number(frames)} frames.</p>" : string.Empty);
    }

    /// <summary>How many frames lie above 4 GiB.</summary>
    internal static int CountHigh(ShareOutcome outcome)
        => outcome.Frames.Count(frame => frame.ToAddress(outcome.PageSize).Value >> 32 != 0);
}
