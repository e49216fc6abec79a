using System;
using System.Runtime.Intrinsics.X86;
using System.Threading;

namespace Bench;

/// <summary>
/// Page tables written as the kernel's io-pgtable-arm.c writes them, without a lock: every call walks down from the
/// root (<c>arm_lpae_map_pages</c>), writes as many entries as one table holds, and fences. Tables are made on the way.
/// </summary>
internal sealed partial class LinuxPageTable
{
    /// <summary>Page sizes, each as its own bit: 4 KiB, 2 MiB, 1 GiB.</summary>
    internal const ulong PageSizes = (1UL << 12) | (1UL << 21) | (1UL << 30);

    private const int InputBits = 48;
    private const int OutputBits = 52;

    private readonly TablePool _pool;
    private readonly ITableFlush _flush;
    private readonly int _root;

    internal LinuxPageTable(TablePool pool, ITableFlush flush)
    {
        _pool = pool;
        _flush = flush;
        _root = pool.Take();
    }

    /// <summary>Where the root table lies in the pool's memory: what hardware would be given.</summary>
    internal ulong RootAddress => TablePool.AddressOf(_root);

    /// <summary>Maps some of so many pages of one size.</summary>
    /// <param name="iova">First byte as the device sees it.</param>
    /// <param name="physical">First byte in memory.</param>
    /// <param name="size">The page size, one of <see cref="PageSizes"/>.</param>
    /// <param name="count">Pages wanted.</param>
    /// <param name="access">Read and write bits.</param>
    /// <param name="mapped">Bytes mapped: as many pages as lie in one table.</param>
    /// <returns>Whether the arguments hold and nothing was mapped there.</returns>
    internal bool Map(ulong iova, ulong physical, ulong size, ulong count, ulong access, out ulong mapped)
    {
        mapped = 0;
        if (size == 0 || (size & PageSizes) != size) return false;
        if (iova >> InputBits != 0 || physical >> OutputBits != 0) return false;
        if ((access & (TableEntry.Read | TableEntry.Write)) == 0) return false;

        ulong[] words = _pool.Words;
        int table = _root;
        for (int level = 0; ; level++)
        {
            int index = TableEntry.IndexOf(iova, level);
            if (size == 1UL << TableEntry.ShiftOf(level))
            {
                int entries = (int)Math.Min(count, (ulong)(TableEntry.PerTable - index));
                if (!WriteLeaves(level, table + index, entries, iova, physical, access)) return false;
                mapped = (ulong)entries * size;
                Fence();
                return true;
            }

            if (level == TableEntry.Levels - 1) return false;
            ulong entry = Volatile.Read(ref words[table + index]);
            if (entry == 0) entry = InstallTable(table + index);
            else if (TableEntry.IsLeaf(entry, level)) return false;
            table = TablePool.WordOf(entry);
        }
    }

    /// <summary>Where a byte of the device's lies in memory, or no answer where nothing is mapped.</summary>
    internal ulong? Translate(ulong iova)
    {
        int table = _root;
        for (int level = 0; level < TableEntry.Levels; level++)
        {
            ulong entry = _pool.Words[table + TableEntry.IndexOf(iova, level)];
            if (entry == 0) return null;
            ulong within = (1UL << TableEntry.ShiftOf(level)) - 1;
            if (TableEntry.IsLeaf(entry, level)) return (entry & TableEntry.AddressMask & ~within) + (iova & within);
            table = TablePool.WordOf(entry);
        }

        return null;
    }

    /// <summary>Looks at what stands there, then writes (<c>arm_lpae_init_pte</c>).</summary>
    private bool WriteLeaves(int level, int at, int entries, ulong iova, ulong physical, ulong access)
    {
        ulong size = 1UL << TableEntry.ShiftOf(level);
        Span<ulong> words = _pool.Words.AsSpan(at, entries);
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] == 0) continue;
            if (TableEntry.IsLeaf(words[i], level)) return false;
            IotlbGather none = IotlbGather.Empty;
            if (Unmap(iova + ((ulong)i * size), size, 1, ref none) != size) return false;
        }

        ulong entry = physical | access | (level == TableEntry.Levels - 1 ? 0 : TableEntry.Large);
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = entry;
            entry += size;
        }

        return true;
    }

    private ulong InstallTable(int at)
    {
        int table = _pool.Take();
        ulong entry = TablePool.AddressOf(table) | TableEntry.Read | TableEntry.Write;
        ulong other = Interlocked.CompareExchange(ref _pool.Words[at], entry, 0);
        if (other == 0) return entry;
        _pool.Return(table);
        return other;
    }

    /// <summary>The store fence that ends each call (<c>wmb</c>): on x86 the same instruction as the kernel's.</summary>
    private static void Fence()
    {
        if (Sse.IsSupported) Sse.StoreFence();
        else Thread.MemoryBarrier();
    }
}
