using System;
using System.Threading;

namespace DmaMapping;

/// <summary>
/// Says of which 2 MiB of a domain a long access remembers the last table, or the large page, that a walk led to: what hardware keeps in its
/// paging-structure caches. There are four; an access that finds none free walks from the root for every granule.
/// <para>
/// A hold never holds anybody up. The access takes one before it walks, and looks at it again under each granule's lock before it uses what the
/// walk found. An invalidation marks the holds that its range touches as forgotten, and only then looks at the locks: so an access either sees
/// the mark, and walks again, or is seen at work by the invalidation, which waits for it if it is to its range.
/// </para>
/// </summary>
internal sealed class TableHolds
{
    private const int Count = 4;
    private const long Forgotten = -2;
    private const long InRegion = TableShape.EntryCount - 1;

    /// <summary>Words before and after, so that the holds have cache lines of their own.</summary>
    private const int Lead = 16;

    /// <summary>Of each hold the tag of its region's first granule.</summary>
    private readonly long[] _words = new long[3 * Lead];

    internal TableHolds() => _words.AsSpan().Fill(IotlbRange.NoTag);

    /// <summary>The region of a granule.</summary>
    internal static long RegionOf(long tag) => tag & ~InRegion;

    /// <summary>Has a hold be for a region: the one that the access has, or a free one. A full fence where it succeeds.</summary>
    /// <param name="hold">The hold; 0 for none.</param>
    /// <param name="region">The region.</param>
    /// <returns>Whether there is one.</returns>
    internal bool TryTake(ref int hold, long region)
    {
        if (hold != 0)
        {
            Interlocked.Exchange(ref _words[hold], region);
            return true;
        }

        for (int at = Lead; at < Lead + Count; at++)
        {
            if (Volatile.Read(ref _words[at]) != IotlbRange.NoTag || Interlocked.CompareExchange(ref _words[at], region, IotlbRange.NoTag) != IotlbRange.NoTag) continue;
            hold = at;
            return true;
        }

        return false;
    }

    /// <summary>Whether what was found for a region since the hold was taken for it may still be used.</summary>
    internal bool IsKept(int hold, long region) => Volatile.Read(ref _words[hold]) == region;

    internal void Release(int hold) => Volatile.Write(ref _words[hold], IotlbRange.NoTag);

    /// <summary>Marks what a range touches. A full fence where there was something.</summary>
    internal void Forget(IotlbRange range)
    {
        var regions = new IotlbRange(RegionOf(range.First), range.Last);
        if (!IotlbTags.AnyIn(_words, Lead, regions)) return;
        for (int at = Lead; at < Lead + Count; at++)
        {
            // Where it fails the hold has changed hands or is for another walk: one that reads what the driver has written.
            long word = Volatile.Read(ref _words[at]);
            if (regions.Contains(word)) Interlocked.CompareExchange(ref _words[at], Forgotten, word);
        }
    }
}
