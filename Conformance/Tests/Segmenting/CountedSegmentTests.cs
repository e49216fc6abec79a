using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Segments that nobody receives are counted at once, however many there are.</summary>
public class CountedSegmentTests
{
    [Theory]
    [InlineData(1, 0, 1L << 40)]
    [InlineData(512, 0, 1L << 45)]
    [InlineData(512, 4095, (1L << 45) + 100)]
    [InlineData(3000, 4095, (1L << 45) + 100)]
    [InlineData(1, 4095, long.MaxValue)]
    [InlineData(4096, 4095, 1L << 45)]
    [InlineData(0, 4095, long.MaxValue)]
    [InlineData(8192, 4095, (1L << 45) + 100)]
    [InlineData(long.MaxValue, 65535, long.MaxValue)]
    public void More_segments_than_an_int_counts_are_too_many_for_any_span(long size, ulong boundary, long length)
    {
        var segmenter = new Segmenter(new DmaConstraints { MaxSegmentSize = size, SegmentBoundaryMask = boundary }, default, countOnly: true);
        segmenter.Add(default, length);
        Assert.Equal(SegmentingStatus.SpanTooShort, segmenter.Finish());
        Assert.Equal(int.MaxValue, segmenter.Count);
        Assert.Equal(length, segmenter.Length);
    }

    [Theory]
    [InlineData(512, 0, 100_000, 196)]
    [InlineData(512, 4095, 1 << 20, 2048)]
    [InlineData(3000, 4095, 1 << 20, 512)]
    [InlineData(3000, 0, 1 << 20, 350)]
    [InlineData(4096, 0, (1 << 20) + 1, 257)]
    [InlineData(0, 4095, (1 << 20) + 1, 257)]
    [InlineData(8192, 4095, 1 << 20, 256)]
    public void As_many_are_counted_as_are_cut(long size, ulong boundary, long length, int count)
    {
        var constraints = new DmaConstraints { MaxSegmentSize = size, SegmentBoundaryMask = boundary };
        foreach (int room in new[] { 0, 1, 7, count })
        {
            foreach (ulong start in new ulong[] { 0, 4096, 1234 })
            {
                Segmenter counted = Cut(constraints, new DmaSegment[room], start, length), cut = Cut(constraints, new DmaSegment[count + 2], start, length);
                Assert.Equal(cut.Count, counted.Count);
                Assert.Equal(length, counted.Length);
                if (start == 0) Assert.Equal(count, counted.Count);
            }
        }
    }

    [Theory]
    [InlineData(512, 4095, 1 << 20)]
    [InlineData(3000, 4095, 1 << 20)]
    [InlineData(3000, 0, 1 << 20)]
    [InlineData(1, 65535, 1 << 20)]
    [InlineData(0, 4095, 1 << 20)]
    public void A_prefix_that_is_only_counted_is_as_long_as_one_that_is_cut(long size, ulong boundary, long length)
    {
        foreach (int most in new[] { 1, 7, 100, 700, 5000 })
        {
            var constraints = new DmaConstraints { MaxSegmentSize = size, SegmentBoundaryMask = boundary, MaxSegmentCount = most };
            Segmenter counted = Prefix(constraints, default, countOnly: true, length), cut = Prefix(constraints, new DmaSegment[most], countOnly: false, length);
            Assert.Equal(cut.Count, counted.Count);
            Assert.Equal(cut.Length, counted.Length);
        }
    }

    private static Segmenter Prefix(in DmaConstraints constraints, DmaSegment[]? segments, bool countOnly, long length)
    {
        var segmenter = new Segmenter(constraints, segments, prefix: true, countOnly);
        segmenter.Add(new DmaAddress(1234), length);
        segmenter.Finish();
        return segmenter;
    }

    private static Segmenter Cut(in DmaConstraints constraints, DmaSegment[] segments, ulong start, long length)
    {
        var segmenter = new Segmenter(constraints, segments);
        segmenter.Add(new DmaAddress(start), length);
        segmenter.Finish();
        return segmenter;
    }
}
