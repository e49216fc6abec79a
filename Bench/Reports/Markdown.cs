using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Bench;

/// <summary>Tables of Markdown.</summary>
internal static class Markdown
{
    /// <summary>Adds a table.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="columns">Headings; those that begin with a space are of numbers.</param>
    /// <param name="rows">Cells.</param>
    internal static void AddTable(StringBuilder text, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        AddRow(text, [.. columns.Select(column => column.Trim())]);
        AddRow(text, [.. columns.Select(column => column.StartsWith(' ') ? "---:" : "---")]);
        foreach (IReadOnlyList<string> row in rows) AddRow(text, [.. row.Select(cell => cell.Replace("|", "\\|", System.StringComparison.Ordinal))]);
    }

    private static void AddRow(StringBuilder text, IReadOnlyList<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
