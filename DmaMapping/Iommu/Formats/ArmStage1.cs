using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Stage 1 tables of an Arm SMMU in the VMSAv8-64 format (LPAE), 4 KiB granule, 4 levels, 48-bit input and output addresses.
/// <code>
///    63    55  54  53 52   48 47                    12  11 10 9  8 7   6 5  4       2    1   0
///   |        |UXN|PXN|       |  address bits 47:12    |nG|AF| SH  |AP2:1|NS|AttrIndx |type|valid|
/// </code>
/// Arm counts levels from the root: its level 3 is level 0 here. Type is 1 for a table, and for a page of 4 KiB; 0 for a block,
/// of 2 MiB at Arm's level 2 and 1 GiB at its level 1. Any other entry is as good as not valid.
/// Written are: AF, as access flag faults are not used; SH inner shareable; AttrIndx 1, which the context descriptor's MAIR must
/// have as Normal, write-back (0xFF), as Linux does; AP[1], for devices are unprivileged; AP[2] for reading only; UXN and PXN, for devices
/// do not execute; nG, for a domain has its ASID to itself.
/// No entry lets a device write and not read: AP[2:1] knows only reading, and both. A mapping for writing is therefore for reading too, and
/// <see cref="AccessOf"/> says so. That widens the direction and not the bytes: what is read is what could be overwritten.
/// Source: Arm Architecture Reference Manual for A-profile (DDI 0487), chapter D8, sections D8.3 (Translation table descriptor formats)
/// and D8.4 (Memory access control); Arm SMMU Architecture Specification version 3 (IHI 0070), section 3.4 (address sizes) and 5.4 (context descriptor).
/// </summary>
public readonly struct ArmStage1 : IPageTableFormat
{
    private const ulong Valid = 1;
    private const ulong TypeBit = 1 << 1;
    private const ulong AttrIndex1 = 1 << 2;
    private const ulong Unprivileged = 1 << 6;
    private const ulong ReadOnly = 1 << 7;
    private const ulong InnerShareable = 3 << 8;
    private const ulong AccessFlag = 1 << 10;
    private const ulong NotGlobal = 1 << 11;
    private const ulong NeverExecute = 3ul << 53;
    private const ulong AddressMask = 0x0000_FFFF_FFFF_F000;

    /// <inheritdoc/>
    public string Name => "Arm stage 1, 4 KiB granule";

    /// <inheritdoc/>
    public int Levels => 4;

    /// <inheritdoc/>
    public int OutputBits => 48;

    /// <inheritdoc/>
    public int HighestPageLevel => 2;

    /// <inheritdoc/>
    public int HighestContiguousOrder => 0;

    /// <summary>None: an interrupt is a write to an address that is translated like any other.</summary>
    public DmaWindow? InterruptWindow => null;

    /// <inheritdoc/>
    public ulong PageBits(MemoryAccess access, int level)
        => Valid | AttrIndex1 | Unprivileged | InnerShareable | AccessFlag | NotGlobal | NeverExecute
        | (level == 0 ? TypeBit : 0)
        | ((access & MemoryAccess.Write) == 0 ? ReadOnly : 0);

    /// <inheritdoc/>
    public ulong ContiguousBits(MemoryAccess access, int level, int order) => PageBits(access, level);

    /// <inheritdoc/>
    public ulong TableBits(int level) => Valid | TypeBit;

    /// <inheritdoc/>
    public bool IsPresent(ulong entry, int level)
        => (entry & Valid) != 0 && ((entry & TypeBit) != 0 || level is 1 or 2);

    /// <inheritdoc/>
    public bool IsPage(ulong entry, int level) => level == 0 || (entry & TypeBit) == 0;

    /// <inheritdoc/>
    public int ContiguousOrderOf(ulong entry, int level) => 0;

    /// <inheritdoc/>
    public MemoryAccess AccessOf(ulong entry)
        => (entry & (AccessFlag | Unprivileged)) != (AccessFlag | Unprivileged) ? MemoryAccess.None
        : (entry & ReadOnly) != 0 ? MemoryAccess.Read
        : MemoryAccess.Read | MemoryAccess.Write;

    /// <inheritdoc/>
    public ulong TargetOf(ulong entry) => entry & AddressMask;
}
