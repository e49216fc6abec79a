using System;

/// <summary>
/// One stretch of pieces that is copied, beside those which must be, and brings enough together: the cheapest such stretch. It is
/// what is left for views of so many pieces that the best choice would cost too much. O(pieces). Used by one thread.
/// </summary>
internal sealed class CopyWindow
{
    /// <summary>The segment that each piece lies in, counted from 0, while only what must be copied is.</summary>
    private int[] _segment = [];
    private int _segments;

    /// <summary>Chooses.</summary>
    /// <param name="pieces">At least one. What cannot stay, as it does not stand where a segment may begin, is changed to what must be copied.</param>
    /// <param name="head">Offset of the first byte in its frame.</param>
    /// <param name="rules">With a copy size.</param>
    /// <param name="most">Most segments; 0 for any number.</param>
    /// <param name="chosen">What is copied.</param>
    /// <returns>Whether there is such a stretch.</returns>
    internal bool TryChoose(CopyPieces pieces, long head, in CopyRules rules, int most, CopyStretches chosen)
    {
        if (_segment.Length < pieces.Count) _segment = new int[1 << Bits.CeilLog2((ulong)pieces.Count)];
        if (!TryNumber(pieces, head, rules)) return false;
        int begin = 0;
        int end = 0;
        if (most != 0 && _segments > most && !TryFind(pieces, head, rules.CopySize, most, out begin, out end)) return false;
        ReadOnlySpan<long> from = pieces.From;
        chosen.Clear();
        for (int i = 0; i < pieces.Count; i++)
        {
            if ((i >= begin && i < end) || pieces.Fate[i] == CopyFate.Must) chosen.Add(from[i], from[i + 1]);
        }

        return true;
    }

    private bool TryFind(CopyPieces pieces, long head, long copySize, int most, out int bestBegin, out int bestEnd)
    {
        long least = long.MaxValue;
        long extra = 0;
        (bestBegin, bestEnd) = (0, 0);
        int end = 0;
        for (int begin = 0; begin < pieces.Count; begin++)
        {
            if (end <= begin) (end, extra) = (begin, 0);
            while (Segments(begin, end) > most && end < pieces.Count && pieces.Fate[end] != CopyFate.MustNot) extra += Extra(end++);
            if (extra < least && Segments(begin, end) <= most) (least, bestBegin, bestEnd) = (extra, begin, end);
            if (end > begin) extra -= Extra(begin);
        }

        return least < long.MaxValue;

        long Extra(int piece) => pieces.Fate[piece] == CopyFate.May ? pieces.From[piece + 1] - pieces.From[piece] : 0;

        long Segments(int first, int last)
        {
            long before = first == 0 ? 0 : _segment[first - 1] + 1;
            long after = last == pieces.Count ? 0 : _segments - _segment[last];
            long bytes = pieces.From[last] - pieces.From[first] + (first == 0 ? head : 0);
            return before + (first == last ? 0 : ((bytes - 1) / copySize) + 1) + after;
        }
    }

    /// <summary>Numbers the segments where only what must be copied is.</summary>
    /// <returns>False where something can neither stay nor be copied.</returns>
    private bool TryNumber(CopyPieces pieces, long head, in CopyRules rules)
    {
        Span<CopyFate> fate = pieces.Fate;
        _segments = 0;
        int begin = 0;
        for (int i = 0; i < fate.Length; i++)
        {
            bool goesOn = i > 0 && fate[i] != CopyFate.Must && fate[i - 1] != CopyFate.Must && pieces.Adjoins(i) && Stays(pieces, begin, i, rules);
            if (fate[i] != CopyFate.Must && !goesOn && !Stays(pieces, i, i, rules))
            {
                if (fate[i] == CopyFate.MustNot) return false;
                fate[i] = CopyFate.Must;
            }

            if (fate[i] == CopyFate.Must)
                goesOn = i > 0 && fate[i - 1] == CopyFate.Must && pieces.From[i + 1] - pieces.From[begin] + (begin == 0 ? head : 0) <= rules.CopySize;
            if (!goesOn)
            {
                begin = i;
                _segments++;
            }

            _segment[i] = _segments - 1;
        }

        return true;
    }

    /// <summary>Whether pieces that adjoin are one segment where they stay.</summary>
    private static bool Stays(CopyPieces pieces, int first, int last, in CopyRules rules)
        => rules.Stays(pieces.Address[first], pieces.From[last + 1] - pieces.From[first]);
}
