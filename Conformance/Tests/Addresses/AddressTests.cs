using System;
using System.Runtime.CompilerServices;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class AddressTests
{
    [Fact]
    public void Default_values_are_safe()
    {
        Assert.Equal(PageSize.Size4K, default);
        Assert.Equal(4096, default(PageSize).Bytes);
        Assert.Equal(0ul, default(Pfn).Value);
        Assert.Equal(0ul, default(PhysicalAddress).Value);
        Assert.Equal(0ul, default(DmaAddress).Value);
        Assert.Equal(0, default(DmaSegment).Length);
    }

    [Fact]
    public void A_pfn_is_laid_out_as_a_plain_word() => Assert.Equal(8, Unsafe.SizeOf<Pfn>());

    [Theory]
    [InlineData(4096, 12, "4K")]
    [InlineData(16384, 14, "16K")]
    [InlineData(65536, 16, "64K")]
    [InlineData(2097152, 21, "2M")]
    [InlineData(1073741824, 30, "1G")]
    public void A_page_size_knows_its_bytes_shift_and_name(long bytes, int shift, string name)
    {
        PageSize pageSize = PageSize.FromBytes(bytes);
        Assert.Equal((bytes, shift, name), (pageSize.Bytes, pageSize.Shift, pageSize.ToString()));
    }

    [SeededProperty]
    public void Any_other_number_of_bytes_is_no_page_size(long bytes)
    {
        if (bytes is 4096 or 16384 or 65536 or 2097152 or 1073741824) return;
        Assert.Equal("bytes", Assert.Throws<ArgumentOutOfRangeException>(() => PageSize.FromBytes(bytes)).ParamName);
    }

    [SeededProperty]
    public void Frames_for_a_length_hold_it_and_no_frame_is_spare(long word, PageSize pageSize)
    {
        long bytes = word & long.MaxValue;
        UInt128 frames = (UInt128)pageSize.FramesFor(bytes);
        Assert.True(frames * (UInt128)pageSize.Bytes >= (UInt128)bytes);
        Assert.True(bytes == 0 ? frames == 0 : (frames - 1) * (UInt128)pageSize.Bytes < (UInt128)bytes);
    }

    [SeededProperty]
    public void An_address_is_its_frame_and_its_offset_there(ulong word, PageSize pageSize)
    {
        var address = new PhysicalAddress(word);
        Assert.InRange(address.OffsetIn(pageSize), 0, pageSize.Bytes - 1);
        Assert.Equal(address, address.FrameOf(pageSize).ToAddress(pageSize) + address.OffsetIn(pageSize));
    }

    [SeededProperty]
    public void A_frame_has_an_address_exactly_when_it_is_not_beyond_the_highest(ulong word, PageSize pageSize)
    {
        var pfn = new Pfn(word);
        if (pfn > Pfn.Max(pageSize)) Assert.Equal("pfn", Assert.Throws<ArgumentOutOfRangeException>(() => pfn.ToAddress(pageSize)).ParamName);
        else Assert.Equal(pfn, pfn.ToAddress(pageSize).FrameOf(pageSize));
    }

    [SeededProperty]
    public void Distances_undo_steps_also_where_they_wrap(ulong word, long distance)
    {
        Assert.Equal(distance, (new Pfn(word) + distance) - new Pfn(word));
        Assert.Equal(distance, (new PhysicalAddress(word) + distance) - new PhysicalAddress(word));
        Assert.Equal(distance, (new DmaAddress(word) + distance) - new DmaAddress(word));
    }

    [SeededProperty]
    public void Addresses_are_ordered_as_their_words(ulong a, ulong b)
    {
        foreach ((ulong left, ulong right) in new[] { (a, b), (b, a), (a, a) })
        {
            int order = Math.Sign(left.CompareTo(right));
            Assert.Equal(order, Math.Sign(new Pfn(left).CompareTo(new Pfn(right))));
            Assert.Equal(order, Math.Sign(new PhysicalAddress(left).CompareTo(new PhysicalAddress(right))));
            Assert.Equal(order, Math.Sign(new DmaAddress(left).CompareTo(new DmaAddress(right))));
            (bool, bool, bool, bool, bool, bool) words = (left < right, left <= right, left == right, left != right, left >= right, left > right);
            Assert.Equal(words, Compared(new Pfn(left), new Pfn(right)));
            Assert.Equal(words, Compared(new PhysicalAddress(left), new PhysicalAddress(right)));
            Assert.Equal(words, Compared(new DmaAddress(left), new DmaAddress(right)));
        }
    }

    [Fact]
    public void Addresses_read_as_engineers_write_them()
    {
        Assert.Equal("pfn 0x1f4", new Pfn(500).ToString());
        Assert.Equal("0x1000", new PhysicalAddress(4096).ToString());
        Assert.Equal("0xffffffffffffffff", new DmaAddress(ulong.MaxValue).ToString());
        Assert.Equal("0x1000 + 512", new DmaSegment(new DmaAddress(4096), 512).ToString());
    }

    private static (bool, bool, bool, bool, bool, bool) Compared(Pfn left, Pfn right) => (left < right, left <= right, left == right, left != right, left >= right, left > right);

    private static (bool, bool, bool, bool, bool, bool) Compared(PhysicalAddress left, PhysicalAddress right) => (left < right, left <= right, left == right, left != right, left >= right, left > right);

    private static (bool, bool, bool, bool, bool, bool) Compared(DmaAddress left, DmaAddress right) => (left < right, left <= right, left == right, left != right, left >= right, left > right);
}
