using System;
using System.Threading;

namespace Bench;

/// <summary>
/// Unmapping, from the root again (<c>arm_lpae_unmap_pages</c>). Entries below 2 MiB are cleared and reported one by one.
/// Where a whole entry's range goes and a table hangs there, the table is unlinked and freed with all below it,
/// which is why unmapping 2 MiB costs less than unmapping 1 MiB.
/// </summary>
internal sealed partial class LinuxPageTable
{
    /// <summary>Unmaps some of so many pages of one size.</summary>
    /// <returns>Bytes unmapped: as many pages as lie in one table; 0 where nothing is mapped.</returns>
    internal ulong Unmap(ulong iova, ulong size, ulong count, ref IotlbGather gather)
    {
        if (size == 0 || (size & PageSizes) != size || iova >> InputBits != 0) return 0;

        ulong[] words = _pool.Words;
        int table = _root;
        for (int level = 0; level < TableEntry.Levels; level++)
        {
            int index = TableEntry.IndexOf(iova, level);
            ulong entry = Volatile.Read(ref words[table + index]);
            if (entry == 0) return 0;
            if (size == 1UL << TableEntry.ShiftOf(level))
            {
                int entries = (int)Math.Min(count, (ulong)(TableEntry.PerTable - index));
                return (ulong)Clear(level, table + index, entries, iova, ref gather) * size;
            }

            // The kernel splits the page here; a scatterlist is only ever unmapped whole, so that is not needed.
            if (TableEntry.IsLeaf(entry, level)) return 0;
            table = TablePool.WordOf(entry);
        }

        return 0;
    }

    private int Clear(int level, int at, int entries, ulong iova, ref IotlbGather gather)
    {
        ulong size = 1UL << TableEntry.ShiftOf(level);
        Span<ulong> words = _pool.Words.AsSpan(at, entries);
        int i = 0;
        for (; i < words.Length; i++, iova += size)
        {
            ulong entry = Volatile.Read(ref words[i]);
            if (entry == 0) break;
            Volatile.Write(ref words[i], 0);
            if (TableEntry.IsLeaf(entry, level))
            {
                _flush.AddPage(ref gather, iova, size);
            }
            else
            {
                _flush.FlushWalk(iova, size);
                FreeTables(level + 1, TablePool.WordOf(entry));
            }
        }

        return i;
    }

    /// <summary>Frees a table and all below it; only tables above the last level can lead further (<c>__arm_lpae_free_pgtable</c>).</summary>
    private void FreeTables(int level, int table)
    {
        if (level < TableEntry.Levels - 1)
        {
            ReadOnlySpan<ulong> words = _pool.Words.AsSpan(table, TableEntry.PerTable);
            for (int i = 0; i < words.Length; i++)
            {
                if (TableEntry.IsTable(words[i], level)) FreeTables(level + 1, TablePool.WordOf(words[i]));
            }
        }

        _pool.Return(table);
    }
}
