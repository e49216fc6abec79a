using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The driver's note on one page table: where it is, how many of its entries are present, and, above level 0, the notes
/// on the tables it leads to. Following notes spares the driver reading back what it wrote for the hardware.
/// </summary>
internal sealed class TableNode
{
    internal const int EntryBits = 9;
    internal const int EntryCount = 1 << EntryBits;

    internal PhysicalAddress Address;
    internal TableNode?[]? Children;
    internal int Live;

    /// <summary>The next node in a list of retired or idle ones.</summary>
    internal TableNode? Next;
}
