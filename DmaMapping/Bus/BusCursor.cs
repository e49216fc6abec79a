using System;
using System.Diagnostics.CodeAnalysis;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// What one access of a device remembers on its way from page to page: the region of memory that it was in last, which is not asked for again,
/// the bytes around it, and what its path adds. The default value is a short access that begins.
/// </summary>
internal ref struct BusCursor
{
    private const ulong StretchBytes = 2 << 20;

    private MemoryRegion _region;

    /// <summary>Bytes of page-backed memory that host memory has in one place, and where they begin.</summary>
    private Span<byte> _stretch;
    private ulong _stretchStart;

    /// <summary>Whether stretches end before the address that they were reached for: then nothing is to be had around one.</summary>
    private bool _areShort;

    /// <summary>The lock that the path holds for the page in use, in its own terms; 0 where none.</summary>
    internal int Held;

    /// <summary>Whether it is worth while to remember tables on the way.</summary>
    internal bool IsLong;

    /// <summary>The hold under which what follows is remembered; 0 where none.</summary>
    internal int Hold;

    /// <summary>The connection whose tables were walked.</summary>
    internal IommuContext? Context;

    /// <summary>The region of the hold.</summary>
    internal long Region;

    /// <summary>The region's last table; empty where a large page is all of it.</summary>
    internal ReadOnlySpan<ulong> Table;

    /// <summary>The large page's entry.</summary>
    internal ulong Page;

    /// <summary>The level of that entry; 0 where nothing was found, or a table.</summary>
    internal int PageLevel;

    /// <summary>The region around an address.</summary>
    [UnscopedRef]
    internal ref readonly MemoryRegion RegionAt(IPhysicalMemory memory, PhysicalAddress address)
    {
        // An address below the start is further from it than any region is long.
        if (address.Value - _region.Start.Value >= (ulong)_region.Length) _region = memory.RegionAt(address);
        return ref _region;
    }

    /// <summary>Bytes from an address on, where they are next to what was reached before.</summary>
    /// <param name="address">The first.</param>
    /// <param name="most">How many are wanted.</param>
    /// <param name="bytes">Receives as many of them as are remembered.</param>
    internal readonly bool TryGetBytes(PhysicalAddress address, int most, out Span<byte> bytes)
    {
        ulong at = address.Value - _stretchStart;
        if (at >= (ulong)_stretch.Length)
        {
            bytes = default;
            return false;
        }

        bytes = _stretch.Slice((int)at);
        if (bytes.Length > most) bytes = bytes.Slice(0, most);
        return true;
    }

    /// <summary>Reaches for the bytes from an address on in the region that was asked for last. A long access to page-backed memory remembers what is around them.</summary>
    internal Span<byte> BytesAt(IPhysicalMemory memory, PhysicalAddress address, int most)
    {
        if (!IsLong || _region.Kind != MemoryKind.PageBacked) return memory.Access(address, Math.Min(most, _region.Length - (address - _region.Start)));

        // Counted from the region's start, as an emulated machine counts what it commits: memory that no device reaches is not committed for one.
        ulong inRegion = address.Value - _region.Start.Value;
        ulong start = _region.Start.Value + (_areShort ? inRegion : inRegion & ~(StretchBytes - 1));
        for (; ; (start, _areShort) = (address.Value, true))
        {
            _stretch = memory.Access(new PhysicalAddress(start), (long)Math.Min(StretchBytes, (ulong)_region.Length - (start - _region.Start.Value)));
            _stretchStart = start;
            if (TryGetBytes(address, most, out Span<byte> bytes)) return bytes;
        }
    }
}
