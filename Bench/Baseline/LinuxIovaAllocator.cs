using System.Numerics;

namespace Bench;

/// <summary>
/// Chooses I/O addresses as the kernel's iova.c does, in pages. Sizes up to 32 pages are rounded to a power of two and
/// cached when freed (<c>alloc_iova_fast</c>, <c>free_iova_fast</c>); others, and misses, are looked for in the space.
/// </summary>
internal sealed class LinuxIovaAllocator : IAddressAllocator
{
    /// <summary>The highest page of a 48-bit space.</summary>
    internal const ulong LastPage48 = (1UL << 36) - 1;

    private const int CachedOrders = 6;

    private readonly IovaRangeCache[] _caches = new IovaRangeCache[CachedOrders];
    private readonly IovaSpace _space;
    private readonly ulong _limit;

    /// <summary>An empty space between two pages; page 0 is never given out, it means failure.</summary>
    internal LinuxIovaAllocator(ulong lowest = 1, ulong limit = LastPage48)
    {
        _space = new IovaSpace(lowest);
        _limit = limit;
        for (int i = 0; i < _caches.Length; i++) _caches[i] = new IovaRangeCache();
    }

    /// <summary>Ranges in use or cached.</summary>
    internal int LiveRanges => _space.Count;

    /// <inheritdoc/>
    public ulong Allocate(ulong pages, out int note)
    {
        note = 0;
        return Allocate(pages);
    }

    /// <inheritdoc/>
    public void Free(ulong first, ulong pages, int note) => Free(first, pages);

    /// <summary>The first page of a range; 0 for none.</summary>
    internal ulong Allocate(ulong pages)
    {
        // Other sizes in the caches would fragment them, so some pages are wasted.
        if (pages < 1UL << (CachedOrders - 1)) pages = BitOperations.RoundUpToPowerOf2(pages);
        int order = IovaSpace.OrderOf(pages);
        ulong first = order < CachedOrders ? _caches[order].Get(_limit + 1 - pages) : 0;
        return first != 0 ? first : _space.Take(pages, _limit);
    }

    /// <summary>Gives back a range as it was allocated.</summary>
    internal void Free(ulong first, ulong pages)
    {
        int order = IovaSpace.OrderOf(pages);
        if (order < CachedOrders) _caches[order].Put(first);
        else _space.Return(first);
    }
}
