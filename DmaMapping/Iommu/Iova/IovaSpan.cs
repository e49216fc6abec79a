using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// What one leaf table translates, 512 granules, cut into small blocks: one bit a granule, set while it is free. The
/// table is linked as long as the span is, so that mapping into it walks nothing. Of each of the eight words the largest
/// aligned free block is known, so that a search reads one word, whatever is live. Guarded by the lane that owns the span.
/// </summary>
internal sealed class IovaSpan
{
    /// <summary>A span is a block of this order.</summary>
    internal const int Order = 9;
    internal const int Pages = 1 << Order;

    private const int WordShift = 6;
    private const int Words = Pages >> WordShift;
    private const ulong EveryByte = 0x0101_0101_0101_0101;
    private const ulong WholeWord = ulong.MaxValue;

    private readonly ulong[] _free = new ulong[Words];

    /// <summary>Byte k has bit w set where word w has an aligned free block of order k, 0 to 6.</summary>
    private ulong _wordsByOrder;

    /// <summary>The first granule.</summary>
    internal ulong First;

    /// <summary>The leaf table.</summary>
    internal PhysicalAddress Table;

    /// <summary>Who cuts it now; null where the space has it.</summary>
    internal Lane? Owner;

    /// <summary>Neighbours in the owner's list of spans that have as much room.</summary>
    internal IovaSpan? Next;
    internal IovaSpan? Previous;

    /// <summary>Granules that are free.</summary>
    internal int FreePages { get; private set; }

    /// <summary>Granules that mappings may have; less than all where the aperture ends, or a hole is, inside the span.</summary>
    internal int Capacity { get; private set; }

    internal bool IsPartial => Capacity < Pages;

    /// <summary>Whether nothing of it is taken.</summary>
    internal bool IsWhole => FreePages == Capacity;

    /// <summary>The order of the largest free block; -1 where none is.</summary>
    internal int LargestFree
    {
        get
        {
            int whole = (int)(_wordsByOrder >> (8 * WordShift));
            if (whole == 0) return _wordsByOrder == 0 ? -1 : Bits.Log2(_wordsByOrder) >> 3;
            if (whole == 0xFF) return Order;
            int pairs = whole & (whole >> 1) & 0x55;
            return (pairs & (pairs >> 2) & 0x11) != 0 ? 8 : pairs != 0 ? 7 : WordShift;
        }
    }

    /// <summary>Makes the object stand for another span, of which nothing is free yet.</summary>
    internal void Begin(ulong first)
    {
        First = first;
        Array.Clear(_free, 0, Words);
        _wordsByOrder = 0;
        FreePages = Capacity = 0;
    }

    /// <summary>Adds granules that mappings may have.</summary>
    internal void Add(int index, int count)
    {
        for (int at = index; at < index + count; at++) _free[at >> WordShift] |= 1ul << (at & 63);
        for (int word = 0; word < Words; word++) Note(word);
        FreePages += count;
        Capacity += count;
    }

    /// <summary>Takes an aligned block.</summary>
    internal bool TryTake(int order, out int index)
    {
        index = 0;
        if (order > WordShift) return TryTakeWords(order, out index);
        uint words = (byte)(_wordsByOrder >> (8 * order));
        if (words == 0) return false;
        int word = Bits.TrailingZeros(words);
        ulong blocks = BlocksOf(_free[word], order);
        int bit = Bits.TrailingZeros(blocks);
        _free[word] &= ~(Mask(order) << bit);
        Note(word);
        index = (word << WordShift) + bit;
        FreePages -= 1 << order;
        return true;
    }

    internal void Give(int index, int order)
    {
        int first = index >> WordShift;
        FreePages += 1 << order;
        if (order <= WordShift)
        {
            _free[first] |= Mask(order) << (index & 63);
            Note(first);
            return;
        }

        for (int word = first; word < first + (1 << (order - WordShift)); word++)
        {
            _free[word] = WholeWord;
            Note(word);
        }
    }

    private bool TryTakeWords(int order, out int index)
    {
        int whole = (int)(_wordsByOrder >> (8 * WordShift));
        int count = 1 << (order - WordShift);
        int wanted = (1 << count) - 1;
        for (int word = 0; word < Words; word += count)
        {
            if (((whole >> word) & wanted) != wanted) continue;
            for (int i = word; i < word + count; i++)
            {
                _free[i] = 0;
                Note(i);
            }

            index = word << WordShift;
            FreePages -= 1 << order;
            return true;
        }

        index = 0;
        return false;
    }

    private static ulong Mask(int order) => order == WordShift ? WholeWord : (1ul << (1 << order)) - 1;

    /// <summary>The first bits of the aligned blocks of set bits.</summary>
    private static ulong BlocksOf(ulong free, int order)
    {
        for (int half = 0; half < order; half++) free = Halved(free, half);
        return free;
    }

    private static ulong Halved(ulong blocks, int half) => blocks & (blocks >> (1 << half)) & Aligned(half + 1);

    /// <summary>A bit at every multiple of 2^order.</summary>
    private static ulong Aligned(int order) => order switch
    {
        1 => 0x5555_5555_5555_5555,
        2 => 0x1111_1111_1111_1111,
        3 => EveryByte,
        4 => 0x0001_0001_0001_0001,
        5 => 0x0000_0001_0000_0001,
        _ => 1,
    };

    /// <summary>Remembers the largest aligned free block of a word.</summary>
    private void Note(int word)
    {
        ulong free = _free[word];
        ulong orders = 0;
        if (free == WholeWord)
        {
            orders = EveryByte >> 8;
        }
        else
        {
            for (int order = 0; free != 0; order++)
            {
                orders = (orders << 8) | 1;
                free = Halved(free, order);
            }
        }

        _wordsByOrder = (_wordsByOrder & ~(EveryByte << word)) | (orders << word);
    }
}
