using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The bit layout of one kind of IOMMU page table: entries of 64 bits, 512 a table, tables of 4 KiB. Level 0 is the
/// table whose entries are 4 KiB pages; each level above covers 512 times as much. Implemented by stateless structs
/// and used as a struct type parameter, so that the compiler makes the walking code anew for each format.
/// An entry of 0 leads nowhere, in every format.
/// </summary>
public interface IPageTableFormat
{
    /// <summary>A name for people.</summary>
    string Name { get; }

    /// <summary>Number of levels, 3 to 5, so that an input address has 12 + 9 * Levels bits.</summary>
    int Levels { get; }

    /// <summary>Bits of an output address: frames beyond it cannot be named by an entry.</summary>
    int OutputBits { get; }

    /// <summary>The highest level at which an entry may be a page: 0 for 4 KiB only, 1 up to 2 MiB, 2 up to 1 GiB.</summary>
    int HighestPageLevel { get; }

    /// <summary>
    /// The largest page that stands in more than one entry: 2^order equal entries of one table, aligned, are one page then.
    /// 0 where a page is always one entry; at most 8.
    /// </summary>
    int HighestContiguousOrder { get; }

    /// <summary>Input addresses at which the hardware takes a write for an interrupt, so that no mapping may lie there; null where there are none.</summary>
    DmaWindow? InterruptWindow { get; }

    /// <summary>
    /// The bits of a page's entry beside its address, which stands in place: entry = address | bits. What a format cannot say
    /// it rounds up to what it can, and <see cref="AccessOf"/> tells that.
    /// </summary>
    /// <param name="access">What the device may do to the page; Read, Write or both.</param>
    /// <param name="level">The level of the entry, 0 to <see cref="HighestPageLevel"/>.</param>
    ulong PageBits(MemoryAccess access, int level);

    /// <summary>The bits of each of the equal entries that are one page, beside the address of the whole.</summary>
    /// <param name="access">What the device may do to the page; Read, Write or both.</param>
    /// <param name="level">The level of the entries, 0 to <see cref="HighestPageLevel"/>.</param>
    /// <param name="order">There are 2^order of them; 1 to <see cref="HighestContiguousOrder"/>.</param>
    ulong ContiguousBits(MemoryAccess access, int level, int order);

    /// <summary>The bits of an entry that leads to a table, beside the table's address.</summary>
    /// <param name="level">The level of the entry, 1 or more; the table is of the level below.</param>
    ulong TableBits(int level);

    /// <summary>Whether an entry leads anywhere.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="level">Its level.</param>
    bool IsPresent(ulong entry, int level);

    /// <summary>Whether a present entry is a page, rather than leading to a table.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="level">Its level.</param>
    bool IsPage(ulong entry, int level);

    /// <summary>How many entries the page of a present page's entry stands in, as a power of 2.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="level">Its level.</param>
    int ContiguousOrderOf(ulong entry, int level);

    /// <summary>What a present page's entry lets a device do.</summary>
    /// <param name="entry">The entry.</param>
    MemoryAccess AccessOf(ulong entry);

    /// <summary>The address in a present entry; of a page, its bits below the page's size mean nothing.</summary>
    /// <param name="entry">The entry.</param>
    ulong TargetOf(ulong entry);
}
