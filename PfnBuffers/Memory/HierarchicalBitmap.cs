namespace PfnBuffers;

/// <summary>
/// A set of small integers that finds its next member without scanning: each word of a level has one bit in the level
/// above, which says whether the word has any.
/// <code>
///   level 2                    1
///   level 1      1 . . 1                 . . . .
///   level 0   01..  0000  0000  ..1.  0000 ...      64 bits a word
/// </code>
/// Two bits for every 63 members or so; every operation costs O(log64 of the capacity). Not thread-safe.
/// </summary>
internal sealed class HierarchicalBitmap
{
    private readonly ulong[][] _levels;

    /// <summary>An empty set.</summary>
    /// <param name="capacity">Members lie in 0 to capacity - 1; at most 2^37.</param>
    internal HierarchicalBitmap(long capacity)
    {
        int depth = 1;
        for (long words = Words(capacity); words > 1; words = Words(words)) depth++;
        _levels = new ulong[depth][];
        long bits = capacity;
        for (int level = 0; level < depth; level++)
        {
            bits = Words(bits);
            _levels[level] = new ulong[bits];
        }
    }

    internal bool Contains(long member)
    {
        ulong[] words = _levels[0];
        return (ulong)(member >> 6) < (ulong)words.Length && ((words[member >> 6] >> (int)member) & 1) != 0;
    }

    internal void Add(long member)
    {
        foreach (ulong[] words in _levels)
        {
            ref ulong word = ref words[member >> 6];
            ulong before = word;
            word = before | (1UL << (int)member);
            if (before != 0) return;
            member >>= 6;
        }
    }

    /// <summary>Takes out a member that is in the set.</summary>
    /// <returns>Whether the set is empty now.</returns>
    internal bool Remove(long member)
    {
        foreach (ulong[] words in _levels)
        {
            ref ulong word = ref words[member >> 6];
            word &= ~(1UL << (int)member);
            if (word != 0) return false;
            member >>= 6;
        }

        return true;
    }

    /// <summary>The least member at or after a place, or -1.</summary>
    internal long FirstFrom(long place)
    {
        for (int level = 0; level < _levels.Length; level++)
        {
            ulong[] words = _levels[level];
            long index = place >> 6;
            if (index >= words.Length) return -1;
            ulong rest = words[index] >> (int)place;
            if (rest != 0)
            {
                place += Bits.TrailingZeros(rest);
                while (level-- > 0) place = (place << 6) + Bits.TrailingZeros(_levels[level][place]);
                return place;
            }

            place = index + 1;
        }

        return -1;
    }

    internal void Clear()
    {
        foreach (ulong[] words in _levels) System.Array.Clear(words, 0, words.Length);
    }

    private static long Words(long bits) => bits <= 64 ? 1 : (bits + 63) >> 6;
}
