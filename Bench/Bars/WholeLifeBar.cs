using System.Collections.Generic;
using System.Linq;

namespace Bench;

/// <summary>P1: whole lives through the IOMMU against the limit. Where the limit itself is too slow, the row is short.</summary>
internal sealed class WholeLifeBar(CellSet cells) : IBar
{
    private const double Most = 3;

    private static readonly Cell[] Judged = [.. Cell.All.Where(cell => cell.HasLimit)];

    /// <inheritdoc/>
    public string Id => "P1";

    /// <inheritdoc/>
    public string Title => "whole life, IOMMU, strict, against the limit; N >= 256";

    /// <inheritdoc/>
    public int RowCount => Judged.Length;

    /// <inheritdoc/>
    public IEnumerable<BarRow> Measure() => Judged.Select(cells.Of).Select(times => new BarRow
    {
        Id = Id,
        Layout = times.Cell.Layout,
        Pages = times.Cell.Count,
        Ours = times.APage(times.Ours),
        Baseline = times.APage(times.Linux),
        Limit = times.APage(times.Limit),
        Unit = "ns/page",
        Bar = $"<= {Most}x the limit",
        Value = $"{Numbers.Show(times.Ours / times.Limit)}x",
        Note = times.LimitHolds ? string.Empty : "unsound: the limit itself is slower than P0 allows; measure again",
        Ok = times.LimitHolds && times.Ours <= Most * times.Limit,
    });
}
