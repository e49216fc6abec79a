using System;
using System.Runtime.InteropServices;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Walks page tables as the hardware does: from the root, reading the table bytes in memory, knowing nothing else.</summary>
internal abstract class TableWalker
{
    /// <summary>A walker of tables in a format.</summary>
    internal static TableWalker Of(PageTableFormat format) => format.Give(Maker.Only);

    /// <summary>Finds where the granule of an address leads. The address is one that the tables translate.</summary>
    /// <returns>Whether it leads anywhere; where not, <paramref name="entry"/> is empty.</returns>
    internal abstract FaultReason Walk(IPhysicalMemory memory, ref BusCursor cursor, PhysicalAddress root, DmaAddress address, out IotlbEntry entry);

    /// <summary>Finds it from what the cursor remembers of a walk to the same 2 MiB.</summary>
    internal abstract FaultReason Resume(ref BusCursor cursor, DmaAddress address, out IotlbEntry entry);

    private sealed class Maker : IFormatUser<TableWalker>
    {
        internal static Maker Only { get; } = new();

        public TableWalker Use<TFormat>()
            where TFormat : struct, IPageTableFormat
            => new TableWalker<TFormat>();
    }
}

/// <summary>Walks page tables of one format.</summary>
internal sealed class TableWalker<TFormat> : TableWalker
    where TFormat : struct, IPageTableFormat
{
    private static TFormat Format => default;

    internal override FaultReason Walk(IPhysicalMemory memory, ref BusCursor cursor, PhysicalAddress root, DmaAddress address, out IotlbEntry entry)
    {
        entry = default;
        cursor.Table = default;
        cursor.PageLevel = 0;
        PhysicalAddress table = root;
        for (int level = Format.Levels - 1; ; level--)
        {
            if (cursor.RegionAt(memory, table).Kind == MemoryKind.Absent) return FaultReason.NoMemory;
            ReadOnlySpan<ulong> entries = MemoryMarshal.Cast<byte, ulong>(memory.Access(table, PageSize.Size4K.Bytes));
            if (level == 0)
            {
                cursor.Table = entries;
                return Resume(ref cursor, address, out entry);
            }

            ulong word = Read(entries, IndexOf(address, level));
            if (!Format.IsPresent(word, level)) return FaultReason.NotMapped;
            if (Format.IsPage(word, level))
            {
                (cursor.Page, cursor.PageLevel) = (word, level);
                return Find(word, level, address, out entry);
            }

            table = new PhysicalAddress(Format.TargetOf(word));
        }
    }

    internal override FaultReason Resume(ref BusCursor cursor, DmaAddress address, out IotlbEntry entry)
    {
        if (cursor.PageLevel > 0) return Find(cursor.Page, cursor.PageLevel, address, out entry);
        ulong word = Read(cursor.Table, IndexOf(address, 0));
        if (Format.IsPresent(word, 0)) return Find(word, 0, address, out entry);
        entry = default;
        return FaultReason.NotMapped;
    }

    private static int IndexOf(DmaAddress address, int level)
        => (int)(address.Value >> (PageSize.Size4K.Shift + (TableShape.EntryBits * level))) & (TableShape.EntryCount - 1);

    private static ulong Read(ReadOnlySpan<ulong> entries, int index) => Volatile.Read(ref MemoryMarshal.GetReference(entries.Slice(index)));

    /// <summary>The granule in a page.</summary>
    private static FaultReason Find(ulong word, int level, DmaAddress address, out IotlbEntry entry)
    {
        entry = default;
        int order = Format.ContiguousOrderOf(word, level);
        if (level > Format.HighestPageLevel || order > Format.HighestContiguousOrder) return FaultReason.ReservedBits;
        ulong inPage = (1ul << (PageSize.Size4K.Shift + (TableShape.EntryBits * level) + order)) - 1;
        ulong granule = address.Value & inPage & ~(ulong)(PageSize.Size4K.Bytes - 1);
        entry = new IotlbEntry(new PhysicalAddress((Format.TargetOf(word) & ~inPage) | granule), Format.AccessOf(word));
        return FaultReason.None;
    }
}
