using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The bit layout of one kind of IOMMU page table: entries of 64 bits, 512 a table, tables of 4 KiB. Level 0 is the
/// table whose entries are 4 KiB pages; each level above covers 512 times as much. Implemented by stateless structs
/// and used as a struct type parameter, so that the compiler makes the walking code anew for each format.
/// </summary>
public interface IPageTableFormat
{
    /// <summary>A name for people.</summary>
    string Name { get; }

    /// <summary>Number of levels, so that an input address has 12 + 9 * Levels bits.</summary>
    int Levels { get; }

    /// <summary>Bits of an output address: frames beyond it cannot be named by an entry.</summary>
    int OutputBits { get; }

    /// <summary>The highest level at which an entry may be a page: 0 for 4 KiB only, 1 up to 2 MiB, 2 up to 1 GiB.</summary>
    int HighestPageLevel { get; }

    /// <summary>The bits of a page's entry beside its address, which stands in place: entry = address | bits.</summary>
    /// <param name="access">What the device may do to the page; Read, Write or both.</param>
    /// <param name="level">The level of the entry, 0 to <see cref="HighestPageLevel"/>.</param>
    ulong PageBits(MemoryAccess access, int level);

    /// <summary>The bits of an entry that leads to a table, beside the table's address.</summary>
    ulong TableBits { get; }

    /// <summary>Whether an entry leads anywhere.</summary>
    bool IsPresent(ulong entry);

    /// <summary>Whether a present entry is a page, rather than leading to a table.</summary>
    bool IsPage(ulong entry, int level);

    /// <summary>What a present page's entry lets a device do.</summary>
    MemoryAccess AccessOf(ulong entry);

    /// <summary>The address in a present entry.</summary>
    ulong TargetOf(ulong entry);
}
