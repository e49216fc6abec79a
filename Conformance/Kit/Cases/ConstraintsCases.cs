using System;
using System.Collections.Generic;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>Constraints over the whole 64-bit range, at random or around a segment list.</summary>
public static class ConstraintsCases
{
    /// <summary>Primes near 2^61 and 2^31, small composites, sector and page sizes: least common multiples that overflow and that do not.</summary>
    private static readonly Gen<long> Granularities = Gen.Frequency(
        (4, Gen.Elements(1L, 2, 3, 4, 5, 6, 12, 16, 512, 520, 4096, 4104)),
        (1, Gen.Elements((1L << 61) - 1, (1L << 31) - 1, (1L << 62) + 1, long.MaxValue)),
        (1, Words.Length.Where(length => length > 0)));

    /// <summary>Any window, the whole space included.</summary>
    public static Gen<DmaWindow> Window { get; } = Gen.Frequency(
        (2, Gen.Choose(1, 64).Select(DmaWindow.OfBits)),
        (3, from a in Words.Any from b in Words.Any select new DmaWindow(new DmaAddress(Math.Min(a, b)), new DmaAddress(Math.Max(a, b)))));

    /// <summary>Any constraints, with about half of the limits set.</summary>
    public static Gen<DmaConstraints> Any { get; } = Gen.Frequency(
        (1, Gen.Constant(DmaConstraints.Bottom)),
        (1, Gen.Constant(DmaConstraints.None)),
        (1, Gen.Constant(DmaConstraints.ContiguousOnly)),
        (27,
            from window in Maybe(Window)
            from size in Maybe(Words.Length)
            from count in Maybe(Gen.Choose(1, 8))
            from boundary in Maybe(Words.LowMask)
            from alignment in Maybe(Words.PowerOfTwo)
            from granularity in Maybe(Granularities)
            from kept in Maybe(Words.LowMask)
            select new DmaConstraints
            {
                Window = window,
                MaxSegmentSize = size,
                MaxSegmentCount = count,
                SegmentBoundaryMask = boundary,
                Alignment = alignment,
                Granularity = granularity,
                OffsetPreservingMask = kept,
            }));

    /// <summary>
    /// Constraints that a list often just satisfies or just breaks: random constraints and a random list almost never
    /// agree, and then a law about satisfying holds for want of cases.
    /// </summary>
    public static Gen<DmaConstraints> Around(IReadOnlyList<DmaSegment> list)
    {
        if (list.Count == 0) return Any;
        ulong first = ulong.MaxValue, last = 0, starts = 0, differ = 0;
        long longest = 0, common = 0;
        foreach (DmaSegment segment in list)
        {
            ulong end = segment.Address.Value + (ulong)Math.Max(segment.Length - 1, 0);
            first = Math.Min(first, segment.Address.Value);
            last = Math.Max(last, end);
            starts |= segment.Address.Value;
            differ |= segment.Address.Value ^ end;
            longest = Math.Max(longest, segment.Length);
            for (long a = Math.Max(segment.Length, 0); a != 0;) (common, a) = (a, common % a);
        }

        last = Math.Max(last, first);
        ulong aligned = starts == 0 ? 1ul << 63 : starts & (~starts + 1);
        ulong boundary = 0;
        while (boundary < differ) boundary = (boundary << 1) | 1;
        long granule = Math.Max(common, 1);

        return
            from window in Limit(
                new DmaWindow(new DmaAddress(first), new DmaAddress(last)),
                first < last ? new DmaWindow(new DmaAddress(first), new DmaAddress(last - 1)) : new DmaWindow(default, new DmaAddress(first == 0 ? 0 : first - 1)),
                Window)
            from size in Limit(longest, Math.Max(longest - 1, 1), Words.Length)
            from count in Limit(list.Count, Math.Max(list.Count - 1, 1), Gen.Choose(1, 8))
            from limit in Limit(boundary, boundary >> 1, Words.LowMask)
            from alignment in Limit(aligned, aligned < 1ul << 63 ? aligned << 1 : aligned, Words.PowerOfTwo)
            from granularity in Gen.Frequency((4, Limit(granule, granule < 1L << 61 ? granule * 2 : granule, Granularities)), (1, Divisor(granule)))
            from kept in Maybe(Words.LowMask)
            select new DmaConstraints
            {
                Window = window,
                MaxSegmentSize = size,
                MaxSegmentCount = count,
                SegmentBoundaryMask = limit,
                Alignment = alignment,
                Granularity = granularity,
                OffsetPreservingMask = kept,
            };
    }

    /// <summary>The same constraints with one limit less.</summary>
    public static IEnumerable<DmaConstraints> Simpler(DmaConstraints constraints)
    {
        if (constraints == default) yield break;
        yield return default;
        if (constraints.IsBottom) yield break;
        if (constraints.Window != default) yield return constraints with { Window = default };
        if (constraints.MaxSegmentSize != 0) yield return constraints with { MaxSegmentSize = 0 };
        if (constraints.MaxSegmentCount != 0) yield return constraints with { MaxSegmentCount = 0 };
        if (constraints.SegmentBoundaryMask != 0) yield return constraints with { SegmentBoundaryMask = 0 };
        if (constraints.Alignment != 1) yield return constraints with { Alignment = 1 };
        if (constraints.Granularity != 1) yield return constraints with { Granularity = 1 };
        if (constraints.OffsetPreservingMask != 0) yield return constraints with { OffsetPreservingMask = 0 };
    }

    /// <summary>No limit, or one.</summary>
    private static Gen<T> Maybe<T>(Gen<T> limit) where T : struct => Gen.Frequency((1, Gen.Constant(default(T))), (1, limit));

    /// <summary>No limit, one that just holds, one that just does not, or any.</summary>
    private static Gen<T> Limit<T>(T holds, T breaks, Gen<T> any) where T : struct
        => Gen.Frequency((8, Gen.Constant(default(T))), (6, Gen.Constant(holds)), (1, Gen.Constant(breaks)), (1, any));

    private static Gen<long> Divisor(long value)
        => from factor in Gen.Elements(2L, 3, 4, 5, 7, 8) select value % factor == 0 ? value / factor : value;
}
