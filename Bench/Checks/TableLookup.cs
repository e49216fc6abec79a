using System;
using System.Runtime.InteropServices;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>
/// A walk over the bytes of the library's tables that shares no code with it. VT-d second stage: four levels of nine bits,
/// present where bit 0 or 1 is set, a large page where bit 7 is.
/// </summary>
internal static class TableLookup
{
    /// <summary>Finds the page that an address lies in.</summary>
    /// <param name="memory">The memory that the tables are in.</param>
    /// <param name="root">The root table.</param>
    /// <param name="address">Any address.</param>
    /// <param name="frame">The physical address of the 4 KiB frame behind it.</param>
    /// <param name="shift">The page's size as a power of two: 12, 21 or 30.</param>
    internal static bool TryFind(IPhysicalMemory memory, PhysicalAddress root, DmaAddress address, out ulong frame, out int shift)
    {
        ulong table = root.Value;
        for (shift = 39; ; shift -= 9)
        {
            ulong index = (address.Value >> shift) & 511;
            Span<byte> bytes = memory.Access(new PhysicalAddress(table + (index * 8)), 8);
            ulong entry = MemoryMarshal.Read<ulong>(bytes);
            ulong target = entry & 0x000F_FFFF_FFFF_F000;
            frame = 0;
            if ((entry & 3) == 0) return false;
            if (shift == 12 || (entry & 0x80) != 0)
            {
                ulong inPage = (1ul << shift) - 1;
                frame = (target & ~inPage) | (address.Value & inPage & ~0xFFFul);
                return true;
            }

            table = target;
        }
    }

    /// <summary>Leaf entries behind a mapped range.</summary>
    /// <returns>Those of 4 KiB, and those of more.</returns>
    internal static (int Small, int Large) CountLeaves(WarmIotlb hardware, DmaAddress first, long length)
    {
        int small = 0, large = 0;
        PhysicalAddress root = hardware.Domain.RootTable;
        for (ulong at = first.Value, end = first.Value + (ulong)length; at < end;)
        {
            if (!TryFind(hardware.Machine, root, new DmaAddress(at), out _, out int shift)) Throw.Invalid("Part of a mapped range does not translate.");
            if (shift == 12) small++;
            else large++;
            at = ((at >> shift) + 1) << shift;
        }

        return (small, large);
    }
}
