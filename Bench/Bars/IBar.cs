using System.Collections.Generic;

namespace Bench;

/// <summary>One bar of the table of bars: measures its rows and judges each.</summary>
internal interface IBar
{
    /// <summary><c>P0</c> to <c>P10</c>.</summary>
    string Id { get; }

    /// <summary>What is measured and what must hold, in a line.</summary>
    string Title { get; }

    /// <summary>Rows that <see cref="Measure"/> gives.</summary>
    int RowCount { get; }

    /// <summary>Measures row by row, checking first that each contestant does its work.</summary>
    IEnumerable<BarRow> Measure();
}
