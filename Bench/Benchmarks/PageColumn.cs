using System;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Bench;

/// <summary>Nanoseconds a page: what the mean is divided by the pages that went through it.</summary>
internal sealed class PageColumn : IColumn
{
    /// <inheritdoc/>
    public string Id => nameof(PageColumn);

    /// <inheritdoc/>
    public string ColumnName => "ns/page";

    /// <inheritdoc/>
    public string Legend => "Nanoseconds a page";

    /// <inheritdoc/>
    public bool AlwaysShow => true;

    /// <inheritdoc/>
    public ColumnCategory Category => ColumnCategory.Custom;

    /// <inheritdoc/>
    public int PriorityInCategory => 0;

    /// <inheritdoc/>
    public bool IsNumeric => true;

    /// <inheritdoc/>
    public UnitType UnitType => UnitType.Dimensionless;

    /// <inheritdoc/>
    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    /// <inheritdoc/>
    public bool IsAvailable(Summary summary) => true;

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
        => summary[benchmarkCase]?.ResultStatistics is { } statistics ? Numbers.Show(statistics.Mean / PagesOf(benchmarkCase)) : "-";

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    private static double PagesOf(BenchmarkCase one)
    {
        int pages = Convert.ToInt32(one.Parameters[nameof(LayoutBenchmarks.N)], null);
        bool isMany = typeof(LiveBenchmarks).IsAssignableFrom(one.Descriptor.Type);
        return (double)pages * (isMany ? LiveBenchmarks.LivesOf(pages) : 1);
    }
}
