using System;
using System.Runtime.InteropServices;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Walks page tables as the hardware does: from the root, reading the table bytes in memory, knowing nothing else.</summary>
internal abstract class TableWalker
{
    /// <summary>Finds the page that an address lies in.</summary>
    /// <returns>Whether there is one; where not, <paramref name="page"/> is empty.</returns>
    internal abstract FaultReason Walk(IPhysicalMemory memory, PhysicalAddress root, DmaAddress address, out IotlbEntry page);
}

/// <summary>Walks page tables of one format.</summary>
internal sealed class TableWalker<TFormat> : TableWalker
    where TFormat : struct, IPageTableFormat
{
    internal override FaultReason Walk(IPhysicalMemory memory, PhysicalAddress root, DmaAddress address, out IotlbEntry page)
    {
        TFormat format = default;
        page = default;
        if (address.Value >> (PageSize.Size4K.Shift + (TableNode.EntryBits * format.Levels)) != 0) return FaultReason.BeyondTables;

        PhysicalAddress table = root;
        for (int level = format.Levels - 1; ; level--)
        {
            int shift = PageSize.Size4K.Shift + (TableNode.EntryBits * level);
            int index = (int)(address.Value >> shift) & (TableNode.EntryCount - 1);
            if (memory.RegionAt(table).Kind == MemoryKind.Absent) return FaultReason.NoMemory;
            Span<byte> bytes = memory.Access(table + (index * sizeof(ulong)), sizeof(ulong));
            ulong entry = Volatile.Read(ref MemoryMarshal.Cast<byte, ulong>(bytes)[0]);
            if (!format.IsPresent(entry)) return FaultReason.NotMapped;
            if (format.IsPage(entry, level))
            {
                ulong size = 1ul << shift;
                page = new IotlbEntry(
                    new DmaAddress(address.Value & ~(size - 1)),
                    new PhysicalAddress(format.TargetOf(entry) & ~(size - 1)),
                    shift,
                    format.AccessOf(entry));
                return FaultReason.None;
            }

            table = new PhysicalAddress(format.TargetOf(entry));
        }
    }
}
