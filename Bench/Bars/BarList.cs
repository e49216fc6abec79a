using System;
using System.Collections.Generic;
using System.Linq;

namespace Bench;

/// <summary>Every bar, in order. Those on whole lives share one measurement of each cell.</summary>
internal static class BarList
{
    /// <summary>The names of all bars.</summary>
    internal static IReadOnlyList<string> Ids { get; } = [.. Enumerable.Range(0, 11).Select(i => $"P{i}")];

    /// <summary>All bars over one set of cells.</summary>
    /// <param name="cells">Measures a cell when a bar asks for it first.</param>
    /// <param name="budget">Time for each measurement.</param>
    internal static IReadOnlyList<IBar> All(CellSet cells, TimeSpan budget) =>
    [
        new LimitBar(cells),
        new WholeLifeBar(cells),
        new OnePageBar(cells),
        new RemapBar(cells.Memory, budget),
        new AllocationBar(),
        new AddressBar(budget),
        new BounceBar(budget),
        new RetainedBar(cells.Memory),
        new ThreadBar(),
        new DeviceReadBar(budget),
        new BaselineBar(cells),
    ];
}
