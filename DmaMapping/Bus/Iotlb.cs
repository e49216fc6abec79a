using System;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The translation cache of an emulated IOMMU: 64 entries, 16 sets of 4 ways, filled by walks and emptied only by
/// invalidations, so that a driver that forgets one is found out.
/// <para>
/// An access holds the lock of its granule's set from before it looks the granule up, or walks, until its bytes have moved.
/// An invalidation reads a set's lock, then its tags, without taking it, and takes it only where either lies in its range. That is
/// enough, by Dekker's argument. The driver clears its tables, then comes a full fence, then the invalidation reads the lock; the
/// access takes the lock, which is a full fence, then reads the tables. So of an access to a granule of the range one of these is true:
/// it took the lock before the invalidation read it, which then sees its tag there and waits, or sees the lock as it or a later holder
/// left it and with that every tag it left; or it took the lock after that, so that its walk reads the cleared tables.
/// If it came after and found a tag that is forgotten, the invalidation sees that tag too, for only the holder of the lock replaces one,
/// and waits for the holder to drop it.
/// </para>
/// </summary>
internal sealed class Iotlb
{
    private const int Ways = 4;
    private const int Sets = 16;

    /// <summary>From so many pages on all sets are searched: that is cheaper than to find the set of each.</summary>
    private const int FewPages = 4;

    // The words of a set: its lock, its holder, what only its holder looks at, and the tags. Two cache lines, which are fetched in pairs, so
    // that neighbours do not meet.
    internal const int Stride = 16;
    private const int Holder = 1;
    private const int Oldest = 2;
    private const int WalkCount = 3;
    internal const int Tags = 4;

    private readonly long[] _words = new long[Sets * Stride];
    private readonly int[] _domains = new int[Sets * Ways];
    private readonly IotlbEntry[] _entries = new IotlbEntry[Sets * Ways];

    /// <summary>What long accesses remember of tables.</summary>
    internal TableHolds Tables { get; } = new();

    internal Iotlb()
    {
        for (int at = 0; at < _words.Length; at += Stride)
        {
            _words[at] = IotlbRange.NoTag;
            for (int way = 0; way < Ways; way++) _words[at + Tags + way] = IotlbRange.NoTag;
        }
    }

    /// <summary>Translations added: each was a walk.</summary>
    internal long Walks
    {
        get
        {
            long sum = 0;
            for (int at = 0; at < _words.Length; at += Stride) sum += Interlocked.Read(ref _words[at + WalkCount]);
            return sum;
        }
    }

    /// <summary>Takes the lock of the set that a granule belongs to, for an access of a requester.</summary>
    /// <returns>The set, for the calls that need its lock.</returns>
    internal int Enter(int domain, ulong page, RequesterId requester)
    {
        int set = SetOf(domain, page);
        int at = set * Stride;
        IotlbSetLock.Take(ref _words[at], IotlbRange.TagOf(domain, page));
        Volatile.Write(ref _words[at + Holder], requester.Value + 1L);
        return set;
    }

    internal void Leave(int set)
    {
        int at = set * Stride;
        Volatile.Write(ref _words[at + Holder], 0);
        IotlbSetLock.Release(ref _words[at]);
    }

    /// <summary>The tag of the granule that the set was entered for.</summary>
    internal long TagOf(int set) => _words[set * Stride];

    /// <summary>Finds the granule that the set was entered for.</summary>
    /// <param name="set">The set.</param>
    /// <param name="domain">Whose granule.</param>
    /// <param name="entry">Receives the translation.</param>
    /// <param name="way">Where it is; for one that is not there, the first way that is free, or beyond the last.</param>
    internal bool TryFind(int set, int domain, out IotlbEntry entry, out int way)
    {
        ReadOnlySpan<long> words = _words.AsSpan(set * Stride, Stride);

        // From the last on, so that the first of those that are free is found: in this order the oldest is replaced.
        int free = Ways;
        for (way = Ways - 1; way >= 0; way--)
        {
            long tag = words[Tags + way];
            if (tag == IotlbRange.NoTag) free = way;
            if (tag != words[0] || _domains[(set * Ways) + way] != domain) continue;
            entry = _entries[(set * Ways) + way];
            return true;
        }

        way = free;
        entry = default;
        return false;
    }

    /// <summary>Counts a walk for the granule that the set was entered for.</summary>
    internal void CountWalk(int set) => _words[(set * Stride) + WalkCount]++;

    /// <summary>Remembers the granule that the set was entered for, in the way that <see cref="TryFind"/> gave, or else in place of the oldest.</summary>
    internal void Add(int set, int way, int domain, IotlbEntry entry)
    {
        Span<long> words = _words.AsSpan(set * Stride, Stride);
        if (way == Ways) way = (int)words[Oldest]++ & (Ways - 1);
        _domains[(set * Ways) + way] = domain;
        _entries[(set * Ways) + way] = entry;
        words[Tags + way] = words[0];
    }

    /// <summary>Forgets a range, and waits for accesses under way to it. The caller has made a full fence since the tables were cleared.</summary>
    internal void Invalidate(int domain, IotlbRange range)
    {
        Tables.Forget(range);
        if (range.Last - range.First < FewPages)
        {
            for (long tag = range.First; tag <= range.Last; tag++)
            {
                int at = SetOf(domain, IotlbRange.PageOf(tag)) * Stride;
                if (IotlbTags.Find(_words, at, at + Stride, range) == at) Drop(at, range);
            }

            return;
        }

        for (int at = 0; (at = IotlbTags.Find(_words, at, _words.Length, range)) < _words.Length; at += Stride) Drop(at, range);
    }

    /// <summary>
    /// Waits until no access of a requester is under way. The caller has made a full fence since its next access would find no domain.
    /// A holder tells who it is between taking and leaving a lock; whoever else is seen there, the requester is not.
    /// </summary>
    internal void Drain(RequesterId requester)
    {
        for (int at = 0; at < _words.Length; at += Stride)
        {
            SpinWait spin = default;
            while (Volatile.Read(ref _words[at]) >= 0)
            {
                long holder = Volatile.Read(ref _words[at + Holder]);
                if (holder != 0 && holder != requester.Value + 1L) break;
                spin.SpinOnce();
            }
        }
    }

    private static int SetOf(int domain, ulong page) => (int)((page ^ (page >> 4) ^ (ulong)domain) & (Sets - 1));

    private void Drop(int at, IotlbRange range)
    {
        IotlbSetLock.Take(ref _words[at], IotlbSetLock.Invalidating);
        for (int way = at + Tags; way < at + Tags + Ways; way++)
        {
            if (range.Contains(_words[way])) _words[way] = IotlbRange.NoTag;
        }

        IotlbSetLock.Release(ref _words[at]);
    }
}
