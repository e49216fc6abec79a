using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The links of one reservation, by their offsets; no two share a granule. Found by bisection, and appended without moving any.
/// Grows with the most links that there ever were. Guarded by the reservation.
/// </summary>
internal sealed class LiveLinks
{
    private Link[] _links = new Link[4];

    internal int Count { get; private set; }

    /// <summary>Offset of a link's first byte.</summary>
    internal long OffsetOf(int index) => _links[index].Offset;

    /// <summary>Offset of the byte after a link's last one.</summary>
    internal long EndOf(int index) => _links[index].Offset + _links[index].Length;

    /// <summary>Adds a link that is not live yet.</summary>
    /// <returns>Whether its granules are free.</returns>
    internal bool TryAdd(long offset, long length)
    {
        int index = FirstFrom(GranuleOf(offset));
        if (index < Count && GranuleOf(_links[index].Offset) <= GranuleOf(offset + length - 1)) return false;
        if (Count == _links.Length) Array.Resize(ref _links, Count * 2);
        Array.Copy(_links, index, _links, index + 1, Count - index);
        _links[index] = new Link { Offset = offset, Length = length };
        Count++;
        return true;
    }

    /// <summary>Says that a link is live, or that links are no longer.</summary>
    internal void SetLive(long offset, int count, bool live)
    {
        int index = FirstFrom(GranuleOf(offset));
        for (int i = index; i < index + count; i++) _links[i].IsLive = live;
    }

    internal void Remove(long offset, int count)
    {
        int index = FirstFrom(GranuleOf(offset));
        Array.Copy(_links, index + count, _links, index, Count - index - count);
        Count -= count;
    }

    internal void Clear() => Count = 0;

    /// <summary>The live links that a range is made of whole, their granules following each other.</summary>
    /// <returns>How many; 0 where the range is not made of such links.</returns>
    internal int CountWhole(long offset, long length)
    {
        int first = FirstFrom(GranuleOf(offset));
        if (first == Count || _links[first].Offset != offset) return 0;
        for (int i = first; i < Count && _links[i].IsLive; i++)
        {
            if (i > first && GranuleOf(_links[i].Offset) != GranuleOf(EndOf(i - 1) - 1) + 1) return 0;
            if (EndOf(i) - offset == length) return i - first + 1;
        }

        return 0;
    }

    /// <summary>Whether each byte of a range is in a live link.</summary>
    internal bool Cover(long offset, long length)
    {
        int first = FirstFrom(GranuleOf(offset));
        if (first == Count || _links[first].Offset > offset) return false;
        for (int i = first; i < Count && _links[i].IsLive; i++)
        {
            if (i > first && _links[i].Offset != EndOf(i - 1)) return false;
            if (EndOf(i) - offset >= length) return true;
        }

        return false;
    }

    private static long GranuleOf(long offset) => offset >> PageSize.Size4K.Shift;

    /// <summary>The first link that ends in a granule or after it; the number of links where none does.</summary>
    private int FirstFrom(long granule)
    {
        int low = 0, high = Count;
        if (Count > 0 && GranuleOf(EndOf(Count - 1) - 1) < granule) low = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (GranuleOf(EndOf(middle) - 1) < granule) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private struct Link
    {
        internal long Offset;
        internal long Length;

        /// <summary>Whether its entries are written and nobody is taking them out.</summary>
        internal bool IsLive;
    }
}
