using System;

/// <summary>
/// The fewest bytes to copy for so many segments, by dynamic programming over the pieces of a view.
/// <code>
///   bytes[c][i] = fewest bytes copied, for the first i pieces to take at most c segments
///               = least of  bytes[c-1][j]                      pieces j to i-1 stay, and are one segment
///                           bytes[c-1][j] + From[i] - From[j]  they are copied, and are one segment
/// </code>
/// Whether a run of copies takes one segment or several needs no telling: it is cut where one segment is full.
/// What stays is best begun at the farthest j, for bytes[c] never falls as i grows. For what is copied the best j lies in a
/// window that moves along with i, so the j that can still become best are kept in a queue, best first; where nothing limits a segment
/// the best so far is enough. A layer reads only the one before. To find the way back, bits are kept of each entry: whether
/// it is copied, and whether the best j changed there; with a queue also, at the j, whether it was ever the best. Both the j and
/// the places where they changed rise, so the n-th change is to the n-th j.
/// <para>
/// O(pieces) steps a layer. Keeps its arrays, so a steady state allocates nothing. Used by one thread.
/// </para>
/// </summary>
internal sealed class CopyLayers
{
    private const long Never = long.MaxValue / 2;

    private readonly CopyReaches _reaches = new();
    private long[] _above = [];
    private long[] _layer = [];
    private long[] _keys = [];
    private int[] _queue = [];
    private ulong[] _copied = [];
    private ulong[] _changed = [];
    private ulong[] _begins = [];

    /// <summary>Entries computed by all choices so far.</summary>
    internal long Steps { get; private set; }

    /// <summary>Chooses.</summary>
    /// <param name="pieces">At least one; each fits one segment where it stays, or where it is copied.</param>
    /// <param name="head">Offset of the first byte in its frame.</param>
    /// <param name="rules">With a copy size.</param>
    /// <param name="most">Most segments; 0 for any number.</param>
    /// <param name="chosen">What is copied.</param>
    /// <returns>Whether there is a way.</returns>
    internal bool TryChoose(CopyPieces pieces, long head, in CopyRules rules, int most, CopyStretches chosen)
    {
        // Where segments do not count, the layer is the one above it, and is all there is.
        int count = pieces.Count;
        bool endless = most == 0 || most >= count;
        int layers = endless ? 1 : most;
        int words = (count >> 6) + 1;
        long must = _reaches.Find(pieces, head, rules);
        Reserve(count + 1, (long)words * layers);
        _above.AsSpan(0, count + 1).Fill(Never);
        _above[0] = 0;
        int layer = 0;
        for (; ; layer++)
        {
            long[] into = endless ? _above : _layer;
            if (_reaches.IsLimited) ComputeLimited(pieces.From, into, layer * words, words);
            else Compute(pieces.From, into, layer * words, words);
            Steps += count;
            if (endless) break;
            (_above, _layer) = (_layer, _above);
            if (layer == layers - 1 || _above[count] == must) break;
        }

        if (_above[count] >= Never) return false;
        GoBack(pieces.From, _above[count], layer, endless, words, chosen);
        return true;
    }

    private void Compute(ReadOnlySpan<long> from, long[] into, int row, int words)
    {
        Span<ulong> copied = _copied.AsSpan(row, words);
        Span<ulong> changed = _changed.AsSpan(row, words);
        ReadOnlySpan<long> above = _above.AsSpan(0, from.Length);
        Span<long> layer = into.AsSpan(0, from.Length);
        ReadOnlySpan<int> home = _reaches.Home.Slice(0, from.Length);
        ReadOnlySpan<int> window = _reaches.Window.Slice(0, from.Length);
        long best = Never;
        ulong copiedBits = 0;
        ulong changedBits = 0;
        int nearest = 0;
        layer[0] = 0;
        for (int i = 1; i < from.Length; i++)
        {
            if (window[i] != nearest)
            {
                // What is never copied stands between.
                nearest = window[i];
                best = Never;
            }

            long key = above[i - 1] - from[i - 1];
            if (nearest == i) key = Never;
            changedBits |= (key < best ? 1ul : 0) << i;
            best = Math.Min(best, key);
            long stays = home[i] >= 0 ? above[home[i]] : Never;
            long all = best + from[i];
            copiedBits |= (all < stays ? 1ul : 0) << i;
            layer[i] = Math.Min(stays, all);
            if ((i & 63) != 63) continue;
            (copied[i >> 6], changed[i >> 6]) = (copiedBits, changedBits);
            (copiedBits, changedBits) = (0, 0);
        }

        if ((from.Length & 63) != 0) (copied[words - 1], changed[words - 1]) = (copiedBits, changedBits);
    }

    private void ComputeLimited(ReadOnlySpan<long> from, long[] into, int row, int words)
    {
        Span<ulong> copied = _copied.AsSpan(row, words);
        Span<ulong> changed = _changed.AsSpan(row, words);
        Span<ulong> begins = _begins.AsSpan(row, words);
        copied.Clear();
        changed.Clear();
        begins.Clear();
        ReadOnlySpan<long> above = _above.AsSpan(0, from.Length);
        Span<long> layer = into.AsSpan(0, from.Length);
        ReadOnlySpan<int> home = _reaches.Home.Slice(0, from.Length);
        ReadOnlySpan<int> window = _reaches.Window.Slice(0, from.Length);
        Span<long> keys = _keys.AsSpan(0, from.Length);
        Span<int> queue = _queue.AsSpan(0, from.Length);
        int first = 0;
        int end = 0;
        int front = -1;
        layer[0] = 0;
        for (int i = 1; i < from.Length; i++)
        {
            long key = above[i - 1] - from[i - 1];
            while (end > first && keys[end - 1] >= key) end--;
            keys[end] = key;
            queue[end++] = i - 1;
            while (first < end && queue[first] < window[i]) first++;

            long least = home[i] >= 0 ? above[home[i]] : Never;
            if (first < end && keys[first] + from[i] < least)
            {
                least = keys[first] + from[i];
                copied[i >> 6] |= 1ul << i;
                if (front != queue[first])
                {
                    front = queue[first];
                    begins[front >> 6] |= 1ul << front;
                    changed[i >> 6] |= 1ul << i;
                }
            }

            layer[i] = least;
        }
    }

    private void GoBack(ReadOnlySpan<long> from, long bytes, int layer, bool endless, int words, CopyStretches chosen)
    {
        chosen.Clear();
        for (int i = from.Length - 1; i > 0 && bytes > 0;)
        {
            int row = layer * words;
            int begin = _reaches.Home[i];
            if (((_copied[row + (i >> 6)] >> i) & 1) != 0)
            {
                begin = _reaches.IsLimited ? BeginByCount(row, i) : BeginBefore(row, i);
                chosen.AddBefore(from[begin], from[i]);
                bytes -= from[i] - from[begin];
            }

            i = begin;
            if (!endless) layer--;
        }

        chosen.Turn();
    }

    /// <summary>The begin that was the best so far at an end: the one before the last change.</summary>
    private int BeginBefore(int row, int end)
    {
        int word = end >> 6;
        ulong changed = _changed[row + word] << (63 - (end & 63)) >> (63 - (end & 63));
        while (changed == 0) changed = _changed[row + --word];
        return (word << 6) + Bits.Log2(changed) - 1;
    }

    /// <summary>The begin that was the best in the window of an end: the n-th that ever was, if there were n changes up to there.</summary>
    private int BeginByCount(int row, int end)
    {
        int changes = Bits.Ones(_changed[row + (end >> 6)] << (63 - (end & 63)));
        for (int word = 0; word < end >> 6; word++) changes += Bits.Ones(_changed[row + word]);
        int at = row;
        for (; Bits.Ones(_begins[at]) < changes; at++) changes -= Bits.Ones(_begins[at]);
        ulong left = _begins[at];
        while (--changes > 0) left &= left - 1;
        return ((at - row) << 6) + Bits.TrailingZeros(left);
    }

    private void Reserve(int entries, long words)
    {
        if (_above.Length < entries)
        {
            int length = 1 << Bits.CeilLog2((ulong)entries);
            (_above, _layer) = (new long[length], new long[length]);
        }

        if (_reaches.IsLimited && _keys.Length < entries) (_keys, _queue) = (new long[_above.Length], new int[_above.Length]);
        if (_copied.Length < words) (_copied, _changed) = (new ulong[1 << Bits.CeilLog2((ulong)words)], new ulong[1 << Bits.CeilLog2((ulong)words)]);
        if (_reaches.IsLimited && _begins.Length < words) _begins = new ulong[_copied.Length];
    }
}
