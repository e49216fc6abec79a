using System;

namespace PfnBuffers;

/// <summary>One bit for each frame of a zone, read and written by ranges, a word at a time. Not thread-safe.</summary>
internal sealed class FrameBits
{
    private readonly ulong[] _words;
    private readonly long _count;

    /// <summary>All bits clear.</summary>
    internal FrameBits(long count)
    {
        _count = count;
        _words = new ulong[(count + 63) >> 6];
    }

    internal void Set(long first, long count)
    {
        for (long at = first, end = first + count; at < end; at = (at | 63) + 1) _words[at >> 6] |= Mask(at, end);
    }

    internal void Clear(long first, long count)
    {
        for (long at = first, end = first + count; at < end; at = (at | 63) + 1) _words[at >> 6] &= ~Mask(at, end);
    }

    /// <summary>Clears bits that are all set and lie in one word, which most blocks do; else does nothing.</summary>
    internal bool TryClearInWord(long first, long count)
    {
        long end = first + count;
        ref ulong word = ref _words[first >> 6];
        ulong mask = Mask(first, end);
        if (end - 1 > (first | 63) || (word & mask) != mask) return false;
        word &= ~mask;
        return true;
    }

    /// <summary>The first set bit at or after a place, or <paramref name="end"/>.</summary>
    internal long NextSet(long at, long end) => Next(at, end, 0);

    /// <summary>The first clear bit at or after a place, or <paramref name="end"/>.</summary>
    internal long NextClear(long at, long end) => Next(at, end, ulong.MaxValue);

    /// <summary>
    /// The first place at or after one where so many clear bits start, or <paramref name="end"/>. It looks no further than
    /// 64 bits, so a longer run may turn out shorter; what it passes over is too short for certain, at a word a step.
    /// </summary>
    internal long NextClearRun(long at, long end, long length)
    {
        if (length > 64) length = 64;
        for (; at < end; at = (at | 63) + 1)
        {
            long index = at >> 6;
            ulong low = ~_words[index] & (ulong.MaxValue << (int)at);
            if (low == 0) continue;

            // Bit i of low means: from i on, so many bits as have are clear. Each step joins two stretches.
            ulong high = index + 1 < _words.Length ? ~_words[index + 1] : 0;
            for (int have = 1, step; have < length; have += step)
            {
                step = Math.Min(have, (int)length - have);
                low &= (low >> step) | (high << (64 - step));
                high &= high >> step;
            }

            if (low != 0) return Math.Min((index << 6) + Bits.TrailingZeros(low), end);
        }

        return end;
    }

    /// <summary>Sets every bit that is set in the other.</summary>
    internal void Add(FrameBits other)
    {
        for (int i = 0; i < _words.Length; i++) _words[i] |= other._words[i];
    }

    /// <summary>Clears every bit that is set in the other.</summary>
    internal void Remove(FrameBits other)
    {
        for (int i = 0; i < _words.Length; i++) _words[i] &= ~other._words[i];
    }

    private long Next(long at, long end, ulong skip)
    {
        if (end > _count) end = _count;
        while (at < end)
        {
            ulong rest = (_words[at >> 6] ^ skip) >> (int)at;
            if (rest != 0)
            {
                at += Bits.TrailingZeros(rest);
                break;
            }

            at = (at | 63) + 1;
        }

        return at < end ? at : end;
    }

    /// <summary>The bits of one word that lie in [at, end).</summary>
    private static ulong Mask(long at, long end)
    {
        ulong from = ulong.MaxValue << (int)at;
        return (at | 63) < end ? from : from & (ulong.MaxValue >> (int)(64 - (end & 63)));
    }
}
