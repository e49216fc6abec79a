using System;
using System.Collections.Generic;
using System.Linq;
using Spectre.Console;

namespace Bench;

/// <summary>Bars that were measured, one after another.</summary>
internal sealed class BarRun
{
    private BarRun(CellSet cells, IReadOnlyList<IBar> bars, IReadOnlyList<BarRow> rows) => (Cells, Bars, Rows) = (cells, bars, rows);

    /// <summary>The whole lives that the bars asked for.</summary>
    internal CellSet Cells { get; }

    /// <summary>The bars, in order.</summary>
    internal IReadOnlyList<IBar> Bars { get; }

    /// <summary>Their rows, in order.</summary>
    internal IReadOnlyList<BarRow> Rows { get; }

    /// <summary>Measures bars, with a progress bar on a terminal.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="budget">Time for each measurement.</param>
    /// <param name="only">Names of bars; none for all.</param>
    internal static BarRun Measure(IAnsiConsole console, TimeSpan budget, IReadOnlyCollection<string> only)
    {
        CellSet cells = new(budget);
        IReadOnlyList<IBar> bars = [.. BarList.All(cells, budget).Where(bar => only.Count == 0 || only.Contains(bar.Id))];
        List<BarRow> rows = [];
        Steps.Run(console, bars.Sum(bar => bar.RowCount), steps =>
        {
            foreach (IBar bar in bars)
            {
                steps.Begin(bar.Id);
                foreach (BarRow row in bar.Measure())
                {
                    rows.Add(row);
                    steps.Done();
                }
            }
        });
        return new BarRun(cells, bars, rows);
    }
}
