using System;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class ViewTests
{
    private static readonly Pfn[] Three = [new(5), new(6), new(9)];

    [Fact]
    public void A_slice_of_a_view_has_the_bytes_of_that_range()
    {
        PfnView part = new PfnView(Three, PageSize.Size4K, 100, 3 * 4096 - 200).Slice(4000, 5000);
        Assert.Equal(5000, part.Length);
        Assert.Equal(4, part.Offset);
        Assert.Equal((6ul * 4096) + 4, part.AddressAt(0).Value);
        Assert.Equal((9ul * 4096) + 5003 - 4096, part.AddressAt(4999).Value);
        Assert.Equal(2, part.Frames.Length);
    }

    [Fact]
    public void The_default_view_is_empty()
    {
        PfnView view = default;
        Assert.True(view.IsEmpty);
        Assert.True(view.Frames.IsEmpty);
        Assert.Equal(0, view.CountRuns());
        Assert.Equal(0, view.TailSlack);
        Assert.True(view.FramesFitIn(0));
        Assert.True(view.Slice(0, 0).IsEmpty);
        foreach (FrameRun run in view.Runs) Assert.Fail($"{run}");
    }

    [Fact]
    public void An_empty_part_keeps_the_page_size()
        => Assert.Equal(PageSize.Size2M, new PfnView(Three, PageSize.Size2M).Slice(7, 0).PageSize);

    [Theory]
    [InlineData(-1, 1, "offset")]
    [InlineData(4096, 1, "offset")]
    [InlineData(long.MaxValue, 1, "offset")]
    [InlineData(long.MinValue, 1, "offset")]
    [InlineData(0, -1, "length")]
    [InlineData(0, 12289, "length")]
    [InlineData(1, 12288, "length")]
    [InlineData(4095, long.MaxValue, "length")]
    [InlineData(0, long.MinValue, "length")]
    public void A_view_outside_its_frames_is_refused(long offset, long length, string parameter)
    {
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => _ = new PfnView(Three, PageSize.Size4K, offset, length).Length).ParamName);
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => new PfnBuffer(Three, PageSize.Size4K, offset, length)).ParamName);
    }

    [Theory]
    [InlineData(-1, 1, "offset")]
    [InlineData(101, 0, "offset")]
    [InlineData(long.MinValue, 1, "offset")]
    [InlineData(long.MaxValue, long.MaxValue, "offset")]
    [InlineData(0, 101, "length")]
    [InlineData(100, 1, "length")]
    [InlineData(50, -1, "length")]
    [InlineData(50, long.MaxValue, "length")]
    [InlineData(50, long.MinValue, "length")]
    public void A_part_outside_its_view_is_refused(long offset, long length, string parameter)
    {
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => _ = new PfnView(Three, PageSize.Size4K, 7, 100).Slice(offset, length).Length).ParamName);
        Assert.False(new PfnView(Three, PageSize.Size4K, 7, 100).TrySlice(offset, length, out PfnView part));
        Assert.True(part.IsEmpty);
        using var buffer = new PfnBuffer(Three, PageSize.Size4K, 7, 100);
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice(offset, length)).ParamName);
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice(0, 100).Slice(offset, length)).ParamName);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void The_rest_from_outside_a_view_is_refused(long offset)
        => Assert.Equal("offset", Assert.Throws<ArgumentOutOfRangeException>(() => _ = new PfnView(Three, PageSize.Size4K, 7, 100).Slice(offset).Length).ParamName);

    [Theory]
    [InlineData(-1)]
    [InlineData(100)]
    [InlineData(long.MaxValue)]
    public void A_byte_outside_a_view_has_no_address(long offset)
    {
        Assert.Equal("offset", Assert.Throws<ArgumentOutOfRangeException>(() => new PfnView(Three, PageSize.Size4K, 7, 100).AddressAt(offset)).ParamName);
        Assert.Equal("offset", Assert.Throws<ArgumentOutOfRangeException>(() => new PfnView(Three, PageSize.Size4K, 7, 100).FrameIndexAt(offset)).ParamName);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65)]
    public void No_such_number_of_bits_is_refused(int bits)
        => Assert.Equal("bits", Assert.Throws<ArgumentOutOfRangeException>(() => new PfnView(Three, PageSize.Size4K).FramesFitIn(bits)).ParamName);

    [SeededProperty]
    public void The_highest_frame_ends_at_the_top_of_the_address_space(PageSize pageSize)
    {
        Pfn highest = Pfn.Max(pageSize);
        Pfn[] frames = [highest + -1, highest];
        PfnView view = new(frames, pageSize);
        Assert.Equal(ulong.MaxValue, view.AddressAt(view.Length - 1).Value);
        foreach (FrameRun run in view.Runs) Assert.Equal((2, 2 * pageSize.Bytes), (run.FrameCount, run.Length));
        using var buffer = new PfnBuffer(frames, pageSize);
        Assert.Equal(1, buffer.RunCount);
    }

    [SeededProperty]
    public void A_frame_beyond_the_address_space_has_no_address(PageSize pageSize)
    {
        Pfn beyond = Pfn.Max(pageSize) + 1;
        Pfn[] frames = [beyond + -1, beyond];
        Assert.Throws<ArgumentOutOfRangeException>(() => beyond.ToAddress(pageSize));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PfnView(frames, pageSize).AddressAt(pageSize.Bytes));
        Assert.Equal("frames[1]", Assert.Throws<ArgumentOutOfRangeException>(() => new PfnBuffer(frames, pageSize)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            foreach (FrameRun run in new PfnView(frames, pageSize).Runs) _ = run;
        });
    }

    [Fact]
    public void The_highest_frame_of_4K_is_2_to_the_52_less_one() => Assert.Equal((1ul << 52) - 1, Pfn.Max(PageSize.Size4K).Value);
}
