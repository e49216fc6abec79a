using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// Everything that IOMMU tables lead to, read byte by byte out of memory as a specification lays entries out: tables of 512 entries
/// of 8 bytes, one walker for each format. Shares no code with the library, so that the library's idea of a format cannot vouch for itself.
/// </summary>
/// <param name="levels">Levels of tables.</param>
public abstract class SpecWalker(int levels)
{
    /// <summary>Bits of an input address.</summary>
    public int InputBits => 12 + (9 * levels);

    /// <summary>Whether a page that may be written may be read too, whatever was asked for.</summary>
    public virtual bool WritesAreReads => false;

    /// <summary>Whether an IOVA is where the hardware takes writes for interrupts.</summary>
    public virtual bool IsInterrupt(ulong iova) => iova is >= 0xFEE0_0000 and <= 0xFEEF_FFFF;

    /// <summary>All pages, by ascending IOVA.</summary>
    /// <exception cref="LawViolatedException">An entry is malformed.</exception>
    public List<ReachablePage> List(IPhysicalMemory memory, PhysicalAddress root)
    {
        var pages = new List<ReachablePage>();
        Walk(memory, root.Value, levels - 1, 0, true, true, pages);
        return pages;
    }

    /// <summary>How many tables the walk goes through, the root included.</summary>
    public int CountTables(IPhysicalMemory memory, PhysicalAddress root) => Walk(memory, root.Value, levels - 1, 0, true, true, []);

    /// <summary>The pages, cut into 4 KiB granules.</summary>
    public SortedDictionary<ulong, ReachablePage> Granules(IPhysicalMemory memory, PhysicalAddress root)
    {
        var granules = new SortedDictionary<ulong, ReachablePage>();
        foreach (ReachablePage page in List(memory, root))
        {
            for (long at = 0; at < page.Bytes; at += 4096)
                granules.Add(page.Iova + (ulong)at, page with { Iova = page.Iova + (ulong)at, Physical = page.Physical + (ulong)at, Bytes = 4096 });
        }

        return granules;
    }

    /// <summary>What an entry of a level says; 0 is the level whose entries are pages of 4 KiB.</summary>
    /// <exception cref="LawViolatedException">It says nothing that an entry of its level may say.</exception>
    protected abstract SpecEntry Read(ulong entry, int level);

    /// <summary>What to throw for an entry.</summary>
    protected static LawViolatedException Malformed(ulong entry, int level, string why) => new($"The entry {entry:x} of level {level} is malformed: {why}.");

    private int Walk(IPhysicalMemory memory, ulong table, int level, ulong iova, bool reads, bool writes, List<ReachablePage> pages)
    {
        int tables = 1;
        int shift = 12 + (9 * level);
        Span<byte> bytes = stackalloc byte[4096];
        ReadTable(memory, table, bytes);
        for (int index = 0; index < 512;)
        {
            ulong raw = Entry(bytes, index);
            if (raw == 0)
            {
                index++;
                continue;
            }

            SpecEntry entry = Read(raw, level);
            int count = 1;
            ulong at = iova | ((ulong)index << shift);
            if (entry.LeadsTo == SpecTarget.Table)
            {
                tables += Walk(memory, entry.Address, level - 1, at, reads && entry.Reads, writes && entry.Writes, pages);
            }
            else if (entry.LeadsTo == SpecTarget.Page)
            {
                count = 1 << (entry.Shift - shift);
                if ((index & (count - 1)) != 0) throw Malformed(raw, level, $"a page of {count} entries begins at entry {index}");
                for (int same = 1; same < count; same++)
                {
                    if (Entry(bytes, index + same) != raw) throw Malformed(raw, level, $"entry {index + same} of its page is another");
                }

                if ((entry.Address & ((1ul << entry.Shift) - 1)) != 0) throw Malformed(raw, level, $"its page is not aligned to 2^{entry.Shift}");
                pages.Add(new ReachablePage(at, entry.Address, 1L << entry.Shift, reads && entry.Reads, writes && entry.Writes));
            }
            else
            {
                throw Malformed(raw, level, "it leads nowhere and is not 0");
            }

            index += count;
        }

        return tables;
    }

    private static void ReadTable(IPhysicalMemory memory, ulong table, Span<byte> bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            Span<byte> part = memory.Access(new PhysicalAddress(table + (ulong)at), bytes.Length - at);
            part.CopyTo(bytes.Slice(at));
            at += part.Length;
        }
    }

    private static ulong Entry(ReadOnlySpan<byte> table, int index)
    {
        ulong entry = 0;
        for (int i = 7; i >= 0; i--) entry = (entry << 8) | table[(index * 8) + i];
        return entry;
    }
}
