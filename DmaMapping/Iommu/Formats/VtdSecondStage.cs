using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Second-stage tables of Intel VT-d, 4 levels, 48-bit input addresses.
/// <code>
///    63      52 51                    12 11    8 7  6     2 1 0
///   |  ignored |  address bits 51:12    |       |PS|       |W|R|
/// </code>
/// An entry with neither R nor W leads nowhere. PS marks a 2 MiB page at level 1 and a 1 GiB page at level 2.
/// Source: Intel Virtualization Technology for Directed I/O, Architecture Specification, sections 3.7 (Second-Stage
/// Translation) and 9.8 (Second-Stage Paging Entries).
/// </summary>
public readonly struct VtdSecondStage : IPageTableFormat
{
    private const ulong Read = 1;
    private const ulong Write = 1 << 1;
    private const ulong PageSizeBit = 1 << 7;
    private const ulong AddressMask = 0x000F_FFFF_FFFF_F000;

    /// <inheritdoc/>
    public string Name => "VT-d second stage, 4 levels";

    /// <inheritdoc/>
    public int Levels => 4;

    /// <inheritdoc/>
    public int OutputBits => 52;

    /// <inheritdoc/>
    public int HighestPageLevel => 2;

    /// <inheritdoc/>
    public int HighestContiguousOrder => 0;

    /// <summary>Writes to 0xFEE00000 to 0xFEEFFFFF are interrupt requests (section 5.1.2, interrupt requests).</summary>
    public DmaWindow? InterruptWindow => new DmaWindow(new DmaAddress(0xFEE0_0000), new DmaAddress(0xFEEF_FFFF));

    /// <inheritdoc/>
    public ulong PageBits(MemoryAccess access, int level)
        => ((access & MemoryAccess.Read) != 0 ? Read : 0)
        | ((access & MemoryAccess.Write) != 0 ? Write : 0)
        | (level > 0 ? PageSizeBit : 0);

    /// <inheritdoc/>
    public ulong ContiguousBits(MemoryAccess access, int level, int order) => PageBits(access, level);

    /// <inheritdoc/>
    public ulong TableBits(int level) => Read | Write;

    /// <inheritdoc/>
    public bool IsPresent(ulong entry, int level) => (entry & (Read | Write)) != 0;

    /// <inheritdoc/>
    public bool IsPage(ulong entry, int level) => level == 0 || (entry & PageSizeBit) != 0;

    /// <inheritdoc/>
    public int ContiguousOrderOf(ulong entry, int level) => 0;

    /// <inheritdoc/>
    public MemoryAccess AccessOf(ulong entry)
        => ((entry & Read) != 0 ? MemoryAccess.Read : MemoryAccess.None) | ((entry & Write) != 0 ? MemoryAccess.Write : MemoryAccess.None);

    /// <inheritdoc/>
    public ulong TargetOf(ulong entry) => entry & AddressMask;
}
