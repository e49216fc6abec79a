using System;
using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class ConstraintsTests
{
    [Fact]
    public void The_default_value_is_no_limit()
    {
        DmaConstraints constraints = default;
        Assert.Equal(DmaConstraints.None, constraints);
        Assert.Equal(new DmaConstraints(), constraints);
        Assert.False(constraints.IsBottom);
        Assert.True(constraints.Satisfies([new DmaSegment(default, long.MaxValue), new DmaSegment(new DmaAddress(ulong.MaxValue), 1)]));
        Assert.Equal("no limit", constraints.ToString());
    }

    [Fact]
    public void Only_the_empty_list_satisfies_bottom()
    {
        Assert.True(DmaConstraints.Bottom.Satisfies([]));
        Assert.False(DmaConstraints.Bottom.Satisfies([new DmaSegment(default, 1)]));
        Assert.False(DmaConstraints.Bottom.Satisfies([new DmaSegment(default, 0)]));
    }

    [Fact]
    public void Bottom_with_other_limits_is_bottom()
    {
        DmaConstraints bottom = DmaConstraints.Bottom with { MaxSegmentCount = 3, Alignment = 8 };
        Assert.Equal(DmaConstraints.Bottom, bottom);
        Assert.Equal(DmaConstraints.Bottom.GetHashCode(), bottom.GetHashCode());
        Assert.NotEqual(new DmaConstraints { MaxSegmentCount = 3, Alignment = 8 }, bottom);
    }

    [Fact]
    public void No_device_takes_an_empty_segment()
    {
        Assert.False(DmaConstraints.None.Satisfies([new DmaSegment(new DmaAddress(4096), 0)]));
        Assert.False(DmaConstraints.None.Satisfies([new DmaSegment(new DmaAddress(4096), -1)]));
    }

    [Fact]
    public void Windows_that_do_not_meet_give_bottom()
    {
        var low = new DmaConstraints { Window = DmaWindow.OfBits(32) };
        var high = new DmaConstraints { Window = new DmaWindow(new DmaAddress(1ul << 32), new DmaAddress(ulong.MaxValue)) };
        Assert.Equal(DmaConstraints.Bottom, DmaConstraints.Meet(low, high));
    }

    [Fact]
    public void Windows_that_share_one_address_meet_in_it()
    {
        var low = new DmaConstraints { Window = new DmaWindow(default, new DmaAddress(100)) };
        var high = new DmaConstraints { Window = new DmaWindow(new DmaAddress(100), new DmaAddress(200)) };
        Assert.Equal(new DmaWindow(new DmaAddress(100), new DmaAddress(100)), DmaConstraints.Meet(low, high).Window);
        Assert.False(DmaConstraints.Meet(low, high).IsBottom);
    }

    [Fact]
    public void A_window_of_bits_ends_with_as_many_ones()
    {
        for (int bits = 1; bits <= 64; bits++) Assert.Equal((UInt128.One << bits) - 1, (UInt128)DmaWindow.OfBits(bits).Last.Value);
    }

    [Fact]
    public void Bytes_that_lie_together_are_taken_alone_where_the_one_segment_is()
    {
        var constraints = new DmaConstraints { Alignment = 512, OffsetPreservingMask = 4095 };
        Assert.True(constraints.TakesAlone(new DmaSegment(new DmaAddress(0x1200), 8), new PhysicalAddress(0x7200)));
        Assert.False(constraints.TakesAlone(new DmaSegment(new DmaAddress(0x1200), 8), new PhysicalAddress(0x7000))); // another offset in its frame
        Assert.False(constraints.TakesAlone(new DmaSegment(new DmaAddress(0x1201), 8), new PhysicalAddress(0x7201))); // unaligned
        Assert.False(DmaConstraints.Bottom.TakesAlone(new DmaSegment(new DmaAddress(0x1200), 8), new PhysicalAddress(0x7200)));
    }

    [Fact]
    public void Segments_beyond_the_end_of_the_view_stand_for_nothing()
    {
        var home = new PfnView([new Pfn(1)], PageSize.Size4K, 0, 15);
        DmaSegment ten = new(new DmaAddress(4096), 10);
        Assert.False(DmaConstraints.None.Satisfies([ten, ten, ten], home));
        Assert.False(DmaConstraints.None.Satisfies([ten], home));
        Assert.True(DmaConstraints.None.Satisfies([ten, new DmaSegment(new DmaAddress(8192), 5)], home));
    }

    [Fact]
    public void Each_limit_that_is_set_is_read_in_words()
    {
        Assert.Equal("unsatisfiable", DmaConstraints.Bottom.ToString());
        Assert.Equal("one segment", DmaConstraints.ContiguousOnly.ToString());
        Assert.Equal(
            "window 0x0-0xffffffff, at most 7 segments, segments of at most 65536 bytes, boundary mask 0xffff, alignment 0x200, granularity 4, offset-preserving mask 0xfff",
            new DmaConstraints
            {
                Window = DmaWindow.OfBits(32),
                MaxSegmentCount = 7,
                MaxSegmentSize = 65536,
                SegmentBoundaryMask = 0xFFFF,
                Alignment = 512,
                Granularity = 4,
                OffsetPreservingMask = 4095,
            }.ToString());
    }

    [Fact]
    public void Granularities_meet_in_their_least_common_multiple_or_in_bottom()
    {
        Assert.Equal(1560, DmaConstraints.Meet(new DmaConstraints { Granularity = 520 }, new DmaConstraints { Granularity = 12 }).Granularity);
        Assert.True(DmaConstraints.Meet(new DmaConstraints { Granularity = (1L << 61) - 1 }, new DmaConstraints { Granularity = 8 }).IsBottom);
        Assert.Equal(((1L << 61) - 1) * 4, DmaConstraints.Meet(new DmaConstraints { Granularity = (1L << 61) - 1 }, new DmaConstraints { Granularity = 4 }).Granularity);
    }

    [Fact]
    public void Equal_meaning_is_equal_value()
    {
        Assert.Equal(DmaConstraints.None, new DmaConstraints
        {
            Window = DmaWindow.OfBits(64),
            MaxSegmentSize = long.MaxValue,
            MaxSegmentCount = int.MaxValue,
            SegmentBoundaryMask = ulong.MaxValue,
            Alignment = 0,
            Granularity = 0,
        });
        Assert.Equal(new DmaConstraints { Alignment = 1, Granularity = 1 }, DmaConstraints.None);
    }

    [SeededProperty]
    public void A_size_is_refused_exactly_when_negative(long value)
        => Refuses(value < 0, nameof(DmaConstraints.MaxSegmentSize), () => _ = new DmaConstraints { MaxSegmentSize = value });

    [SeededProperty]
    public void A_count_is_refused_exactly_when_negative(long word)
        => Refuses((int)word < 0, nameof(DmaConstraints.MaxSegmentCount), () => _ = new DmaConstraints { MaxSegmentCount = (int)word });

    [SeededProperty]
    public void A_granularity_is_refused_exactly_when_negative(long value)
        => Refuses(value < 0, nameof(DmaConstraints.Granularity), () => _ = new DmaConstraints { Granularity = value });

    [SeededProperty]
    public void A_boundary_mask_is_refused_exactly_when_not_all_low_ones(ulong value)
        => Refuses(!IsLowOnes(value), nameof(DmaConstraints.SegmentBoundaryMask), () => _ = new DmaConstraints { SegmentBoundaryMask = value });

    [SeededProperty]
    public void An_offset_mask_is_refused_exactly_when_not_all_low_ones(ulong value)
        => Refuses(!IsLowOnes(value), nameof(DmaConstraints.OffsetPreservingMask), () => _ = new DmaConstraints { OffsetPreservingMask = value });

    [SeededProperty]
    public void An_alignment_is_refused_exactly_when_no_power_of_two(ulong value)
        => Refuses(value != 0 && !IsLowOnes(value - 1), nameof(DmaConstraints.Alignment), () => _ = new DmaConstraints { Alignment = value });

    [SeededProperty]
    public void A_window_is_refused_exactly_when_it_ends_before_it_starts(ulong first, ulong last)
        => Refuses(last < first, "last", () => _ = new DmaWindow(new DmaAddress(first), new DmaAddress(last)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65)]
    public void A_window_of_no_such_bits_is_refused(int bits) => Refuses(true, "bits", () => DmaWindow.OfBits(bits));

    [Fact]
    public void The_default_window_is_the_whole_space()
    {
        Assert.Equal(DmaWindow.OfBits(64), default);
        Assert.True(default(DmaWindow).Contains(new DmaAddress(ulong.MaxValue), 1));
        Assert.False(default(DmaWindow).Contains(new DmaAddress(ulong.MaxValue), 2));
    }

    [SeededProperty]
    public void Equal_constraints_read_alike(DmaConstraints a, DmaConstraints b)
        => Assert.Equal(a == b, a.ToString() == b.ToString());

    private static void Refuses(bool refused, string parameter, Action set)
    {
        if (refused) Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(set).ParamName);
        else set();
    }

    /// <summary>Said without the bit trick that the library uses.</summary>
    private static bool IsLowOnes(ulong value)
    {
        while ((value & 1) == 1) value >>= 1;
        return value == 0;
    }

    /// <summary>Against every segment of a space of 64 addresses.</summary>
    [Fact]
    public void Constraints_take_a_segment_exactly_when_some_segment_satisfies_them()
    {
        int contradictory = 0;
        ulong step = CaseShare.IsWhole ? 1ul : 6;
        foreach (ulong boundary in new ulong[] { 0, 1, 3, 7, 15 })
        {
            foreach (ulong alignment in new ulong[] { 1, 2, 8, 16 })
            {
                foreach (long granularity in new long[] { 1, 2, 3, 5, 8, 12 })
                {
                    foreach (long size in new long[] { 0, 1, 4, 9 })
                    {
                        for (ulong first = 0; first < 20; first += step)
                        {
                            for (ulong last = first; last < first + 20; last += 3 * step)
                            {
                                var constraints = new DmaConstraints
                                {
                                    Window = new DmaWindow(new DmaAddress(first), new DmaAddress(last)),
                                    SegmentBoundaryMask = boundary,
                                    Alignment = alignment,
                                    Granularity = granularity,
                                    MaxSegmentSize = size,
                                };
                                bool takes = Enumerable.Range((int)first, (int)(last - first) + 1).Any(start =>
                                    Enumerable.Range(1, (int)last - start + 1).Any(length =>
                                        constraints.Satisfies([new DmaSegment(new DmaAddress((ulong)start), length)])));
                                Assert.Equal(takes, constraints.TakesAnySegment);
                                if (!takes) contradictory++;
                            }
                        }
                    }
                }
            }
        }

        Assert.True(contradictory > 300, $"only {contradictory} cases contradict themselves");
    }
}
