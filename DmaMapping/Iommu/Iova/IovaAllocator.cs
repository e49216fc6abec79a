using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// IOVA space in blocks of 2^order pages of 4 KiB, naturally aligned: a buddy allocator over a space too large for a
/// bitmap, so nothing is ever scanned. In front of it stand the blocks freed last, by order, which are handed out again
/// without splitting or merging; they are merged when the space behind runs out, so nothing is short that is free.
/// Guarded by its domain's lock.
/// </summary>
internal sealed class IovaAllocator
{
    private const int MostOrders = 64 - 12;
    private const int CachedOrders = 10;
    private const int CacheSize = 64;

    private readonly FreeBlocks[] _free = new FreeBlocks[MostOrders + 1];
    private readonly ulong[][] _cache = new ulong[CachedOrders][];
    private readonly int[] _cached = new int[CachedOrders];
    private ulong _ordersWithFree;

    /// <summary>A space of pages.</summary>
    /// <param name="first">First page.</param>
    /// <param name="last">Last page, included; not below the first.</param>
    /// <param name="holes">Ranges that are never handed out, in order and apart.</param>
    internal IovaAllocator(ulong first, ulong last, ReadOnlySpan<DmaWindow> holes)
    {
        for (int i = 0; i <= MostOrders; i++) _free[i] = new FreeBlocks();
        for (int i = 0; i < CachedOrders; i++) _cache[i] = new ulong[CacheSize];

        ulong at = first;
        foreach (DmaWindow hole in holes)
        {
            ulong holeFirst = hole.First.Value >> PageSize.Size4K.Shift;
            ulong holeLast = hole.Last.Value >> PageSize.Size4K.Shift;
            if (holeLast < at || holeFirst > last) continue;
            if (holeFirst > at) Seed(at, holeFirst - 1);
            if (holeLast >= last) return;
            at = holeLast + 1;
        }

        Seed(at, last);
    }

    /// <summary>Pages that are free.</summary>
    internal ulong FreePages { get; private set; }

    internal bool TryAllocate(int order, out ulong page)
    {
        if (order < CachedOrders && _cached[order] > 0)
        {
            page = _cache[order][--_cached[order]];
        }
        else if (order > MostOrders || (!TrySplit(order, out page) && !(FlushCaches() && TrySplit(order, out page))))
        {
            page = 0;
            return false;
        }

        FreePages -= 1ul << order;
        return true;
    }

    internal void Free(ulong page, int order)
    {
        FreePages += 1ul << order;
        if (order >= CachedOrders)
        {
            Merge(page, order);
            return;
        }

        ulong[] cache = _cache[order];
        if (_cached[order] == CacheSize)
        {
            // The older half goes behind; the newer half is the one that is warm.
            for (int i = 0; i < CacheSize / 2; i++) Merge(cache[i], order);
            Array.Copy(cache, CacheSize / 2, cache, 0, CacheSize / 2);
            _cached[order] = CacheSize / 2;
        }

        cache[_cached[order]++] = page;
    }

    /// <summary>Cuts a range into the fewest naturally aligned blocks.</summary>
    private void Seed(ulong first, ulong last)
    {
        ulong at = first;
        while (true)
        {
            ulong room = last - at;
            int order = Math.Min(at == 0 ? MostOrders : Bits.TrailingZeros(at), room == ulong.MaxValue ? MostOrders : Bits.Log2(room + 1));
            order = Math.Min(order, MostOrders);
            Push(at, order);
            FreePages += 1ul << order;
            if (room < 1ul << order) return;
            at += 1ul << order;
            if (at > last) return;
        }
    }

    private bool TrySplit(int order, out ulong page)
    {
        ulong candidates = _ordersWithFree >> order;
        page = 0;
        if (candidates == 0) return false;

        int from = order + Bits.TrailingZeros(candidates);
        _free[from].TryPop(out page);
        if (_free[from].Count == 0) _ordersWithFree &= ~(1ul << from);
        while (from > order)
        {
            from--;
            Push(page + (1ul << from), from);
        }

        return true;
    }

    private void Merge(ulong page, int order)
    {
        while (order < MostOrders && _free[order].TryRemove(page ^ (1ul << order)))
        {
            if (_free[order].Count == 0) _ordersWithFree &= ~(1ul << order);
            page &= ~(1ul << order);
            order++;
        }

        Push(page, order);
    }

    private void Push(ulong page, int order)
    {
        _free[order].Push(page);
        _ordersWithFree |= 1ul << order;
    }

    /// <summary>Merges what is cached.</summary>
    /// <returns>Whether there was anything.</returns>
    private bool FlushCaches()
    {
        bool any = false;
        for (int order = 0; order < CachedOrders; order++)
        {
            any |= _cached[order] > 0;
            while (_cached[order] > 0) Merge(_cache[order][--_cached[order]], order);
        }

        return any;
    }
}
