using System.Numerics;
using System.Threading;

namespace Bench;

/// <summary>
/// Finds gaps as the kernel's <c>__alloc_and_insert_iova_range</c> does: downwards through the ranges in use, from the
/// one found last, to the first gap that holds the size at an address aligned to the size's power of two. In a
/// fragmented space that is a walk over many ranges, and a second one from the top when the first finds nothing.
/// One lock guards it all.
/// </summary>
internal sealed class IovaSpace
{
    private const ulong Above32Bit = 1UL << 20;

    private readonly IovaTree _tree = new();
    private readonly Lock _gate = new();
    private readonly ulong _lowest;
    private int _cached;
    private int _cached32;

    /// <summary>An empty space from a page upwards.</summary>
    internal IovaSpace(ulong lowest)
    {
        _lowest = lowest;
        _cached = _cached32 = _tree.Take(ulong.MaxValue, ulong.MaxValue);
        _tree.Insert(_cached, 0);
    }

    /// <summary>Ranges in use; the anchor above all of them is none.</summary>
    internal int Count => _tree.Count - 1;

    /// <summary>Smallest power of two, as an exponent, that holds so many pages.</summary>
    internal static int OrderOf(ulong pages) => pages <= 1 ? 0 : BitOperations.Log2(pages - 1) + 1;

    /// <summary>The first page of a free range, now in use; 0 for none.</summary>
    internal ulong Take(ulong pages, ulong limit)
    {
        lock (_gate)
        {
            int start = limit < Above32Bit ? _cached32 : _cached;
            ulong retry = _tree[start].Last;
            ulong first = TakeBelow(start, pages, limit, _lowest);
            if (first != 0 || retry > limit) return first;

            // Nothing below where the last search ended: from the top down to there.
            return TakeBelow(_tree.FirstAbove(limit), pages, limit, retry + 1);
        }
    }

    /// <summary>Frees the range that holds a page (<c>free_iova</c>).</summary>
    internal void Return(ulong page)
    {
        lock (_gate)
        {
            int node = _tree.Find(page);
            if (node == 0) return;
            ForgetCached(node);
            _tree.Remove(node);
            _tree.Return(node);
        }
    }

    private ulong TakeBelow(int node, ulong pages, ulong limit, ulong lowest)
    {
        ulong align = ulong.MaxValue << OrderOf(pages);
        ulong top = limit + 1;
        ulong first;
        int above;
        do
        {
            if (_tree[node].First < top) top = _tree[node].First;
            first = (top - pages) & align;
            above = node;
            node = _tree.Previous(node);
        }
        while (node != 0 && first <= _tree[node].Last && first >= lowest);

        if (top < pages || first < lowest) return 0;
        int taken = _tree.Take(first, first + pages - 1);
        _tree.Insert(taken, above);
        if (first + pages - 1 < Above32Bit) _cached32 = taken;
        else _cached = taken;
        return first;
    }

    private void ForgetCached(int node)
    {
        ref IovaRange freed = ref _tree[node];
        if (node == _cached32 || (freed.Last < Above32Bit && freed.First >= _tree[_cached32].First)) _cached32 = _tree.Next(node);
        if (freed.First >= _tree[_cached].First) _cached = _tree.Next(node);
    }
}
