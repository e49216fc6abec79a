using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>A view of few frames, for a device without an IOMMU.</summary>
internal sealed record CopyCase
{
    internal const int Frame = 4096;

    /// <summary>Up to nine frames, so that every way of copying some of them can be tried.</summary>
    internal static Arbitrary<CopyCase> Cases { get; } = Arb.From(Generator(), one =>
        from left in Enumerable.Range(0, one.Pfns.Length)
        where one.Pfns.Length > 1
        select one with { Pfns = [.. one.Pfns.Where((_, i) => i != left)], Fates = [.. one.Fates.Where((_, i) => i != left)] });

    internal required ulong[] Pfns { get; init; }

    internal required CopyFate[] Fates { get; init; }

    /// <summary>Bytes of the first frame that are not in the view.</summary>
    internal int Head { get; init; }

    /// <summary>Bytes of the last frame that are not in the view.</summary>
    internal int Tail { get; init; }

    internal ulong BusOffset { get; init; }

    internal DmaConstraints Constraints { get; init; }

    /// <summary>Whether the chooser promises the fewest bytes.</summary>
    internal bool IsPromised
    {
        get
        {
            (long size, ulong boundary) = (Constraints.MaxSegmentSize, Constraints.SegmentBoundaryMask == 0 ? 0 : Constraints.SegmentBoundaryMask + 1);
            return Frame % Constraints.Granularity == 0
                && (boundary == 0 || (boundary >= Frame && boundary >= Constraints.Alignment))
                && size % Frame == 0 && (ulong)size % Constraints.Alignment == 0
                && (size == 0 || boundary == 0 || (ulong)size % boundary == 0 || boundary % (ulong)size == 0)
                && BusOffset % Frame == 0;
        }
    }

    internal long LengthOf(int frame) => Frame - (frame == 0 ? Head : 0) - (frame == Pfns.Length - 1 ? Tail : 0);

    internal ulong AddressOf(int frame) => (Pfns[frame] * Frame) + BusOffset + (frame == 0 ? (ulong)Head : 0);

    public override string ToString()
        => $"frames {string.Join(" ", Pfns.Zip(Fates, (pfn, fate) => $"{pfn}{(fate == CopyFate.Must ? "!" : fate == CopyFate.MustNot ? "=" : string.Empty)}"))}, head {Head}, tail {Tail}, bus offset {BusOffset}, {Constraints}";

    private static Gen<CopyCase> Generator()
        => from count in Gen.Frequency((1, Gen.Choose(1, 4)), (4, Gen.Choose(5, 9)))
           from first in Gen.Choose(0, 40)
           from gaps in Gen.Frequency((1, Gen.Constant(1)), (1, Gen.Choose(-4, 9))).ArrayOf(count)
           from fates in Gen.Frequency((14, Gen.Constant(CopyFate.May)), (3, Gen.Constant(CopyFate.Must)), (1, Gen.Constant(CopyFate.MustNot))).ArrayOf(count)
           from head in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Elements(512, 2048, 100)))
           from tail in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Elements(512, 1024, 100)))
           from most in Gen.Frequency((1, Gen.Constant(0)), (12, Gen.Choose(1, 5)))
           from size in Gen.Frequency((4, Gen.Constant(0)), (4, Gen.Choose(2, 6).Select(frames => frames * Frame)), (1, Gen.Elements(512, 4096, 6144, 12_000)))
           from boundary in Gen.Frequency((6, Gen.Constant(0)), (5, Gen.Elements(2, 4, 8, 16).Select(frames => frames * Frame)), (1, Gen.Elements(512, 4096)))
           from alignment in Gen.Frequency((10, Gen.Constant(1)), (1, Gen.Elements(4, 512)), (1, Gen.Elements(4096, 8192, 16_384)))
           from granularity in Gen.Frequency((16, Gen.Constant(1)), (2, Gen.Elements(4, 512)), (1, Gen.Elements(3, 8192)))
           from kept in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Elements(511, 4095)))
           from bus in Gen.Frequency((18, Gen.Constant(0)), (2, Gen.Elements(Frame, 3 * Frame)), (1, Gen.Elements(512, 100)))
           select new CopyCase
           {
               Pfns = Pile(first, gaps),
               Fates = fates,
               Head = head,
               Tail = tail,
               BusOffset = (ulong)bus,
               Constraints = new DmaConstraints
               {
                   MaxSegmentCount = most,
                   MaxSegmentSize = size,
                   SegmentBoundaryMask = boundary == 0 ? 0 : (ulong)boundary - 1,
                   Alignment = (ulong)alignment,
                   Granularity = granularity,
                   OffsetPreservingMask = (ulong)kept,
               },
           };

    private static ulong[] Pile(int first, int[] gaps)
    {
        var pfns = new ulong[gaps.Length];
        int at = first;
        for (int i = 0; i < gaps.Length; i++, at = Math.Max(0, at + gaps[i - 1])) pfns[i] = (ulong)at;
        return pfns;
    }
}
