using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>How much of a view is mapped where not all of it can be and a prefix is wanted: what the largest free block has room for, or what comes before a frame out of reach.</summary>
public class IovaPrefixTests
{
    private const ulong Base = 8ul << 30;
    private const long Page = 4096;

    private readonly SparseMemory _memory = RigMemory.Create();
    private readonly DmaSegment[] _segments = new DmaSegment[32];

    [Theory]
    [InlineData(16, 0, 16)]
    [InlineData(16, 100, 16)]
    [InlineData(8, 100, 8)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 4095, 1)]
    [InlineData(12, 1, 8)]
    public void A_view_is_mapped_as_far_as_the_largest_free_block_reaches(int aperture, int offset, int pages)
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(aperture, default);
        var view = new PfnView(Given.Frames(0x100, 17, 2), PageSize.Size4K, offset, (17 * Page) - offset);
        AssertShort(domain, mapper, view, MapOptions.None);
        AssertMapped(mapper, view, (pages * Page) - offset, 1, pages * Page, offset);
    }

    [Theory]
    [InlineData(4, 0, 1)]
    [InlineData(4, 5000, 1)]
    [InlineData(8, 5000, 2)]
    public void In_granules_that_are_larger_too(int aperture, int offset, int granules)
    {
        const long Granule = 4 * Page;
        (IommuDomain domain, IommuMapper mapper) = Domain(aperture, default, PageSize.Size16K);
        var view = new PfnView(Given.Frames(0x100, 3, 2), PageSize.Size16K, offset, (3 * Granule) - offset);
        AssertShort(domain, mapper, view, MapOptions.None);
        AssertMapped(mapper, view, (granules * Granule) - offset, 1, granules * Granule, offset);
    }

    [Fact]
    public void A_prefix_that_is_to_lie_in_large_pages_leaves_room_before_itself()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(1024, default);
        using var run = new PfnBuffer(Given.Frames(0x10005, 1536), PageSize.Size4K);
        AssertShort(domain, mapper, run.View, MapOptions.None);
        AssertMapped(mapper, run.View, (1024 - 5) * Page, 1, 1024 * Page, 5 * Page);
    }

    [Fact]
    public void A_shorter_prefix_is_cut_anew_for_its_device()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(16, new DmaConstraints { MaxSegmentSize = 2 * Page });
        var view = new PfnView(Given.Frames(0x100, 17, 2), PageSize.Size4K);
        AssertShort(domain, mapper, view, MapOptions.None);
        AssertMapped(mapper, view, 16 * Page, 8, 16 * Page, 0);

        // Sixteen pages have room for fifteen, in threes.
        (_, IommuMapper threes) = Domain(16, new DmaConstraints { Granularity = 3 * Page });
        AssertMapped(threes, new PfnView(Given.Frames(0x100, 24, 2), PageSize.Size4K), 15 * Page, 1, 16 * Page, 0);
    }

    [Fact]
    public void Where_no_block_has_room_for_what_the_device_takes_least_nothing_is_mapped()
    {
        var twelve = new DmaConstraints { Granularity = 12 * Page };
        (IommuDomain domain, IommuMapper mapper) = Domain(8, twelve);
        AssertShort(domain, mapper, new PfnView(Given.Frames(0x100, 24, 2), PageSize.Size4K), MapOptions.Prefix);

        var aligned = new DmaConstraints { Alignment = 16 * (ulong)Page };
        (domain, mapper) = Domain(8, aligned);
        AssertShort(domain, mapper, new PfnView(Given.Frames(0x100, 17, 2), PageSize.Size4K), MapOptions.Prefix);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1, 100)]
    [InlineData(2, 100)]
    [InlineData(3, 4095)]
    public void A_prefix_ends_before_the_first_frame_that_no_entry_names(int at, int offset)
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(16, default);
        Pfn[] frames = Given.Frames(0x100, 5, 2);
        frames[at] = frames[4] = new Pfn(1ul << (domain.OutputBits - 12));
        var view = new PfnView(frames, PageSize.Size4K, offset, (5 * Page) - offset);
        foreach (MapOptions options in new[] { MapOptions.None, MapOptions.Prefix })
        {
            MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice, options, default);
            MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments, options);
            bool mapped = options == MapOptions.Prefix && at > 0;
            (MapStatus, int, long) expected = mapped ? (MapStatus.Mapped, -1, (at * Page) - offset) : (MapStatus.UnreachableFrame, at, 0);
            Assert.Equal(expected, (plan.Status, plan.FailedFrame, plan.Length));
            Assert.Equal((expected.Item1, expected.Item3), (result.Status, result.Length));
            if (mapped) mapper.Unmap(result.Token);
            else Assert.Equal(at, result.FailedFrame);
        }

        Assert.Equal(0, domain.LiveMappings);
    }

    [Fact]
    public void Without_a_prefix_the_frame_is_told_where_a_segment_of_an_untrusted_device_fails()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(16, new DmaConstraints { MaxSegmentSize = 3000, Granularity = 1000 }, trusted: false);

        // 3000, 3000 and 2000 bytes, and then less than the device takes.
        MapResult result = mapper.Map(new PfnView(Given.Frames(0x100, 2, 2), PageSize.Size4K), DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Unaligned, 1, 0), (result.Status, result.FailedFrame, domain.LiveMappings));
    }

    private void AssertShort(IommuDomain domain, IommuMapper mapper, scoped in PfnView view, MapOptions options)
    {
        ulong free = domain.FreeIovaBytes;
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice, options, default);
        Assert.Equal((MapStatus.NoIovaSpace, -1, 0L), (plan.Status, plan.FailedFrame, plan.Length));
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments, options);
        Assert.Equal((MapStatus.NoIovaSpace, -1, 0L), (result.Status, result.FailedFrame, result.Length));
        Assert.Equal((0, free), (domain.LiveMappings, domain.FreeIovaBytes));
    }

    private void AssertMapped(IommuMapper mapper, scoped in PfnView view, long length, int segments, long iova, long at)
    {
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice, MapOptions.Prefix, default);
        Assert.Equal((MapStatus.Mapped, length, segments, iova, -1), (plan.Status, plan.Length, plan.SegmentCount, plan.IovaBytes, plan.FailedFrame));
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, length, segments), (result.Status, result.Length, result.SegmentCount));
        Assert.Equal(Base + (ulong)at, _segments[0].Address.Value);
        mapper.Unmap(result.Token);
    }

    private (IommuDomain Domain, IommuMapper Mapper) Domain(int pages, DmaConstraints limits, PageSize granule = default, bool trusted = true)
    {
        var options = new IommuDomainOptions { Aperture = new DmaWindow(new DmaAddress(Base), new DmaAddress(Base + (ulong)(pages * Page) - 1)), Granule = granule };
        var domain = new IommuDomain(_memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), new EmulatedIommu(_memory), options);
        return (domain, new IommuMapper(new DmaDevice("d", new RequesterId(1), limits) { IsTrusted = trusted }, domain));
    }
}
