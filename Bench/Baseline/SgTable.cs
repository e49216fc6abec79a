using System;
using System.Runtime.CompilerServices;

namespace Bench;

/// <summary>
/// A scatterlist built from pages, as <c>sg_alloc_append_table_from_pages</c> builds it: one pass counts the entries,
/// a second looks at the same pages again and fills them. Neighbouring frames share an entry up to a largest length.
/// </summary>
internal sealed class SgTable(MemoryMap memory, ScatterlistPool pool)
{
    /// <summary>No limit on an entry's length but its 32 bits, cut to whole pages.</summary>
    internal const uint AnyLength = uint.MaxValue;

    private const uint PageBytes = 4096;
    private const int PageShift = 12;

    private int _total;

    /// <summary>The pool that holds the entries.</summary>
    internal ScatterlistPool Pool => pool;

    /// <summary>The first entry, or -1.</summary>
    internal int First { get; private set; } = -1;

    /// <summary>Entries that describe memory.</summary>
    internal int EntryCount { get; private set; }

    /// <summary>Segments that the device sees, once mapped; at most as many.</summary>
    internal int SegmentCount { get; set; }

    /// <summary>
    /// Describes a range of bytes of the pages. Compiled once, as C is: left to the runtime, which compiles by what it saw run
    /// first, the two passes took 25 ns a page of a run in one process of three, and 6 in the others.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Build(ReadOnlySpan<ulong> pages, uint offset, ulong size, uint longest = AnyLength)
    {
        longest &= ~(PageBytes - 1);
        int chunks = CountChunks(pages, longest);
        int at = 0;
        int entry = -1;
        for (int i = 0; i < chunks; i++)
        {
            int end = EndOfChunk(pages, at, longest);
            entry = NextEntry(entry, chunks - i);
            uint bytes = (uint)(((ulong)(end - at) << PageShift) - offset);
            ref ScatterlistEntry filled = ref pool.Entries[entry];
            filled.Link = (filled.Link & (ScatterlistEntry.Chain | ScatterlistEntry.End)) | pages[at];
            filled.Offset = offset;
            filled.Length = (uint)Math.Min(size, bytes);
            size -= bytes;
            offset = 0;
            at = end;
        }

        EntryCount = SegmentCount = chunks;
    }

    /// <summary>Returns every block, following the links (<c>sg_free_append_table</c>).</summary>
    internal void Free()
    {
        int block = First;
        while (_total > 0)
        {
            int entries = Math.Min(_total, ScatterlistPool.EntriesPerBlock);
            int next = -1;
            if (_total > ScatterlistPool.EntriesPerBlock)
            {
                next = pool.Follow(block + ScatterlistPool.EntriesPerBlock - 1);
                entries--;
            }

            _total -= entries;
            pool.Return(block);
            block = next;
        }

        First = -1;
        EntryCount = SegmentCount = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int CountChunks(ReadOnlySpan<ulong> pages, uint longest)
    {
        int chunks = 1;
        uint length = 0;
        for (int i = 1; i < pages.Length; i++)
        {
            length += PageBytes;
            if (length < longest && memory.Mergeable(pages[i], pages[i - 1])) continue;
            chunks++;
            length = 0;
        }

        return chunks;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int EndOfChunk(ReadOnlySpan<ulong> pages, int start, uint longest)
    {
        uint length = 0;
        int end = start + 1;
        for (; end < pages.Length; end++)
        {
            length += PageBytes;
            if (length >= longest || !memory.Mergeable(pages[end], pages[end - 1])) break;
        }

        return end;
    }

    /// <summary>The next entry to fill; takes and links a block where the last one has only room for the link (<c>get_next_sg</c>).</summary>
    private int NextEntry(int entry, int needed)
    {
        int next = -1;
        if (entry >= 0)
        {
            next = pool.Next(entry);
            if (!pool.Entries[next].IsLast || needed == 1) return next;
        }

        int entries = Math.Min(needed, ScatterlistPool.EntriesPerBlock);
        int block = pool.Take(entries);
        if (next >= 0)
        {
            _total += entries - 1;
            pool.Link(next, block);
        }
        else
        {
            _total = entries;
            First = block;
        }

        return block;
    }
}
