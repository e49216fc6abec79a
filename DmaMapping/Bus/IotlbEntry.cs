using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// One translation that the hardware remembers: of a granule of 4 KiB, also where it is part of a larger page, as hardware may
/// split pages. So every access is to one granule, and holds one lock. One word, like an entry of a table: the address, with what is allowed in its
/// low bits. The default value leads nowhere.
/// </summary>
internal readonly struct IotlbEntry
{
    private const ulong AccessMask = 3;

    private readonly ulong _word;

    /// <summary>An entry for a granule.</summary>
    internal IotlbEntry(PhysicalAddress target, MemoryAccess access) => _word = target.Value | ((ulong)access & AccessMask);

    internal PhysicalAddress Target => new(_word & ~AccessMask);

    internal MemoryAccess Access => (MemoryAccess)(_word & AccessMask);
}
