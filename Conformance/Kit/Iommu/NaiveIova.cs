using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>IOVA space as a list of pages and a list of blocks: slow, and with nothing to get wrong. Of an unlimited aperture it knows the blocks only.</summary>
public sealed class NaiveIova
{
    private readonly ulong _first;
    private readonly bool[]? _free;
    private readonly List<(ulong First, int Order)> _taken = [];
    private readonly DmaWindow[] _holes;

    /// <summary>The space of a case.</summary>
    public NaiveIova(DomainCase one)
    {
        _holes = [.. one.Reserved, new DmaWindow(new DmaAddress(0xFEE0_0000), new DmaAddress(0xFEEF_FFFF)), new DmaWindow(default, new DmaAddress(4095))];
        if (one.IsUnlimited) return;
        _first = one.Aperture.First.Value >> 12;
        _free = [.. Enumerable.Range(0, (int)((one.Aperture.Last.Value - one.Aperture.First.Value + 1) >> 12)).Select(i => !IsInHole(_first + (ulong)i))];
        Capacity = (ulong)_free.Count(free => free) << 12;
    }

    /// <summary>Bytes that mappings may have; null where the aperture is unlimited.</summary>
    public ulong? Capacity { get; }

    /// <summary>Bytes in blocks that are taken.</summary>
    public ulong Taken => (ulong)_taken.Sum(block => 4096L << block.Order);

    /// <summary>The order of the largest aligned block all of whose pages are free; -1 where there is none.</summary>
    public int LargestFree
    {
        get
        {
            int largest = -1;
            while (HasFree(largest + 1)) largest++;
            return largest;
        }
    }

    /// <summary>How many pages a block that was handed out makes wrong; null where it may be handed out, and then it is taken.</summary>
    public string? Take(ulong first, int order)
    {
        ulong size = 1ul << order;
        if ((first & (size - 1)) != 0) return $"page {first:x} is not aligned to 2^{order}";
        if (_taken.FindIndex(block => first < block.First + (1ul << block.Order) && block.First < first + size) is var at and >= 0)
            return $"page {first:x} of order {order} is taken by page {_taken[at].First:x} of order {_taken[at].Order}";
        for (ulong page = first; page < first + size; page++)
        {
            if (IsInHole(page)) return $"page {page:x} is in a hole";
            if (_free is null) continue;
            if (page < _first || page - _first >= (ulong)_free.Length) return $"page {page:x} is outside the aperture";
            _free[page - _first] = false;
        }

        _taken.Add((first, order));
        return null;
    }

    /// <summary>Gives a block back.</summary>
    public void Give(ulong first, int order)
    {
        _taken.Remove((first, order));
        if (_free is null) return;
        for (ulong page = first; page < first + (1ul << order); page++) _free[page - _first] = true;
    }

    /// <summary>Whether some aligned block of an order is free.</summary>
    public bool HasFree(int order)
    {
        if (_free is null) return true;
        ulong size = 1ul << order;
        for (ulong first = (_first + size - 1) & ~(size - 1); first + size <= _first + (ulong)_free.Length; first += size)
        {
            if (Array.IndexOf(_free, false, (int)(first - _first), (int)size) < 0) return true;
        }

        return false;
    }

    private bool IsInHole(ulong page) => _holes.Any(hole => page >= hole.First.Value >> 12 && page <= hole.Last.Value >> 12);
}
