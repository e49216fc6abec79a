using System;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class SegmenterTests
{
    [Fact]
    public void No_bytes_need_no_segment_even_under_bottom()
    {
        var segmenter = new Segmenter(DmaConstraints.Bottom, []);
        Assert.True(segmenter.Add(new DmaAddress(4096), 0));
        Assert.Equal(SegmentingStatus.Fits, segmenter.Finish());
        Assert.Equal(0, segmenter.Count);
        Assert.Equal(-1, segmenter.FailedAt);
    }

    [Fact]
    public void A_span_too_short_tells_how_long_it_must_be()
    {
        var segmenter = new Segmenter(new DmaConstraints { MaxSegmentSize = 4096 }, new DmaSegment[2]);
        segmenter.Add(default, 3 * 4096 + 1);
        Assert.Equal(SegmentingStatus.SpanTooShort, segmenter.Finish());
        Assert.Equal(4, segmenter.Count);
    }

    [Fact]
    public void A_piece_may_end_exactly_at_the_top_of_the_address_space()
    {
        var segments = new DmaSegment[1];
        var segmenter = new Segmenter(DmaConstraints.None, segments);
        segmenter.Add(new DmaAddress(ulong.MaxValue - 4095), 4096);
        Assert.Equal(SegmentingStatus.Fits, segmenter.Finish());
        Assert.Equal(new DmaSegment(new DmaAddress(ulong.MaxValue - 4095), 4096), segments[0]);
    }

    [Fact]
    public void Pieces_are_not_joined_across_the_top_of_the_address_space()
    {
        var segmenter = new Segmenter(DmaConstraints.None, new DmaSegment[2]);
        segmenter.Add(new DmaAddress(ulong.MaxValue), 1);
        segmenter.Add(default, 1);
        Assert.Equal(SegmentingStatus.Fits, segmenter.Finish());
        Assert.Equal(2, segmenter.Count);
    }

    [Fact]
    public void Pieces_are_not_joined_across_the_end_of_a_stretch()
    {
        var segments = new DmaSegment[2];
        var segmenter = new Segmenter(new DmaConstraints { MaxSegmentCount = 2 }, segments);
        segmenter.EndStretch();
        segmenter.Add(new DmaAddress(4096), 4096);
        segmenter.Add(new DmaAddress(8192), 100);
        segmenter.EndStretch();
        segmenter.EndStretch();
        Assert.Equal(1, segmenter.Count);
        segmenter.Add(new DmaAddress(8292), 1);
        Assert.Equal(SegmentingStatus.Fits, segmenter.Finish());
        segmenter.EndStretch();
        Assert.Equal([new DmaSegment(new DmaAddress(4096), 4196), new DmaSegment(new DmaAddress(8292), 1)], segments);
    }

    [Fact]
    public void A_piece_that_runs_past_the_top_is_refused()
    {
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            var segmenter = new Segmenter(DmaConstraints.None, new DmaSegment[2]);
            segmenter.Add(new DmaAddress(ulong.MaxValue), 2);
        }).ParamName);
    }

    [Fact]
    public void A_negative_piece_is_refused()
    {
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            var segmenter = new Segmenter(DmaConstraints.None, new DmaSegment[2]);
            segmenter.Add(default, -1);
        }).ParamName);
    }

    [Fact]
    public void More_bytes_in_all_than_a_length_can_tell_are_refused()
    {
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            var segmenter = new Segmenter(DmaConstraints.None, new DmaSegment[2]);
            segmenter.Add(default, long.MaxValue);
            segmenter.Add(new DmaAddress(long.MaxValue), 1);
        }).ParamName);
    }

    [Fact]
    public void A_prefix_takes_one_segment_where_a_second_would_get_no_further()
    {
        var segmenter = new Segmenter(new DmaConstraints { SegmentBoundaryMask = 15, Alignment = 2, Granularity = 3 }, new DmaSegment[4], prefix: true);
        segmenter.Add(new DmaAddress(32), 17);
        Assert.Equal(SegmentingStatus.Fits, segmenter.Finish());
        Assert.Equal((1, 15L), (segmenter.Count, segmenter.Length));
    }

    [Fact]
    public void A_prefix_takes_one_segment_where_the_rest_is_too_short_for_a_second()
    {
        var segmenter = new Segmenter(new DmaConstraints { MaxSegmentSize = 9, Alignment = 2, Granularity = 3 }, new DmaSegment[4], prefix: true);
        segmenter.Add(default, 10);
        Assert.Equal(SegmentingStatus.Fits, segmenter.Finish());
        Assert.Equal((1, 9L), (segmenter.Count, segmenter.Length));
    }

    [Fact]
    public void A_boundary_in_the_middle_of_the_address_space_leaves_room_before_it()
    {
        var segments = new DmaSegment[2];
        var segmenter = new Segmenter(new DmaConstraints { SegmentBoundaryMask = long.MaxValue }, segments);
        segmenter.Add(default, 4096);
        segmenter.Add(new DmaAddress((1ul << 63) - 4096), 4096);
        Assert.Equal(SegmentingStatus.Fits, segmenter.Finish());
        Assert.Equal([new DmaSegment(default, 4096), new DmaSegment(new DmaAddress((1ul << 63) - 4096), 4096)], segments);
    }

    [Fact]
    public void Grains_of_more_than_2_to_the_62_are_cut_one_by_one()
    {
        const long Grain = (1L << 62) + 1;
        var segmenter = new Segmenter(new DmaConstraints { Granularity = Grain }, new DmaSegment[2]);
        segmenter.Add(default, Grain + 1);
        Assert.Equal(SegmentingStatus.Unaligned, segmenter.Finish());
        Assert.Equal((Grain, Grain), (segmenter.Length, segmenter.FailedAt));
    }

    [Fact]
    public void Bytes_that_have_no_address_come_after_those_that_have_one()
    {
        var segments = new DmaSegment[2];
        var segmenter = new Segmenter(DmaConstraints.None, segments);
        segmenter.Add(new DmaAddress(4096), 100);
        segmenter.Reject(SegmentingStatus.OutsideWindow);
        segmenter.Reject(SegmentingStatus.Unaligned); // the first reason stands
        Assert.Equal((SegmentingStatus.OutsideWindow, 100L, 1), (segmenter.Finish(), segmenter.FailedAt, segmenter.Count));
        Assert.Equal(new DmaSegment(new DmaAddress(4096), 100), segments[0]);

        var prefix = new Segmenter(DmaConstraints.None, segments, prefix: true);
        prefix.Add(new DmaAddress(8192), 50);
        prefix.Reject(SegmentingStatus.OutsideWindow);
        Assert.Equal((SegmentingStatus.Fits, 50L), (prefix.Finish(), prefix.Length));
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(4095, 0, true)]
    [InlineData(4095, 11, true)]
    [InlineData(4095, 12, false)]
    [InlineData(ulong.MaxValue, 63, true)]
    public void Whether_address_bits_are_kept_is_told_by_the_lowest_of_them(ulong mask, int bit, bool kept)
        => Assert.Equal(kept, new Segmenter(new DmaConstraints { OffsetPreservingMask = mask }, default).KeepsBitsAbove(bit));

    [Fact]
    public void A_stretch_that_ended_is_cut_once_where_there_is_no_limit_too()
    {
        var segments = new DmaSegment[3];
        var segmenter = new Segmenter(DmaConstraints.None, segments);
        segmenter.Add(new DmaAddress(4096), 4096);
        segmenter.EndStretch();
        segmenter.Add(new DmaAddress(8192), 100);
        Assert.Equal(SegmentingStatus.Fits, segmenter.Finish());
        Assert.Equal((2, 4196L), (segmenter.Count, segmenter.Length));
        Assert.Equal([new DmaSegment(new DmaAddress(4096), 4096), new DmaSegment(new DmaAddress(8192), 100), default], segments);
    }

    [Fact]
    public void Bytes_that_cannot_change_the_outcome_are_not_wanted()
    {
        var kept = new Segmenter(new DmaConstraints { OffsetPreservingMask = 4095 }, new DmaSegment[2]);
        Assert.True(kept.Add(new DmaAddress(4096), new PhysicalAddress(8192), 4096));
        Assert.False(kept.Add(new DmaAddress(16384), new PhysicalAddress(100), 4096)); // it stops here
        Assert.False(kept.Add(new DmaAddress(4096), new PhysicalAddress(8192), 4096));
        Assert.False(kept.Add(new DmaAddress(4096), new PhysicalAddress(8192), 0));
        Assert.Equal(SegmentingStatus.Unaligned, kept.Finish());

        var outside = new Segmenter(new DmaConstraints { Window = DmaWindow.OfBits(16) }, new DmaSegment[2]);
        Assert.True(outside.Add(new DmaAddress(1 << 20), 4096)); // cut only when the next piece shows where the stretch ends
        Assert.False(outside.Add(new DmaAddress(4096), 4096));
        Assert.Equal((SegmentingStatus.OutsideWindow, 0L), (outside.Finish(), outside.FailedAt));
    }

    [Fact]
    public void Nothing_is_added_after_the_end()
    {
        var segmenter = new Segmenter(DmaConstraints.None, new DmaSegment[2]);
        Assert.True(segmenter.Add(new DmaAddress(4096), 4096));
        Assert.Equal(SegmentingStatus.Fits, segmenter.Finish());
        Assert.False(segmenter.Add(new DmaAddress(16384), 4096));
        Assert.Equal(SegmentingStatus.Fits, segmenter.Finish());
        Assert.Equal((1, 4096L), (segmenter.Count, segmenter.Length));
    }

    [Fact]
    public void Where_no_start_is_both_aligned_and_a_whole_number_of_grains_away_a_stretch_is_one_segment()
    {
        // The least common multiple of alignment and granularity is above 2^63: no second segment could follow the first.
        var constraints = new DmaConstraints { Alignment = 1ul << 62, Granularity = 3 };
        var one = new Segmenter(constraints, new DmaSegment[2]);
        one.Add(new DmaAddress(1ul << 62), 9);
        Assert.Equal(SegmentingStatus.Fits, one.Finish());
        Assert.Equal((1, 9L), (one.Count, one.Length));

        var two = new Segmenter(constraints with { MaxSegmentSize = 6 }, new DmaSegment[2]);
        two.Add(new DmaAddress(1ul << 62), 9);
        Assert.Equal((SegmentingStatus.Unaligned, 6L), (two.Finish(), two.FailedAt));
    }

    [Fact]
    public void Segmenting_a_view_allocates_nothing()
    {
        Pfn[] frames = new Pfn[1024];
        for (int i = 0; i < frames.Length; i++) frames[i] = new Pfn((ulong)(i + (i / 3)));
        var segments = new DmaSegment[frames.Length];
        var constraints = new DmaConstraints { MaxSegmentSize = 8192, SegmentBoundaryMask = 0xFFFF, Alignment = 512, Window = DmaWindow.OfBits(32) };
        Assert.Equal(0, Allocations.Of(() =>
        {
            var segmenter = new Segmenter(constraints, segments);
            foreach (FrameRun run in new PfnView(frames, PageSize.Size4K).Runs) segmenter.Add(new DmaAddress(run.Address.Value), run.Address, run.Length);
            if (segmenter.Finish() != SegmentingStatus.Fits) throw new InvalidOperationException();
        }));
    }
}
