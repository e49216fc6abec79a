using System;
using PfnBuffers;
using Spectre.Console;

namespace Bench;

/// <summary>A map and unmap of one page through an IOMMU, strictly, in three ways in one run: unheard, heard, and the looks alone.</summary>
internal static class MetricsCost
{
    /// <summary>Steps that are told.</summary>
    internal const int StepCount = 1;

    /// <summary>Measures and checks.</summary>
    internal static Table Measure(TimeSpan budget, Steps steps)
    {
        steps.Begin("one page, with and without a listener");
        var buffer = new PfnBuffer(Layouts.Build(Layout.Scattered, 1), PageSize.Size4K);
        MapLoop unheard = new("map + unmap, nobody listens", new WarmIotlb().Mapper, buffer);
        Listened heard = new(unheard);
        SilentLooks looks = new();
        IContestant[] contestants = [unheard, heard, looks];
        heard.Check();
        Interleaved.WarmUp(contestants);
        double[] times = Interleaved.Measure(contestants, budget);
        steps.Done();

        Table table = new Table().Border(TableBorder.Simple).AddColumn("one page, IOMMU, strict").AddColumn(new TableColumn("ns").RightAligned()).AddColumn(new TableColumn("of the first").RightAligned());
        for (int i = 0; i < times.Length; i++) table.AddRow(contestants[i].Name.EscapeMarkup(), Numbers.Show(times[i]), $"{Numbers.Show(times[i] / times[0])}x");
        return table;
    }
}
