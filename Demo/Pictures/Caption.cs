namespace Demo;

/// <summary>The picture's caption in letters of 5 x 7 dots, drawn at three pixels a dot: the demo needs no font.</summary>
internal static class Caption
{
    private const int DotsPerLetter = 6;
    private const int Scale = 3;

    private const string Text = "PFN-DMA  ONE BUFFER, THREE DEVICES  1021X683";
    private const string Known = "ABCDEFIMNORSTUVPHX0123689-, ";

    /// <summary>Seven rows of five bits each, the top row first and the leftmost dot highest, in the order of <see cref="Known"/>.</summary>
    private static readonly byte[][] Glyphs =
    [
        [14, 17, 17, 31, 17, 17, 17], [30, 17, 17, 30, 17, 17, 30], [14, 17, 16, 16, 16, 17, 14], [30, 17, 17, 17, 17, 17, 30],
        [31, 16, 16, 30, 16, 16, 31], [31, 16, 16, 30, 16, 16, 16], [14, 4, 4, 4, 4, 4, 14], [17, 27, 21, 21, 17, 17, 17],
        [17, 25, 21, 19, 17, 17, 17], [14, 17, 17, 17, 17, 17, 14], [30, 17, 17, 30, 20, 18, 17], [15, 16, 16, 14, 1, 1, 30],
        [31, 4, 4, 4, 4, 4, 4], [17, 17, 17, 17, 17, 17, 14], [17, 17, 17, 17, 17, 10, 4], [30, 17, 17, 30, 16, 16, 16],
        [17, 17, 17, 31, 17, 17, 17], [17, 17, 10, 4, 10, 17, 17], [14, 17, 19, 21, 25, 17, 14], [4, 12, 4, 4, 4, 4, 14],
        [14, 17, 1, 6, 8, 16, 31], [30, 1, 1, 14, 1, 1, 30], [14, 16, 16, 30, 17, 17, 14], [14, 17, 17, 14, 17, 17, 14],
        [14, 17, 17, 15, 1, 1, 14], [0, 0, 0, 14, 0, 0, 0], [0, 0, 0, 0, 12, 4, 8], [0, 0, 0, 0, 0, 0, 0],
    ];

    /// <summary>Whether a pixel, counted from the caption's upper left corner, belongs to a letter.</summary>
    internal static bool Covers(int x, int y)
    {
        if (x < 0 || y < 0) return false;
        (int column, int row) = (x / Scale, y / Scale);
        (int letter, int dot) = (column / DotsPerLetter, column % DotsPerLetter);
        if (row >= 7 || dot == 5 || letter >= Text.Length) return false;
        return ((Glyphs[Known.IndexOf(Text[letter], System.StringComparison.Ordinal)][row] >> (4 - dot)) & 1) != 0;
    }
}
