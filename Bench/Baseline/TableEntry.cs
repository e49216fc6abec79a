namespace Bench;

/// <summary>
/// A 64-bit entry in the second-stage layout of VT-d (specification section 9.8): bit 0 read, bit 1 write,
/// bit 7 a page rather than a table, bits 51 to 12 an address. Four levels of nine bits each translate 48.
/// </summary>
internal static class TableEntry
{
    /// <summary>The device may read.</summary>
    internal const ulong Read = 1;

    /// <summary>The device may write.</summary>
    internal const ulong Write = 2;

    /// <summary>A page of 2 MiB or 1 GiB; where the walk ends anyway the bit is not needed.</summary>
    internal const ulong Large = 1 << 7;

    /// <summary>The address.</summary>
    internal const ulong AddressMask = 0x000F_FFFF_FFFF_F000;

    /// <summary>Levels, the last of which holds 4 KiB pages.</summary>
    internal const int Levels = 4;

    /// <summary>Entries a table.</summary>
    internal const int PerTable = 512;

    /// <summary>Base-2 logarithm of the bytes that an entry of a level covers.</summary>
    internal static int ShiftOf(int level) => 12 + (9 * (Levels - 1 - level));

    /// <summary>Where in its table of a level an address is looked up.</summary>
    internal static int IndexOf(ulong iova, int level) => (int)(iova >> ShiftOf(level)) & (PerTable - 1);

    /// <summary>Whether the walk ends with an entry that is present.</summary>
    internal static bool IsLeaf(ulong entry, int level) => level == Levels - 1 ? entry != 0 : (entry & Large) != 0;

    /// <summary>Whether an entry leads to another table.</summary>
    internal static bool IsTable(ulong entry, int level) => entry != 0 && !IsLeaf(entry, level);
}
