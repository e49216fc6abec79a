using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Which block of IOVAs a view gets, and where in it it lies: as large as its pages, its device's rules and its large pages want, and no larger.</summary>
public sealed class IovaBlockTests : IDisposable
{
    private const ulong Page = 4096;
    private const ulong Large = 2 << 20;
    private const long Mega = 1 << 20;

    private readonly SparseMemory _memory = RigMemory.Create();
    private readonly DmaSegment[] _segments = new DmaSegment[2];
    private readonly IommuDomain _domain;

    public IovaBlockTests() => _domain = new IommuDomain(_memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), new EmulatedIommu(_memory));

    public void Dispose() => _domain.Dispose();

    [Theory]
    [InlineData(0, 4096, 1)]
    [InlineData(1, 4096, 2)]
    [InlineData(4095, 1, 1)]
    [InlineData(4095, 2, 2)]
    [InlineData(4095, 4097, 2)]
    [InlineData(4095, 4098, 4)]
    [InlineData(4096, 4096, 1)]
    [InlineData(8191, 2, 2)]
    [InlineData(0, 12289, 4)]
    public void A_view_takes_the_pages_that_its_bytes_touch(int offset, int length, int pages)
    {
        foreach ((PageSize size, long limit) in new[] { (PageSize.Size4K, 0L), (PageSize.Size4K, Mega), (PageSize.Size64K, 0L), (PageSize.Size64K, Mega) })
        {
            if (offset >= size.Bytes) continue;
            var view = new PfnView(Given.Frames(0x1000, 4, 2), size, offset, length);
            IommuMapper mapper = Mapper(new DmaConstraints { MaxSegmentSize = limit });
            ulong free = _domain.FreeIovaBytes;
            Assert.Equal(pages * 4096L, mapper.Plan(view, DmaDirection.ToDevice).IovaBytes);
            MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments);
            Assert.Equal((MapStatus.Mapped, (ulong)pages * Page), (result.Status, free - _domain.FreeIovaBytes));
            mapper.Unmap(result.Token);
        }
    }

    [Fact]
    public void A_run_lies_as_far_from_a_large_page_as_its_frames_unless_its_device_wants_it_aligned_otherwise()
    {
        using var run = new PfnBuffer(Given.Frames(0x10005, 1536), PageSize.Size4K);
        AssertLies(run.View, default, 5, 8 * Mega);
        AssertLies(run.View, new DmaConstraints { MaxSegmentSize = 1 << 30 }, 5, 8 * Mega);
        AssertLies(run.View, new DmaConstraints { Alignment = 4096 }, 5, 8 * Mega);
        AssertLies(run.View, new DmaConstraints { Alignment = 1 << 16 }, 0, 8 * Mega);
        using var four = new PfnBuffer(Given.Frames(0x10004, 1536), PageSize.Size4K);
        AssertLies(four.View, new DmaConstraints { Alignment = 1 << 14 }, 4, 8 * Mega);
        AssertLies(four.View, new DmaConstraints { Alignment = 1 << 15 }, 0, 8 * Mega);
        using var sixteen = new PfnBuffer(Given.Frames(0x10010, 1536), PageSize.Size4K);
        AssertLies(sixteen.View, new DmaConstraints { Alignment = 1 << 16 }, 16, 8 * Mega);
    }

    [Fact]
    public void Large_pages_are_not_worth_a_boundary_that_the_view_would_not_cross()
    {
        using var run = new PfnBuffer(Given.Frames(0x10005, 1020), PageSize.Size4K);
        AssertLies(run.View, default, 5, 8 * Mega);
        AssertLies(run.View, new DmaConstraints { SegmentBoundaryMask = (8 << 20) - 1 }, 5, 8 * Mega);
        AssertLies(run.View, new DmaConstraints { SegmentBoundaryMask = (4 << 20) - 1 }, 0, 4 * Mega);
        using var longer = new PfnBuffer(Given.Frames(0x10005, 1536), PageSize.Size4K);
        AssertLies(longer.View, new DmaConstraints { SegmentBoundaryMask = (8 << 20) - 1 }, 5, 8 * Mega);
    }

    [Fact]
    public void The_first_run_in_which_a_large_page_fits_decides_where_a_view_lies()
    {
        Pfn[] apart = Given.Frames(0x30001, 3, 4);
        using var behind = new PfnBuffer([.. apart, .. Given.Frames(0x20007, 1024)], PageSize.Size4K);
        AssertLies(behind.View, default, 4, 8 * Mega, 1);
        using var whole = new PfnBuffer([.. apart, .. Given.Frames(0x20000, 512)], PageSize.Size4K);
        AssertLies(whole.View, default, 509, 4 * Mega, 1);
        using var second = new PfnBuffer([.. Given.Frames(0x30101, 600), .. Given.Frames(0x20000, 600)], PageSize.Size4K);
        AssertLies(second.View, default, 512 - (600 - 512), 8 * Mega, 1);

        // 600 frames without a large page among them, for they begin in the midst of one.
        using var none = new PfnBuffer(Given.Frames(0x20101, 600), PageSize.Size4K);
        AssertLies(none.View, default, 0, 4 * Mega, 0);
    }

    [Fact]
    public void A_plain_array_of_frames_up_to_64_KiB_takes_no_more_than_its_pages()
    {
        Pfn[] small = Given.Frames(0x10005, 1024), large = Given.Frames(0x1005, 64);
        AssertLies(new PfnView(small, PageSize.Size4K), default, 0, 4 * Mega);
        AssertLies(new PfnView(large, PageSize.Size64K), default, 0, 4 * Mega);
        using var buffer = new PfnBuffer(large, PageSize.Size64K);
        AssertLies(buffer.View, default, 0x50, 8 * Mega, 1);
    }

    [Theory]
    [InlineData(0xFFF, 1, 1, 0)]
    [InlineData(0xFFF, 12, 16, 0)]
    [InlineData(0xFFFF, 1, 16, 5)]
    [InlineData(0xFFFF, 11, 16, 5)]
    [InlineData(0xFFFF, 12, 32, 5)]
    [InlineData(0x3_FFFF, 1, 64, 5)]
    public void Bits_that_a_device_wants_kept_are_those_of_the_home_in_the_least_block(int mask, int count, int pages, int lead)
    {
        IommuMapper mapper = Mapper(new DmaConstraints { OffsetPreservingMask = (ulong)mask });
        var view = new PfnView(Given.Frames(0x10005, count), PageSize.Size4K, 0x123, (count * 4096L) - 0x123);
        Assert.Equal(pages * 4096L, mapper.Plan(view, DmaDirection.ToDevice).IovaBytes);
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Mapped, 1), (result.Status, result.SegmentCount));
        Assert.Equal(((ulong)lead * Page) + 0x123, _segments[0].Address.Value & ((ulong)mask | 0xFFF));
        mapper.Unmap(result.Token);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4096, 1)]
    [InlineData(8192, 2)]
    [InlineData(65536, 16)]
    public void A_block_is_as_aligned_as_the_device_wants(int alignment, int pages)
    {
        IommuMapper mapper = Mapper(new DmaConstraints { Alignment = (ulong)alignment });
        var view = new PfnView([new Pfn(0x10005)], PageSize.Size4K);
        Assert.Equal(pages * 4096L, mapper.Plan(view, DmaDirection.ToDevice).IovaBytes);
        var tokens = new List<MappingToken>();
        for (int i = 0; i < 3; i++)
        {
            tokens.Add(mapper.Map(view, DmaDirection.ToDevice, _segments).Token);
            Assert.Equal(0ul, _segments[0].Address.Value & ((ulong)alignment - 1));
        }

        foreach (MappingToken token in tokens) mapper.Unmap(token);
    }

    /// <summary>A view is one segment that begins so many pages behind a multiple of a large page, in a block of so many bytes; with so many large pages, where that is told.</summary>
    private void AssertLies(PfnView view, DmaConstraints limits, int lead, long block, int large = -1)
    {
        IommuMapper mapper = Mapper(limits);
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice);
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Mapped, 1, block), (result.Status, result.SegmentCount, plan.IovaBytes));
        Assert.Equal((ulong)lead * Page, _segments[0].Address.Value & (Large - 1));
        if (large >= 0) Assert.Equal(large, KnownFormat.Default.Walker.List(_memory, _domain.RootTable).Count(page => page.Bytes == (long)Large));
        mapper.Unmap(result.Token);
    }

    private IommuMapper Mapper(DmaConstraints limits) => new(new DmaDevice("d", new RequesterId(1), limits), _domain);
}
