using System;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Each law of the meet catches a meet that is broken where that law looks.</summary>
public class BrokenMeetTests
{
    [Fact]
    public void The_larger_granularity_instead_of_the_least_common_multiple_is_caught()
        => LawAssert.Catches(MeetLaws.MeetIsBoth((a, b) => Changed(a, b, m => m with { Granularity = Math.Max(a.Granularity, b.Granularity) }), Satisfies));

    [Fact]
    public void The_larger_size_is_caught()
        => LawAssert.Catches(MeetLaws.MeetIsBoth((a, b) => Changed(a, b, m => m with { MaxSegmentSize = Math.Max(a.MaxSegmentSize, b.MaxSegmentSize) }), Satisfies));

    [Fact]
    public void Taking_no_limit_for_the_least_count_is_caught()
        => LawAssert.Catches(MeetLaws.MeetIsBoth((a, b) => Changed(a, b, m => m with { MaxSegmentCount = Math.Min(a.MaxSegmentCount, b.MaxSegmentCount) }), Satisfies));

    [Fact]
    public void The_wider_boundary_is_caught()
        => LawAssert.Catches(MeetLaws.MeetIsBoth((a, b) => Changed(a, b, m => m with { SegmentBoundaryMask = Math.Max(a.SegmentBoundaryMask, b.SegmentBoundaryMask) }), Satisfies));

    [Fact]
    public void One_window_instead_of_both_is_caught()
        => LawAssert.Catches(MeetLaws.MeetIsBoth((a, b) => Changed(a, b, m => m with { Window = a.Window }), Satisfies));

    [Fact]
    public void The_lesser_alignment_is_caught()
        => LawAssert.Catches(MeetLaws.MeetIsBoth((a, b) => Changed(a, b, m => m with { Alignment = Math.Min(a.Alignment, b.Alignment) }), Satisfies));

    [Fact]
    public void The_product_of_granularities_is_caught()
        => LawAssert.Catches(MeetLaws.MeetIsBoth((a, b) => Changed(a, b, m => a.Granularity < 1 << 20 && b.Granularity < 1 << 20 ? m with { Granularity = a.Granularity * b.Granularity } : m), Satisfies));

    [Fact]
    public void The_narrower_offset_mask_is_caught()
        => LawAssert.Catches(MeetLaws.MeetIsBothAtHome(
            (a, b) => Changed(a, b, m => m with { OffsetPreservingMask = a.OffsetPreservingMask & b.OffsetPreservingMask }),
            (constraints, one) => constraints.Satisfies(one.Segments, one.Home)));

    [Fact]
    public void Forgetting_where_bytes_are_at_home_is_caught()
        => LawAssert.Catches(MeetLaws.SatisfiesHomeIsNaive((constraints, one) => constraints.Satisfies(one.Segments)));

    [Fact]
    public void Forgetting_one_limit_is_caught()
        => LawAssert.Catches(MeetLaws.SatisfiesIsNaive((constraints, list) => (constraints with { SegmentBoundaryMask = 0 }).Satisfies(list)));

    [Fact]
    public void Taking_one_side_is_not_commutative() => LawAssert.Catches(MeetLaws.Commutative((a, b) => a));

    [Fact]
    public void Adding_sizes_is_not_idempotent()
        => LawAssert.Catches(MeetLaws.Idempotent((a, b) => Changed(a, b, m => m with { MaxSegmentCount = Math.Min(1000, a.MaxSegmentCount + b.MaxSegmentCount) })));

    [Fact]
    public void Averaging_is_not_associative()
        => LawAssert.Catches(MeetLaws.Associative((a, b) => Changed(a, b, m => m with { MaxSegmentSize = (a.MaxSegmentSize / 2) + (b.MaxSegmentSize / 2) })));

    [Fact]
    public void Weakening_is_not_monotone()
        => LawAssert.Catches(MeetLaws.Monotone((a, b) => a.MaxSegmentCount == 1 ? Changed(a, b, m => m with { Window = default, MaxSegmentCount = 5 }) : DmaConstraints.Meet(a, b)));

    [Fact]
    public void A_limit_out_of_nothing_is_not_top()
        => LawAssert.Catches(MeetLaws.NoneIsTop((a, b) => Changed(a, b, m => m.MaxSegmentSize == 0 ? m with { MaxSegmentSize = 65536 } : m)));

    [Fact]
    public void Forgetting_bottom_does_not_absorb() => LawAssert.Catches(MeetLaws.BottomAbsorbs((a, b) => b.IsBottom ? a : DmaConstraints.Meet(a, b)));

    private static bool Satisfies(DmaConstraints constraints, DmaSegment[] segments) => constraints.Satisfies(segments);

    private static DmaConstraints Changed(DmaConstraints a, DmaConstraints b, Func<DmaConstraints, DmaConstraints> change)
        => change(DmaConstraints.Meet(a, b));
}
