using System;
using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// The law of segmenting catches segmenters that are broken on purpose. Most are the library's own, told of a limit that
/// is a little off: that is what a segmenter with a fault in that limit does.
/// </summary>
public class BrokenSegmenterTests
{
    [Fact]
    public void A_boundary_twice_as_wide_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, one.Constraints with { SegmentBoundaryMask = (one.Constraints.SegmentBoundaryMask * 2) + (one.Boundary == 0 ? 0ul : 1) }, mode));

    [Fact]
    public void A_size_one_unit_too_long_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, one.Constraints with { MaxSegmentSize = one.MaxSize == 0 ? 0 : one.Constraints.MaxSegmentSize + one.UnitBytes }, mode));

    [Fact]
    public void A_size_one_unit_too_short_needs_too_many_and_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, one.Constraints with { MaxSegmentSize = one.MaxSize < 2 ? 0 : one.Constraints.MaxSegmentSize - one.UnitBytes }, mode));

    [Fact]
    public void A_forgotten_alignment_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, one.Constraints with { Alignment = 1 }, mode));

    [Fact]
    public void An_alignment_asked_of_lengths_too_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, one.Constraints with { Granularity = Math.Max(one.Constraints.Granularity, (long)one.Constraints.Alignment) }, mode));

    [Fact]
    public void A_forgotten_granularity_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, one.Constraints with { Granularity = one.UnitBytes }, mode));

    [Fact]
    public void A_forgotten_window_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, one.Constraints with { Window = default }, mode));

    [Fact]
    public void Moved_address_bits_are_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, one.Constraints with { OffsetPreservingMask = 0 }, mode));

    [Fact]
    public void A_device_limit_taken_for_a_short_span_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, one.Constraints with { MaxSegmentCount = 0 }, mode));

    [Fact]
    public void One_segment_too_many_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, one.Constraints with { MaxSegmentCount = one.MaxCount == 0 ? 0 : one.MaxCount + 1 }, mode));

    [Fact]
    public void Cuts_of_at_most_eight_units_obey_everything_and_are_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, one.Constraints with { MaxSegmentSize = one.MaxSize is 0 or > 8 ? 8 * one.UnitBytes : one.Constraints.MaxSegmentSize }, mode));

    [Fact]
    public void Joining_across_the_top_of_the_address_space_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one with { Origin = one.Origin & (ulong.MaxValue >> 1) }, mode) with { Span = Segmented.ByLibrary(one, mode).Span });

    [Fact]
    public void A_prefix_that_ends_one_segment_early_is_caught()
        => IsCaught((one, mode) => mode.Prefix && one.Capacity > 1 ? Segmented.ByLibrary(one with { Capacity = one.Capacity - 1 }, mode) : Segmented.ByLibrary(one, mode));

    [Fact]
    public void A_prefix_told_a_unit_too_long_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, mode) is { } outcome && mode.Prefix ? outcome with { Length = outcome.Length + one.UnitBytes } : Segmented.ByLibrary(one, mode));

    [Fact]
    public void A_count_that_forgets_the_last_segment_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, mode) is { } outcome && mode.CountOnly ? outcome with { Count = outcome.Count - 1 } : Segmented.ByLibrary(one, mode));

    [Fact]
    public void Segments_in_the_wrong_order_are_caught()
        => IsCaught((one, mode) =>
        {
            Segmented outcome = Segmented.ByLibrary(one, mode);
            return outcome with { Span = [.. outcome.Span.Take(outcome.Count).Reverse(), .. outcome.Span.Skip(outcome.Count)] };
        });

    [Fact]
    public void A_writing_count_is_caught()
        => IsCaught((one, mode) => mode.CountOnly ? Segmented.ByLibrary(one, mode) with { Span = Segmented.ByLibrary(one, mode with { CountOnly = false }).Span } : Segmented.ByLibrary(one, mode));

    [Fact]
    public void Pieces_that_are_never_joined_are_caught()
        => IsCaught((one, mode) =>
        {
            if (mode.Prefix || mode.CountOnly || one.TotalUnits == 0) return Segmented.ByLibrary(one, mode);
            Segmented[] each = [.. one.Pieces.Select(piece => Segmented.ByLibrary(one with { Pieces = [piece], Capacity = SegmentingCase.Units }, mode))];
            DmaSegment[] all = [.. each.SelectMany(outcome => outcome.Span.Take(outcome.Count))];
            if (each.Any(outcome => outcome.Status != SegmentingStatus.Fits) || all.Length > one.Capacity) return Segmented.ByLibrary(one, mode);
            return Segmented.ByLibrary(one, mode) with { Count = all.Length, Span = [.. all, .. new DmaSegment[one.Capacity - all.Length]] };
        });

    [Fact]
    public void A_lost_place_of_failure_is_caught()
        => IsCaught((one, mode) => Segmented.ByLibrary(one, mode) with { FailedAt = -1 });

    private static void IsCaught(Cut mutant) => LawAssert.Catches(SegmentingLaws.CutsAsTheOracle(mutant));
}
