using System;
using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class FewestCopiesTests
{
    private const int Frame = CopyCase.Frame;

    private readonly FewestCopies _fewest = new();

    [Fact]
    public void The_fewest_bytes_are_copied_that_the_rules_take() => CopyLaws.Fewest(new Chosen(_fewest).Of).Check(20_000);

    [Fact]
    public void Where_the_best_would_cost_too_much_one_stretch_is_copied_and_keeps_the_rules()
        => CopyLaws.Valid(new Chosen(new FewestCopies(mostSteps: 0)).Of).Check(20_000);

    [Fact]
    public void Every_kind_of_choice_is_asked_for_often()
    {
        Shares shares = Shares.Of(CopyCase.Cases.Generator, 2000, CopyLaws.Classes);
        foreach (string kind in new[] { "promised", "not promised", "hopeless", "enough", "some", "all" })
            Assert.True(shares[kind] >= 0.05, $"{kind} is rare: {shares}");
    }

    [Fact]
    public void Two_far_small_pieces_side_by_side_make_one_segment_of_two()
        => Choose(3, (100, 8), (300, 1), (200, 1), (400, 8)).Takes("........cc........", 3);

    [Fact]
    public void A_small_piece_between_long_ones_takes_the_shorter_of_them_along()
        => Choose(3, (100, 1), (300, 5), (200, 1), (400, 4)).Takes("......ccccc", 3);

    [Fact]
    public void A_neighbour_of_what_must_be_copied_joins_its_run_for_no_segment()
        => Choose(3, (100, 4), (300, -1), (200, 1), (400, 4)).Takes("....cc....", 3);

    [Fact]
    public void Device_memory_parts_runs_and_is_never_copied()
    {
        _fewest.Begin(0);
        Add(100, 1, CopyFate.May);
        Add(900, 1, CopyFate.MustNot);
        Add(300, 1, CopyFate.May);
        Assert.True(_fewest.TryChoose(new DmaConstraints { MaxSegmentCount = 3 }));
        Assert.False(_fewest.TryChoose(new DmaConstraints { MaxSegmentCount = 2 }));
        Assert.Equal((0, 0L), (_fewest.Copied.Length, _fewest.CopiedBytes));
    }

    [Fact]
    public void Of_a_long_run_only_what_spares_a_segment_is_copied()
        => Choose(new DmaConstraints { MaxSegmentCount = 3, MaxSegmentSize = 4 * Frame }, (100, 9), (300, -1)).Takes("........cc", 3);

    [Fact]
    public void A_run_is_copied_only_up_to_where_a_segment_may_begin()
        => Choose(new DmaConstraints { Alignment = 4 * Frame }, (102, 9)).Takes("cc.......", 2);

    [Fact]
    public void A_size_that_the_boundary_is_no_multiple_of_need_not_copy_everything()
        => Choose(new DmaConstraints { MaxSegmentCount = 3, MaxSegmentSize = 3 * Frame, SegmentBoundaryMask = (16 * Frame) - 1 }, (100, 3), (300, 1), (200, 1), (400, 3)).Takes("...cc...", 3);

    [Fact]
    public void A_device_of_one_segment_gets_everything_copied_at_once()
    {
        Choose(1, (100, 3), (300, 2)).Takes("ccccc", 1);
        Assert.Equal(0, _fewest.Steps);
    }

    [Fact]
    public void Where_what_must_be_copied_is_enough_nothing_is_computed()
    {
        Choose(3, (100, 3), (300, -2), (200, 2)).Takes("...cc..", 3);
        Assert.Equal(0, _fewest.Steps);
    }

    [Fact]
    public void Nothing_helps_a_view_that_is_larger_than_all_segments()
    {
        Scatter(1 << 12);
        Assert.False(_fewest.TryChoose(new DmaConstraints { MaxSegmentCount = 255, MaxSegmentSize = 16 * Frame }));
        Assert.Equal(0, _fewest.Steps);
    }

    [Fact]
    public void However_many_stretches_must_be_copied_each_is_told()
    {
        const int Many = 300;
        _fewest.Begin(0);
        for (int i = 0; i < Many; i++)
        {
            Add(10 * i, 1, CopyFate.Must);
            Add((10 * i) + 5, 1, CopyFate.May);
        }

        Assert.True(_fewest.TryChoose(default));
        Assert.Equal(Enumerable.Range(0, Many).Select(i => (2L * i * Frame, (long)Frame)), _fewest.Copied.ToArray().Select(one => (one.From, one.Length)));
    }

    [Fact]
    public void An_empty_view_needs_no_copies()
    {
        _fewest.Begin(100);
        Assert.True(_fewest.TryChoose(DmaConstraints.ContiguousOnly));
        Assert.Equal((0, 0), (_fewest.Copied.Length, _fewest.Segments));
    }

    [Theory]
    [InlineData(256, 0)]
    [InlineData(256, 65536)]
    public void Choosing_allocates_nothing(int frames, int size)
        => Assert.Equal(0, Allocations.Of(() =>
        {
            Scatter(frames);
            if (!_fewest.TryChoose(new DmaConstraints { MaxSegmentCount = 64, MaxSegmentSize = size }) || _fewest.CopiedBytes == 0) throw new InvalidOperationException();
        }));

    [Fact]
    public void Steps_are_pieces_times_segments_and_bounded()
    {
        Scatter(1 << 12);
        Assert.True(_fewest.TryChoose(new DmaConstraints { MaxSegmentCount = 64 }));
        Assert.Equal(64 << 12, _fewest.Steps);
        Scatter(1 << 20);
        Assert.True(_fewest.TryChoose(new DmaConstraints { MaxSegmentCount = 64 }));
        Assert.Equal((64 << 12, 64), (_fewest.Steps, _fewest.Segments));
        Assert.Equal(((1L << 20) - 63) * Frame, _fewest.CopiedBytes);
    }

    [Fact]
    public void Among_hundreds_of_pieces_for_segments_of_a_size_no_byte_too_many_is_copied()
    {
        // Of 256 frames that lie apart 205 make 13 segments of 16 frames, and leave 51.
        Scatter(256);
        Assert.True(_fewest.TryChoose(new DmaConstraints { MaxSegmentCount = 64, MaxSegmentSize = 16 * Frame }));
        Assert.Equal((64, 205L * Frame), (_fewest.Segments, _fewest.CopiedBytes));
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(5, 5)] // One frame more than is counted on for a segment of copies; where it comes to lie, one takes it.
    public void One_stretch_beside_what_cannot_stay_counts_the_segments_of_that(int frames, int most)
    {
        var one = new FewestCopies(mostSteps: 0);
        one.Begin(0);
        foreach ((int pfn, int length, CopyFate fate) in new[] { (100, 1, CopyFate.May), (300, 1, CopyFate.May), (200, 5, CopyFate.May), (900, 1, CopyFate.MustNot) })
            one.Add((ulong)pfn * Frame, (long)length * Frame, fate);
        for (int i = 0; i < frames; i++) one.Add((501ul + (100 * (ulong)i)) * Frame, Frame, CopyFate.May);
        Assert.True(one.TryChoose(new DmaConstraints { MaxSegmentCount = most, MaxSegmentSize = 5 * Frame, Alignment = 2 * Frame }));
        Assert.Equal((4, (2L + frames) * Frame), (one.Segments, one.CopiedBytes));
    }

    private void Scatter(int frames)
    {
        _fewest.Begin(0);
        for (int i = 0; i < frames; i++) Add(2 * i, 1, CopyFate.May);
    }

    private void Add(int pfn, int frames, CopyFate fate) => _fewest.Add((ulong)pfn * Frame, (long)frames * Frame, fate);

    private Outcome Choose(int most, params (int Pfn, int Frames)[] runs) => Choose(new DmaConstraints { MaxSegmentCount = most }, runs);

    /// <summary>Runs of so many frames; of those below 0 as many must be copied.</summary>
    private Outcome Choose(DmaConstraints constraints, params (int Pfn, int Frames)[] runs)
    {
        _fewest.Begin(0);
        foreach ((int pfn, int frames) in runs) Add(pfn, Math.Abs(frames), frames < 0 ? CopyFate.Must : CopyFate.May);
        Assert.True(_fewest.TryChoose(constraints));
        char[] copied = [.. Enumerable.Repeat('.', runs.Sum(run => Math.Abs(run.Frames)))];
        foreach (CopyStretch stretch in _fewest.Copied) copied.AsSpan((int)(stretch.From / Frame), (int)(stretch.Length / Frame)).Fill('c');
        return new Outcome(new string(copied), _fewest.Segments);
    }

    private sealed record Outcome(string Copied, int Segments)
    {
        internal void Takes(string copied, int segments) => Assert.Equal((copied, segments), (Copied, Segments));
    }
}
