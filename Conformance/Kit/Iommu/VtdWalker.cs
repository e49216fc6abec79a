using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// Everything that second-stage tables lead to, read byte by byte out of memory as the VT-d specification lays entries
/// out, sections 3.7 and 9.8: four levels of nine bits, R in bit 0, W in bit 1, PS in bit 7, the address in bits 51 to 12.
/// Shares no code with the library, so that the library's idea of the format cannot vouch for itself.
/// </summary>
public static class VtdWalker
{
    private const ulong Known = 0x000F_FFFF_FFFF_F083;

    /// <summary>All pages, by ascending IOVA.</summary>
    /// <exception cref="LawViolatedException">An entry is malformed.</exception>
    public static List<ReachablePage> List(IPhysicalMemory memory, PhysicalAddress root)
    {
        var pages = new List<ReachablePage>();
        Walk(memory, root.Value, 39, 0, true, true, pages);
        return pages;
    }

    /// <summary>How many tables the walk goes through, the root included.</summary>
    public static int CountTables(IPhysicalMemory memory, PhysicalAddress root) => Walk(memory, root.Value, 39, 0, true, true, []);

    /// <summary>The same, cut into 4 KiB granules.</summary>
    public static SortedDictionary<ulong, ReachablePage> Granules(IPhysicalMemory memory, PhysicalAddress root)
    {
        var granules = new SortedDictionary<ulong, ReachablePage>();
        foreach (ReachablePage page in List(memory, root))
        {
            for (long at = 0; at < page.Bytes; at += 4096)
                granules.Add(page.Iova + (ulong)at, page with { Iova = page.Iova + (ulong)at, Physical = page.Physical + (ulong)at, Bytes = 4096 });
        }

        return granules;
    }

    private static int Walk(IPhysicalMemory memory, ulong table, int shift, ulong iova, bool reads, bool writes, List<ReachablePage> pages)
    {
        int tables = 1;
        for (int index = 0; index < 512; index++)
        {
            Span<byte> bytes = memory.Access(new PhysicalAddress(table + (ulong)(index * 8)), 8);
            ulong entry = 0;
            for (int i = 7; i >= 0; i--) entry = (entry << 8) | bytes[i];
            bool r = (entry & 1) != 0, w = (entry & 2) != 0, large = (entry & 128) != 0;
            if (!r && !w)
            {
                if (entry != 0) throw new LawViolatedException($"An absent entry holds {entry:x}.");
                continue;
            }

            ulong at = iova | ((ulong)index << shift);
            ulong target = entry & 0x000F_FFFF_FFFF_F000;
            if ((entry & ~Known) != 0 || (large && shift is 12 or 39)) throw new LawViolatedException($"The entry {entry:x} for {at:x} has bits that its level does not have.");
            if (shift > 12 && !large)
            {
                tables += Walk(memory, target, shift - 9, at, reads && r, writes && w, pages);
                continue;
            }

            if ((target & ((1ul << shift) - 1)) != 0) throw new LawViolatedException($"The page {target:x} for {at:x} is not aligned to 2^{shift}.");
            pages.Add(new ReachablePage(at, target, 1L << shift, reads && r, writes && w));
        }

        return tables;
    }
}
