using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Host tables of an AMD IOMMU (version 1), 4 levels (the device table entry's mode 4), 48-bit input addresses.
/// <code>
///    63 62 61 60 59  52 51                    12 11   9 8    1 0
///   |  |IW|IR|FC|      |  address bits 51:12    | next |      |PR|
/// </code>
/// Next is the level of the table that an entry leads to, where AMD counts the table of 4 KiB pages as 1: what is level n here leads to next = n.
/// Next 0 is a page of the level's size. Next 7 is a page of 2^order times that: equal entries stand for it, and its size is in the
/// low bits of its address, as ones below one zero: the lowest zero is bit 11 + order of the address for level 0. Levels are not skipped.
/// An entry's IR and IW hold for all below it, so that tables have both. FC is left clear: a device may ask not to snoop.
/// Source: AMD I/O Virtualization Technology (IOMMU) Specification, publication 48882, section 2.2.3 (I/O Page Tables for Host Translations).
/// </summary>
public readonly struct AmdV1 : IPageTableFormat
{
    private const ulong Present = 1;
    private const int NextShift = 9;
    private const ulong NextMask = 7;
    private const ulong Sized = 7;
    private const ulong Read = 1ul << 61;
    private const ulong Write = 1ul << 62;
    private const ulong AddressMask = 0x000F_FFFF_FFFF_F000;

    /// <inheritdoc/>
    public string Name => "AMD version 1, 4 levels";

    /// <inheritdoc/>
    public int Levels => 4;

    /// <inheritdoc/>
    public int OutputBits => 52;

    /// <inheritdoc/>
    public int HighestPageLevel => 2;

    /// <inheritdoc/>
    public int HighestContiguousOrder => 8;

    /// <summary>Writes to 0xFEE00000 to 0xFEEFFFFF are interrupt requests (chapter 2, special address ranges).</summary>
    public DmaWindow? InterruptWindow => new DmaWindow(new DmaAddress(0xFEE0_0000), new DmaAddress(0xFEEF_FFFF));

    /// <inheritdoc/>
    public ulong PageBits(MemoryAccess access, int level)
        => Present
        | ((access & MemoryAccess.Read) != 0 ? Read : 0)
        | ((access & MemoryAccess.Write) != 0 ? Write : 0);

    /// <inheritdoc/>
    public ulong ContiguousBits(MemoryAccess access, int level, int order)
    {
        // Ones from bit 12 up to two below the size, and a zero there: 8 KiB has no ones at all.
        ulong half = 1ul << (PageSize.Size4K.Shift + (TableShape.EntryBits * level) + order - 1);
        return PageBits(access, level) | (Sized << NextShift) | ((half - 1) & AddressMask);
    }

    /// <inheritdoc/>
    public ulong TableBits(int level) => Present | Read | Write | ((ulong)level << NextShift);

    /// <inheritdoc/>
    public bool IsPresent(ulong entry, int level)
    {
        ulong next = (entry >> NextShift) & NextMask;
        return (entry & Present) != 0 && (next == 0 || next == (ulong)level || (next == Sized && Bits.Log2(Size(entry)) > SizeOf(level)));
    }

    /// <inheritdoc/>
    public bool IsPage(ulong entry, int level) => ((entry >> NextShift) & NextMask) is 0 or Sized;

    /// <inheritdoc/>
    public int ContiguousOrderOf(ulong entry, int level)
        => ((entry >> NextShift) & NextMask) == Sized ? Bits.Log2(Size(entry)) - SizeOf(level) : 0;

    /// <inheritdoc/>
    public MemoryAccess AccessOf(ulong entry)
        => ((entry & Read) != 0 ? MemoryAccess.Read : MemoryAccess.None) | ((entry & Write) != 0 ? MemoryAccess.Write : MemoryAccess.None);

    /// <inheritdoc/>
    public ulong TargetOf(ulong entry) => entry & AddressMask;

    private static int SizeOf(int level) => PageSize.Size4K.Shift + (TableShape.EntryBits * level);

    /// <summary>Twice the lowest zero of the address.</summary>
    private static ulong Size(ulong entry)
    {
        ulong zeros = ~entry & AddressMask;
        return zeros == 0 ? 1ul << 63 : (zeros & (0 - zeros)) << 1;
    }
}
