using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance;

/// <summary>Cases for segmenters, shaped so that every outcome is common.</summary>
public static class SegmentingCases
{
    /// <summary>Up to three pieces of up to 24 units.</summary>
    public static Arbitrary<SegmentingCase> All { get; } = Arb.From(Generator(), Smaller);

    private static Gen<SegmentingCase> Generator()
        => from scale in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(1, 50)))
           from origin in Origin(scale)
           from coarse in Gen.Frequency((3, Gen.Constant(1)), (2, Gen.Elements(2, 4)), (1, Gen.Constant(3)))
           from pieces in Pieces(coarse, origin != 0 && origin + (63ul << scale) < origin)
           from alignment in Gen.Frequency((6, Gen.Constant(1)), (3, Gen.Elements(2, 4)), (1, Gen.Elements(8, 16)))
           from granularity in Gen.Frequency((4, Gen.Constant(1)), (2, Gen.Constant(coarse)), (1, Gen.Elements(2, 3, 4, 6)))
           from boundary in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Elements(4, 8, 16, 32)), (1, Gen.Constant(2)))
           from size in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(2, 16)))
           from slack in scale == 0 || size == 0 ? Gen.Constant(0L) : Gen.Elements(0L, 1L, (1L << scale) - 1)
           from count in Gen.Frequency((1, Gen.Constant(0)), (1, Gen.Choose(1, 6)))
           from window in Gen.Frequency((6, Gen.Constant<(int A, int B)?>(null)), (1, AnyWindow), (2, WindowOver(pieces)))
           from kept in Gen.Frequency((8, Gen.Constant(0)), (1, Gen.Elements(2, 4, 8)))
           from bottom in Gen.Frequency((60, Gen.Constant(false)), (1, Gen.Constant(true)))
           from capacity in Gen.Frequency((3, Gen.Choose(0, 4)), (2, Gen.Choose(5, 80)))
           select new SegmentingCase
           {
               Origin = origin,
               Scale = scale,
               Pieces = pieces,
               Alignment = alignment,
               Granularity = granularity,
               Boundary = boundary,
               MaxSize = size,
               SizeSlack = slack,
               MaxCount = count,
               Window = window,
               Kept = kept,
               IsBottom = bottom,
               Capacity = capacity,
           };

    private static Gen<(int A, int B)?> AnyWindow
        => from ends in Gen.Choose(0, SegmentingCase.Units - 1).Two() select ((int A, int B)?)ends;

    /// <summary>The bottom of the address space, its top, across its top, and anywhere.</summary>
    private static Gen<ulong> Origin(int scale)
        => Gen.Frequency(
            (3, Gen.Constant(0ul)),
            (3, Gen.Constant(0 - ((ulong)SegmentingCase.Units << scale))),
            (1, Gen.Constant(0 - (32ul << scale))),
            (2, Words.Any.Select(word => word & ~(((ulong)SegmentingCase.Units << scale) - 1))));

    private static Gen<SegmentingPiece[]> Pieces(int coarse, bool wraps)
        => from count in Gen.Frequency((1, Gen.Constant(0)), (12, Gen.Choose(1, 3)), (2, Gen.Choose(4, 6)))
           from drafts in Draft(coarse).ArrayOf(count)
           select Placed(drafts, wraps);

    /// <summary>A piece, and whether it follows the one before: pieces that join are where segmenters are wrong.</summary>
    private static Gen<(bool Follows, SegmentingPiece Piece)> Draft(int coarse)
        => from follows in Gen.Frequency((3, Gen.Constant(true)), (2, Gen.Constant(false)))
           from at in Gen.Frequency((3, Gen.Choose(0, 15).Select(n => n * 4)), (1, Gen.Choose(0, 63)), (1, Gen.Choose(1, 24).Select(n => 64 - n)))
           from length in Gen.Frequency((12, Gen.Choose(1, 24)), (1, Gen.Constant(0)))
           from moved in Gen.Frequency((8, Gen.Constant(0)), (3, Gen.Elements(8, 16, 24)), (1, Gen.Choose(1, 24)))
           let whole = length < coarse ? length : length / coarse * coarse
           select (follows, new SegmentingPiece(at, at + moved, whole));

    private static SegmentingPiece[] Placed((bool Follows, SegmentingPiece Piece)[] drafts, bool wraps)
    {
        var pieces = new List<SegmentingPiece>();
        int next = -1;
        foreach ((bool follows, SegmentingPiece piece) in drafts)
        {
            int at = follows && next >= 0 && next < SegmentingCase.Units ? next : piece.At;
            // No piece runs past the small space, nor past 2^64 where the space wraps.
            int end = wraps && at < 32 ? 32 : SegmentingCase.Units;
            int length = Math.Min(piece.Length, end - at);
            pieces.Add(new SegmentingPiece(at, at + piece.HomeAt - piece.At, length));
            next = at + length;
        }

        return [.. pieces];
    }

    /// <summary>A window that just holds all pieces, or lacks their last unit.</summary>
    private static Gen<(int A, int B)?> WindowOver(SegmentingPiece[] pieces)
    {
        SegmentingPiece[] some = [.. pieces.Where(piece => piece.Length > 0)];
        if (some.Length == 0) return AnyWindow;
        int first = some.Min(piece => piece.At), last = some.Max(piece => piece.At + piece.Length - 1);
        return from less in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Constant(1))) select ((int A, int B)?)(first, Math.Max(first, last - less));
    }

    private static IEnumerable<SegmentingCase> Smaller(SegmentingCase one)
    {
        for (int i = 0; i < one.Pieces.Length; i++)
        {
            SegmentingPiece piece = one.Pieces[i];
            yield return one with { Pieces = [.. one.Pieces.Where((_, index) => index != i)] };
            if (piece.Length > 1) yield return With(one, i, piece with { Length = piece.Length / 2 });
            if (piece.Length > 1) yield return With(one, i, piece with { Length = piece.Length - 1 });
            if (piece.HomeAt != piece.At) yield return With(one, i, piece with { HomeAt = piece.At });
        }

        if (one.Scale != 0) yield return one with { Scale = 0, SizeSlack = 0, Origin = 0 };
        if (one.Origin != 0) yield return one with { Origin = 0 };
        if (one.Alignment != 1) yield return one with { Alignment = 1 };
        if (one.Granularity != 1) yield return one with { Granularity = 1 };
        if (one.Boundary != 0) yield return one with { Boundary = 0 };
        if (one.MaxSize != 0) yield return one with { MaxSize = 0, SizeSlack = 0 };
        if (one.MaxCount != 0) yield return one with { MaxCount = 0 };
        if (one.Window is not null) yield return one with { Window = null };
        if (one.Kept != 0) yield return one with { Kept = 0 };
        if (one.Capacity > 0) yield return one with { Capacity = one.Capacity - 1 };
    }

    private static SegmentingCase With(SegmentingCase one, int index, SegmentingPiece piece)
    {
        SegmentingPiece[] pieces = [.. one.Pieces];
        pieces[index] = piece;
        return one with { Pieces = pieces };
    }
}
