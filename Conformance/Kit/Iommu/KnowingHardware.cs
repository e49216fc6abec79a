using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// The worst hardware that an IOMMU may be: it knows every translation and every table that ever stood, until it is told to forget
/// it while it stands no more. In the default format, without a line of the library. For one thread.
/// </summary>
/// <param name="memory">The memory that tables are in.</param>
public sealed class KnowingHardware(IPhysicalMemory memory) : IPhysicalMemory, IIotlbInvalidation
{
    private const ulong AddressBits = 0x000F_FFFF_FFFF_F000;

    private readonly HashSet<ulong> _pages = [];
    private readonly Dictionary<ulong, (ulong Entry, int Level, ulong FirstPage)> _tables = [];

    /// <summary>The root table.</summary>
    public PhysicalAddress Root { get; set; }

    /// <summary>What was done to a table that it still knew; null where nothing was.</summary>
    public string? Wrong { get; private set; }

    /// <summary>What others do while it is being told to forget something; nothing is told to it meanwhile.</summary>
    public Action? Meanwhile { get; set; }

    /// <summary>Whether it may know a translation of a page.</summary>
    public bool Knows(ulong page) => _pages.Contains(page);

    /// <summary>Tables that it knows and that lead nowhere any more.</summary>
    public IEnumerable<ulong> StaleTables() => _tables.Keys.Where(frame => !Stands(frame));

    /// <summary>Pages that it may know and that nothing maps any more.</summary>
    public int CountStalePages() => _pages.Count(page => !Stands(page, Root.Value, 3));

    /// <summary>Looks at all that stands.</summary>
    public void Look() => Look(Root.Value, 3, 0);

    /// <inheritdoc/>
    public void Invalidate(int domain, DmaAddress first, long length)
    {
        if (Meanwhile is { } others)
        {
            Meanwhile = null;
            others();
            Meanwhile = others;
        }

        ulong from = first.Value >> 12, to = (first.Value + (ulong)length - 1) >> 12;
        foreach (ulong frame in StaleTables().ToList())
        {
            (_, int level, ulong start) = _tables[frame];
            if (start <= to && from <= start + (1ul << (9 * (level + 1))) - 1) _tables.Remove(frame);
        }

        _pages.RemoveWhere(page => page >= from && page <= to && !Stands(page, Root.Value, 3));
    }

    /// <inheritdoc/>
    public void Block(int domain)
    {
        _pages.Clear();
        _tables.Clear();
    }

    /// <inheritdoc/>
    public MemoryRegion RegionAt(PhysicalAddress address) => memory.RegionAt(address);

    /// <inheritdoc/>
    public Span<byte> Access(PhysicalAddress address, long length)
    {
        ulong frame = address.Value >> 12;
        if (_tables.ContainsKey(frame) && !Stands(frame)) Wrong ??= $"table {frame:x} is used, and the hardware still knows it as another one";
        return memory.Access(address, length);
    }

    private Span<ulong> Entries(ulong table) => MemoryMarshal.Cast<byte, ulong>(memory.Access(new PhysicalAddress(table), 4096));

    private ulong EntryAt(ulong address) => MemoryMarshal.Cast<byte, ulong>(memory.Access(new PhysicalAddress(address), 8))[0];

    /// <summary>Whether the way from the root to a table is as it was.</summary>
    private bool Stands(ulong frame)
    {
        while (frame != Root.Value >> 12)
        {
            if (!_tables.TryGetValue(frame, out (ulong Entry, int Level, ulong FirstPage) place)) return false;
            ulong entry = EntryAt(place.Entry);
            if ((entry & 3) == 0 || (entry & 128) != 0 || (entry & AddressBits) >> 12 != frame) return false;
            frame = place.Entry >> 12;
        }

        return true;
    }

    private bool Stands(ulong page, ulong table, int level)
    {
        ulong entry = EntryAt(table + (((page >> (9 * level)) & 511) * 8));
        if ((entry & 3) == 0) return false;
        return level == 0 || (entry & 128) != 0 || Stands(page, entry & AddressBits, level - 1);
    }

    private void Look(ulong table, int level, ulong firstPage)
    {
        Span<ulong> entries = Entries(table);
        for (int i = 0; i < entries.Length; i++)
        {
            ulong entry = entries[i];
            if ((entry & 3) == 0) continue;
            ulong page = firstPage + ((ulong)i << (9 * level));
            if (level > 0 && (entry & 128) == 0)
            {
                _tables[(entry & AddressBits) >> 12] = (table + ((ulong)i * 8), level - 1, page);
                Look(entry & AddressBits, level - 1, page);
                continue;
            }

            for (ulong at = 0; at < 1ul << (9 * level); at++) _pages.Add(page + at);
        }
    }
}
