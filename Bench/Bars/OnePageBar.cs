using System.Collections.Generic;
using System.Linq;

namespace Bench;

/// <summary>P2: the whole life of one page against the baseline's; what it is in locks is told beside.</summary>
internal sealed class OnePageBar(CellSet cells) : IBar
{
    private const double Most = 0.5;
    private const double AimedLocks = 3;

    private static readonly Cell[] Judged = [.. Cell.All.Where(cell => cell.Count == 1)];

    /// <inheritdoc/>
    public string Id => "P2";

    /// <inheritdoc/>
    public string Title => "whole life of one page, IOMMU, against the Linux-shaped baseline; limit column: L, a lock and unlock";

    /// <inheritdoc/>
    public int RowCount => Judged.Length;

    /// <inheritdoc/>
    public IEnumerable<BarRow> Measure() => Judged.Select(cells.Of).Select(times => new BarRow
    {
        Id = Id,
        Layout = times.Cell.Layout,
        Pages = 1,
        Ours = times.Ours,
        Baseline = times.Linux,
        Limit = times.Lock,
        Unit = "ns/page",
        Bar = $"<= {Most}x the baseline",
        Value = $"{Numbers.Show(times.Ours / times.Linux)}x",
        Note = $"{Numbers.Show(times.Ours / times.Lock)} L, aim {AimedLocks} L",
        Ok = times.Ours <= Most * times.Linux,
    });
}
