using System.Runtime.InteropServices;

namespace Bench;

/// <summary>
/// One entry of a scatterlist: 32 bytes that hold both what the CPU knows (page, offset, length) and, once mapped,
/// what the device is told (address, length), like <c>struct scatterlist</c> of a 64-bit kernel.
/// The two low bits of the page link mark an entry that chains to another block and the last entry.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct ScatterlistEntry
{
    /// <summary>Size of one.</summary>
    internal const int Bytes = 32;

    /// <summary>The link leads to another block of entries, not to a page.</summary>
    internal const ulong Chain = 1;

    /// <summary>The table ends with this entry.</summary>
    internal const ulong End = 2;

    /// <summary>The page, or where the next block lies, and the two marks.</summary>
    public ulong Link;

    /// <summary>First byte in the page.</summary>
    public uint Offset;

    /// <summary>Bytes.</summary>
    public uint Length;

    /// <summary>Where the device finds the segment that this entry reports, which need not be its own.</summary>
    public ulong DmaAddress;

    /// <summary>Bytes of that segment; 0 ends the segments.</summary>
    public uint DmaLength;

    /// <summary>Set where the segment needs no unmapping or was bounced.</summary>
    public uint DmaFlags;

    /// <summary>The page.</summary>
    internal readonly ulong Page => Link & ~(Chain | End);

    /// <summary>Whether the link leads to another block.</summary>
    internal readonly bool IsChain => (Link & Chain) != 0;

    /// <summary>Whether the table ends here.</summary>
    internal readonly bool IsLast => (Link & End) != 0;

    /// <summary>The first byte's physical address (<c>sg_phys</c>).</summary>
    internal readonly ulong Physical => MemoryMap.PhysicalOf(Page) + Offset;
}
