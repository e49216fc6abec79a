using System.Collections.Generic;
using System.Linq;

namespace Bench;

/// <summary>P0: the limit is held to account by the runtime's own copy and clearing of the same bytes.</summary>
internal sealed class LimitBar(CellSet cells) : IBar
{
    private static readonly Cell[] Judged = [.. Cell.All.Where(cell => cell.HasLimit)];

    /// <inheritdoc/>
    public string Id => "P0";

    /// <inheritdoc/>
    public string Title => "the limit (detect, transform, clear) against C, a copy and clearing of 8 bytes a page; N >= 256";

    /// <inheritdoc/>
    public int RowCount => Judged.Length;

    /// <inheritdoc/>
    public IEnumerable<BarRow> Measure() => Judged.Select(cells.Of).Select(times => new BarRow
    {
        Id = Id,
        Layout = times.Cell.Layout,
        Pages = times.Cell.Count,
        Ours = times.APage(times.Limit),
        Limit = times.APage(times.Copy),
        Unit = "ns/page",
        Bar = $"<= {CellTimes.MostCopies} C",
        Value = $"{Numbers.Show(times.Limit / times.Copy)} C",
        Ok = times.LimitHolds,
    });
}
