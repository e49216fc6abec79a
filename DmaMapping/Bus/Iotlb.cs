using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The translation cache of an emulated IOMMU: 64 entries, 16 sets of 4 ways, filled by walks and emptied only by
/// invalidations, so that a driver that forgets one is found out. Guarded by the IOMMU's gate.
/// </summary>
internal sealed class Iotlb
{
    private const int Ways = 4;
    private const int Sets = 16;

    private readonly IotlbEntry[] _entries = new IotlbEntry[Sets * Ways];

    /// <summary>The domain of each entry plus 1; 0 where the entry is empty. Apart, so that a search touches little.</summary>
    private readonly int[] _domains = new int[Sets * Ways];
    private readonly byte[] _oldest = new byte[Sets];

    /// <summary>Entries by page size: a lookup tries only sizes that there are entries of.</summary>
    private readonly int[] _countByShift = new int[64];

    internal bool TryFind(int domain, DmaAddress address, out IotlbEntry entry)
    {
        foreach (int shift in Shifts)
        {
            if (_countByShift[shift] == 0) continue;
            int first = SetOf(domain, address.Value >> shift) * Ways;
            for (int i = first; i < first + Ways; i++)
            {
                if (_domains[i] != domain + 1) continue;
                ref IotlbEntry candidate = ref _entries[i];
                if (candidate.Shift != shift || (address.Value ^ candidate.First.Value) >> shift != 0) continue;
                entry = candidate;
                return true;
            }
        }

        entry = default;
        return false;
    }

    internal void Add(int domain, in IotlbEntry entry)
    {
        int set = SetOf(domain, entry.First.Value >> entry.Shift);
        int way = (set * Ways) + _oldest[set];
        _oldest[set] = (byte)((_oldest[set] + 1) % Ways);
        Drop(way);
        _entries[way] = entry;
        _domains[way] = domain + 1;
        _countByShift[entry.Shift]++;
    }

    internal void Invalidate(int domain, DmaAddress first, long length)
    {
        int shift = PageSize.Size4K.Shift;
        int large = 0;
        foreach (int other in Shifts) large += other == shift ? 0 : _countByShift[other];
        ulong pages = (((first.Value & (ulong)(PageSize.Size4K.Bytes - 1)) + (ulong)length - 1) >> shift) + 1;
        if (large == 0 && _countByShift[shift] == 0) return;
        if (large == 0 && pages <= Sets)
        {
            for (ulong page = first.Value >> shift; pages > 0; page++, pages--)
            {
                int at = SetOf(domain, page) * Ways;
                for (int i = at; i < at + Ways; i++)
                {
                    if (_domains[i] == domain + 1 && _entries[i].First.Value >> shift == page) Drop(i);
                }
            }

            return;
        }

        for (int i = 0; i < _domains.Length; i++)
        {
            if (_domains[i] != domain + 1) continue;
            ulong start = _entries[i].First.Value;
            ulong size = 1ul << _entries[i].Shift;
            bool apart = start >= first.Value ? start - first.Value >= (ulong)length : first.Value - start >= size;
            if (!apart) Drop(i);
        }
    }

    private static ReadOnlySpan<int> Shifts => [12, 21, 30];

    private static int SetOf(int domain, ulong page) => (int)((page ^ (page >> 4) ^ (ulong)domain) & (Sets - 1));

    private void Drop(int way)
    {
        if (_domains[way] == 0) return;
        _domains[way] = 0;
        _countByShift[_entries[way].Shift]--;
    }
}
