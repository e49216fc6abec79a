using System.Collections.Generic;
using System.Linq;

namespace Bench;

/// <summary>
/// P10: whole lives against the baseline, in every cell. Where the baseline over the limit leaves what Linux's own C had by
/// too much, it proves nothing, and the row is short.
/// </summary>
internal sealed class BaselineBar(CellSet cells) : IBar
{
    private const int LeastWithLimit = 16;

    /// <inheritdoc/>
    public string Id => "P10";

    /// <inheritdoc/>
    public string Title => "whole life against the Linux-shaped baseline, which must lie at 0.4 to 1.6 of Linux's own C over the limit";

    /// <inheritdoc/>
    public int RowCount => Cell.All.Length;

    /// <inheritdoc/>
    public IEnumerable<BarRow> Measure()
    {
        foreach (CellTimes times in Cell.All.Select(cells.Of))
        {
            double least = LeastFor(times.Cell);
            yield return new BarRow
            {
                Id = Id,
                Layout = times.Cell.Layout,
                Pages = times.Cell.Count,
                Ours = times.APage(times.Ours),
                Baseline = times.APage(times.Linux),
                Limit = times.Cell.Count >= LeastWithLimit ? times.APage(times.Limit) : null,
                Unit = "ns/page",
                Bar = least > 1 ? $"baseline >= {least}x" : "never slower",
                Value = $"{Numbers.Show(times.Linux / times.Ours)}x",
                Note = times.PartOfAnchor is { } part ? $"baseline at {Numbers.Show(part)} of Linux" : string.Empty,
                Ok = times.BaselineHolds && times.Linux >= least * times.Ours,
            };
        }
    }

    /// <summary>How many times the baseline must take.</summary>
    private static double LeastFor(Cell cell) => (cell.Layout, cell.Count) switch
    {
        (Layout.Scattered, >= 256 and <= 65536) => 20,
        (Layout.Scattered, > 65536) => 15,
        _ => 1,
    };
}
