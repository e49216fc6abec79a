using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace DmaMapping;

/// <summary>Lines of text whose columns are aligned: numbers to the right, the rest to the left.</summary>
/// <param name="headings">What stands above each column; one that starts with <c>#</c>, which is not shown, is of numbers.</param>
internal sealed class TextColumns(params string[] headings)
{
    private readonly List<string[]> _lines = [[.. headings.Select(heading => heading.TrimStart('#'))]];

    internal void Add(params string[] cells) => _lines.Add([.. cells.Select(OneLine)]);

    internal void AppendTo(StringBuilder text, int indent)
    {
        int[] widths = [.. headings.Select((_, column) => _lines.Max(line => line[column].Length))];
        foreach (string[] line in _lines)
        {
            IEnumerable<string> cells = line.Select((cell, column) => headings[column][0] == '#' ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            text.Append('\n').Append(' ', indent).Append(string.Join("  ", cells).TrimEnd());
        }
    }

    /// <summary>A name may be anything; it must not look like another line.</summary>
    internal static string OneLine(string text)
        => text.Any(IsBreak) ? new string([.. text.Select(one => IsBreak(one) ? '?' : one)]) : text;

    private static bool IsBreak(char one) => char.IsControl(one) || one is '\u2028' or '\u2029';
}
