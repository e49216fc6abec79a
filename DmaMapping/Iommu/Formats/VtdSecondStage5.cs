using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Second-stage tables of Intel VT-d, 5 levels, 57-bit input addresses: the entries of <see cref="VtdSecondStage"/>, and
/// a level above them whose entries only lead to tables.
/// Source: Intel Virtualization Technology for Directed I/O, Architecture Specification, sections 3.7 (Second-Stage
/// Translation), 9.3 (the context entry's address width, 011b for 57 bits) and 9.8 (Second-Stage Paging Entries).
/// </summary>
public readonly struct VtdSecondStage5 : IPageTableFormat
{
    /// <inheritdoc/>
    public string Name => "VT-d second stage, 5 levels";

    /// <inheritdoc/>
    public int Levels => 5;

    /// <inheritdoc/>
    public int OutputBits => default(VtdSecondStage).OutputBits;

    /// <inheritdoc/>
    public int HighestPageLevel => default(VtdSecondStage).HighestPageLevel;

    /// <inheritdoc/>
    public int HighestContiguousOrder => 0;

    /// <inheritdoc/>
    public DmaWindow? InterruptWindow => default(VtdSecondStage).InterruptWindow;

    /// <inheritdoc/>
    public ulong PageBits(MemoryAccess access, int level) => default(VtdSecondStage).PageBits(access, level);

    /// <inheritdoc/>
    public ulong ContiguousBits(MemoryAccess access, int level, int order) => PageBits(access, level);

    /// <inheritdoc/>
    public ulong TableBits(int level) => default(VtdSecondStage).TableBits(level);

    /// <inheritdoc/>
    public bool IsPresent(ulong entry, int level) => default(VtdSecondStage).IsPresent(entry, level);

    /// <inheritdoc/>
    public bool IsPage(ulong entry, int level) => default(VtdSecondStage).IsPage(entry, level);

    /// <inheritdoc/>
    public int ContiguousOrderOf(ulong entry, int level) => 0;

    /// <inheritdoc/>
    public MemoryAccess AccessOf(ulong entry) => default(VtdSecondStage).AccessOf(entry);

    /// <inheritdoc/>
    public ulong TargetOf(ulong entry) => default(VtdSecondStage).TargetOf(entry);
}
