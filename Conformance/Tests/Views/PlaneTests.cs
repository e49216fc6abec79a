using System;
using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class PlaneTests
{
    [Fact]
    public void A_plane_counts_its_lines_and_what_lies_between_them_apart()
    {
        var plane = new Plane(100, 1920, 2048, 1080);
        Assert.Equal(1920L * 1080, plane.Length);
        Assert.Equal((2048L * 1079) + 1920, plane.Extent);
        Assert.Equal(100, plane.LineAt(0));
        Assert.Equal(100 + (2048 * 1079), plane.LineAt(1079));
        Assert.False(plane.IsPacked);
        Assert.Equal("1080 lines of 1920 bytes, stride 2048, from 100", plane.ToString());
    }

    [Theory]
    [InlineData(10, 10, 5, true)]
    [InlineData(10, 11, 1, true)]
    [InlineData(10, 11, 2, false)]
    public void A_plane_without_gaps_is_packed(long width, long stride, int height, bool packed) => Assert.Equal(packed, new Plane(0, width, stride, height).IsPacked);

    [Fact]
    public void The_default_plane_is_empty_and_safe()
    {
        Plane plane = default;
        Assert.True(plane.IsEmpty);
        Assert.True(plane.IsPacked);
        Assert.Equal(0, plane.Length);
        Assert.Equal(0, plane.Extent);
        Assert.Equal(0, plane.MostSegments(default));
        Assert.Equal("no line", plane.ToString());
        Assert.Equal("line", Assert.Throws<ArgumentOutOfRangeException>(() => plane.LineAt(0)).ParamName);
    }

    [Theory]
    [InlineData(-1, 1, 1, 1, "offset", "0 or more")]
    [InlineData(0, 0, 1, 1, "width", "at least 1")]
    [InlineData(0, 8, 7, 1, "stride", "at least the width, 8")]
    [InlineData(0, 8, 8, 0, "height", "at least 1")]
    [InlineData(2, long.MaxValue - 1, long.MaxValue - 1, 1, "width", "9223372036854775805")]
    [InlineData(0, 1, 1L << 62, 3, "stride", "4611686018427387903")]
    [InlineData(0, 1, long.MaxValue, 2, "stride", "9223372036854775806")]
    public void Numbers_outside_their_range_are_told_with_the_limit(long offset, long width, long stride, int height, string parameter, string limit)
    {
        var thrown = Assert.Throws<ArgumentOutOfRangeException>(() => new Plane(offset, width, stride, height));
        Assert.Equal(parameter, thrown.ParamName);
        Assert.Contains(limit, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plane_may_end_at_the_last_byte_that_can_be_counted()
    {
        var plane = new Plane(0, 1, (1L << 62) - 1, 3);
        Assert.Equal(long.MaxValue, plane.Extent);
        Assert.Equal(long.MaxValue, new Plane(1, long.MaxValue - 1, long.MaxValue, 1).Offset + new Plane(1, long.MaxValue - 1, long.MaxValue, 1).Extent);
    }

    [Fact]
    public void A_line_outside_is_told_with_the_limit()
    {
        var thrown = Assert.Throws<ArgumentOutOfRangeException>(() => new Plane(0, 1, 2, 7).LineAt(7));
        Assert.Equal("line", thrown.ParamName);
        Assert.Contains("7 lines", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 4096, 8192, 4, 4)]
    [InlineData(0, 4097, 8192, 4, 8)]
    [InlineData(0, 1000, 1024, 8, 8)]
    [InlineData(3800, 600, 1024, 2, 3)]
    public void Pages_are_counted_for_each_line(long offset, long width, long stride, int height, long most)
    {
        Pfn[] frames = [.. Enumerable.Range(0, 10).Select(i => new Pfn((ulong)(i * 2)))];
        Assert.Equal(most, new Plane(offset, width, stride, height).MostSegments(new PfnView(frames, PageSize.Size4K)));
    }

    [Fact]
    public void A_view_that_ends_before_the_plane_is_refused_with_the_limit()
    {
        var thrown = Assert.Throws<ArgumentOutOfRangeException>(() => new Plane(1, 4096, 4096, 1).MostSegments(new PfnView([new Pfn(1)], PageSize.Size4K)));
        Assert.Equal("view", thrown.ParamName);
        Assert.Contains("4097", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Planes_are_compared_by_their_numbers()
    {
        var plane = new Plane(1, 2, 3, 4);
        Assert.True(plane == new Plane(1, 2, 3, 4));
        Assert.Equal(plane.GetHashCode(), new Plane(1, 2, 3, 4).GetHashCode());
        foreach (Plane other in new Plane[] { new(0, 2, 3, 4), new(1, 1, 3, 4), new(1, 2, 4, 4), new(1, 2, 3, 5), default }) Assert.True(plane != other);
        Assert.False(plane.Equals((object?)null));
    }
}
