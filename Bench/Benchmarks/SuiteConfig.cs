using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Reports;

namespace Bench;

/// <summary>How the suite is reported: against the baseline of each case, by the page, with what was allocated.</summary>
internal sealed class SuiteConfig : ManualConfig
{
    /// <summary>For BenchmarkDotNet, which makes it.</summary>
    public SuiteConfig()
    {
        AddColumn(new PageColumn());
        AddDiagnoser(MemoryDiagnoser.Default);
        HideColumns(Column.RatioSD, Column.Gen0, Column.Gen1, Column.Gen2);
        WithSummaryStyle(SummaryStyle.Default.WithRatioStyle(RatioStyle.Value));
    }
}
