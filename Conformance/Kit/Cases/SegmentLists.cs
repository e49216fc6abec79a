using System;
using System.Collections.Generic;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>Segment lists over the whole 64-bit range; a few hold a segment that no device takes: empty, negative, or past 2^64.</summary>
public static class SegmentLists
{
    private static readonly Gen<DmaSegment> Malformed = Gen.OneOf(
        from address in Words.Any select new DmaSegment(new DmaAddress(address), 0),
        from address in Words.Any from length in Words.Length select new DmaSegment(new DmaAddress(address), -length),
        from above in Gen.Choose(1, 4096) from length in Gen.Choose(4097, 9000) select new DmaSegment(new DmaAddress(ulong.MaxValue - (ulong)above), length));

    /// <summary>Up to five segments.</summary>
    public static Gen<DmaSegment[]> Any { get; } =
        from count in Gen.Frequency((1, Gen.Constant(0)), (9, Gen.Choose(1, 5)))
        from start in Words.PowerOfTwo
        from granule in Gen.Elements(1L, 2, 3, 4, 6, 512, 520, 4096)
        from list in Gen.Frequency((40, Segment(start, granule)), (1, Malformed)).ArrayOf(count)
        select list;

    /// <summary>The same list with a segment less.</summary>
    public static IEnumerable<DmaSegment[]> Shorter(DmaSegment[] list)
    {
        for (int left = 0; left < list.Length; left++)
        {
            var shorter = new List<DmaSegment>(list);
            shorter.RemoveAt(left);
            yield return [.. shorter];
        }
    }

    /// <summary>A segment that starts and ends at round places, and ends by 2^64.</summary>
    private static Gen<DmaSegment> Segment(ulong alignment, long granule)
        => from word in Words.Any
           from count in Gen.Frequency((3, Gen.Choose(1, 16).Select(n => (long)n)), (1, Words.Length))
           let address = word & ~(alignment - 1)
           let room = Math.Min(ulong.MaxValue - address, long.MaxValue - 1) + 1
           let length = Math.Max(1, Math.Min(count, long.MaxValue / granule)) * granule
           let fitting = (ulong)length <= room ? length : Math.Max(1, (long)Math.Min(room, long.MaxValue) / granule * granule)
           select new DmaSegment(new DmaAddress(address), fitting);
}
