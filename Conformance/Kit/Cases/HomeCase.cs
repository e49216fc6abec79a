using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>A view, a list of segments that stands for its bytes (or nearly), and two devices' constraints.</summary>
public sealed record HomeCase(DmaConstraints A, DmaConstraints B, Pfn[] Frames, long Offset, long Length, DmaSegment[] Segments)
{
    /// <summary>Each segment starts where its byte is at home, or moved from there by a round distance; a few lists miss a byte.</summary>
    public static Arbitrary<HomeCase> Cases { get; } = Arb.From(
        from frames in Gen.Choose(1, 200).Select(n => new Pfn((ulong)n)).ArrayOf(4)
        from offset in Gen.Choose(0, 4095)
        from length in Gen.Choose(1, (4 * 4096) - 4095)
        from cuts in Gen.Choose(0, length).ArrayOf(3)
        from moves in Gen.Frequency(
            (6, Gen.Constant(0ul)),
            (6, Gen.Choose(8, 20).Select(bit => 1ul << bit)),
            (1, Words.Any)).ArrayOf(4)
        from missing in Gen.Frequency((12, Gen.Constant(0)), (1, Gen.Elements(-1, 1)))
        let segments = SegmentsOf(frames, offset, length + missing, cuts, moves)
        from a in Kept
        from b in Kept
        select new HomeCase(a, b, frames, offset, length, segments),
        Smaller);

    /// <summary>The bytes.</summary>
    public PfnView Home => new(Frames, PageSize.Size4K, Offset, Length);

    /// <inheritdoc/>
    public override string ToString()
        => $"[{A}] meet [{B}] over {string.Join("; ", Segments)} for {Length} bytes from {Offset} of {string.Join(" ", Frames)}";

    private static Gen<DmaConstraints> Kept
        => from mask in Gen.Frequency((1, Gen.Constant(0ul)), (3, Gen.Choose(1, 16).Select(bits => (1ul << bits) - 1)))
           from count in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 4)))
           select new DmaConstraints { OffsetPreservingMask = mask, MaxSegmentCount = count };

    private static DmaSegment[] SegmentsOf(Pfn[] frames, long offset, long length, int[] cuts, ulong[] moves)
    {
        var segments = new List<DmaSegment>();
        long at = 0;
        foreach (long cut in cuts.Select(cut => Math.Min(cut, length)).Append(length).OrderBy(cut => cut))
        {
            if (cut <= at) continue;
            long inFrames = offset + at;
            ulong home = (frames[(int)(inFrames / 4096)].Value * 4096) + (ulong)(inFrames % 4096);
            segments.Add(new DmaSegment(new DmaAddress(home + moves[segments.Count]), cut - at));
            at = cut;
        }

        return [.. segments];
    }

    private static IEnumerable<HomeCase> Smaller(HomeCase one)
        => ConstraintsCases.Simpler(one.A).Select(a => one with { A = a })
            .Concat(ConstraintsCases.Simpler(one.B).Select(b => one with { B = b }));
}
