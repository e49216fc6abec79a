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

    /// <summary>Finds the page that an address lies in.</summary>
    /// <returns>Whether there is one; where not, <paramref name="page"/> is empty.</returns>
    internal abstract FaultReason Walk(IPhysicalMemory memory, PhysicalAddress root, DmaAddress address, out IotlbEntry page);

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
    internal override FaultReason Walk(IPhysicalMemory memory, PhysicalAddress root, DmaAddress address, out IotlbEntry page)
    {
        TFormat format = default;
        page = default;
        if (address.Value >> (PageSize.Size4K.Shift + (TableMemory.EntryBits * format.Levels)) != 0) return FaultReason.BeyondTables;

        PhysicalAddress table = root;
        for (int level = format.Levels - 1; ; level--)
        {
            int shift = PageSize.Size4K.Shift + (TableMemory.EntryBits * level);
            int index = (int)(address.Value >> shift) & (TableMemory.EntryCount - 1);
            if (memory.RegionAt(table).Kind == MemoryKind.Absent) return FaultReason.NoMemory;
            Span<byte> bytes = memory.Access(table + (index * sizeof(ulong)), sizeof(ulong));
            ulong entry = Volatile.Read(ref MemoryMarshal.Cast<byte, ulong>(bytes)[0]);
            if (!format.IsPresent(entry, level)) return FaultReason.NotMapped;
            if (format.IsPage(entry, level))
            {
                // A page in several entries is remembered entry by entry, which hardware may do too.
                ulong inEntry = (1ul << shift) - 1;
                ulong inPage = (1ul << (shift + format.ContiguousOrderOf(entry, level))) - 1;
                page = new IotlbEntry(
                    new DmaAddress(address.Value & ~inEntry),
                    new PhysicalAddress((format.TargetOf(entry) & ~inPage) | (address.Value & inPage & ~inEntry)),
                    shift,
                    format.AccessOf(entry));
                return FaultReason.None;
            }

            table = new PhysicalAddress(format.TargetOf(entry));
        }
    }
}
