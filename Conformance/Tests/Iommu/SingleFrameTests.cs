using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A single frame is mapped as any view is, also where a block is warm that only has to be taken.</summary>
public class SingleFrameTests
{
    private const long Page = 4096;

    private readonly SparseMemory _memory = RigMemory.Create();
    private readonly DmaSegment[] _segments = new DmaSegment[8];

    public static TheoryData<string> Formats => [.. KnownFormat.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void One_that_no_entry_names_is_refused(string name)
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(new IommuDomainOptions { Format = KnownFormat.Named(name).Format });
        ulong beyond = 1ul << (domain.OutputBits - 12);
        for (int round = 0; round < 3; round++)
        {
            foreach (ulong frame in new[] { beyond, beyond + 1, (beyond * 2) - 1 })
            {
                MapResult refused = Map(mapper, frame);
                Assert.Equal((MapStatus.UnreachableFrame, 0), (refused.Status, refused.FailedFrame));
            }

            MapResult last = Map(mapper, beyond - 1);
            Assert.Equal((MapStatus.Mapped, 1, Page), (last.Status, last.SegmentCount, last.Length));
            Assert.Equal((beyond - 1) << 12, Assert.Single(KnownFormat.Named(name).Walker.List(_memory, domain.RootTable)).Physical);
            mapper.Unmap(last.Token);
        }

        Assert.Equal(0, domain.LiveMappings);
    }

    [Fact]
    public void One_is_cut_for_a_device_of_limits()
    {
        (_, IommuMapper mapper) = Domain(new IommuDomainOptions(), new DmaConstraints { MaxSegmentSize = 1000 });
        for (int round = 0; round < 3; round++)
        {
            MapResult result = Map(mapper, 7);
            Assert.Equal((MapStatus.Mapped, 5, Page), (result.Status, result.SegmentCount, result.Length));
            Assert.Equal([1000, 1000, 1000, 1000, 96], _segments.Take(5).Select(static segment => segment.Length));
            mapper.Unmap(result.Token);
        }
    }

    [Fact]
    public void One_that_is_smaller_than_a_granule_is_refused()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(new IommuDomainOptions { Granule = PageSize.Size16K });
        for (int round = 0; round < 2; round++)
        {
            MapResult result = Map(mapper, 7);
            Assert.Equal((MapStatus.FrameTooSmall, -1, 0), (result.Status, result.FailedFrame, domain.LiveMappings));
            MapResult whole = mapper.Map(new PfnView([new Pfn(7)], PageSize.Size16K), DmaDirection.ToDevice, _segments);
            Assert.True(whole.IsMapped);
            mapper.Unmap(whole.Token);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(600)]
    public void Without_room_for_a_segment_nothing_is_mapped(int pages)
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(new IommuDomainOptions());
        var view = new PfnView(Given.Frames(0x100, pages, 2), PageSize.Size4K);
        for (int round = 0; round < 2; round++)
        {
            foreach (MapOptions options in new[] { MapOptions.None, MapOptions.Prefix })
            {
                MapResult refused = mapper.Map(view, DmaDirection.ToDevice, default, options);
                Assert.Equal((MapStatus.SpanTooShort, 1, 0), (refused.Status, refused.SegmentsNeeded, domain.LiveMappings));
            }

            mapper.Unmap(mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.None).Token);
        }
    }

    [Fact]
    public void Each_is_counted_with_its_bytes()
    {
        using Heard heard = new("of single frames");
        (IommuDomain domain, _) = Domain(new IommuDomainOptions());
        var mapper = new IommuMapper(new DmaDevice("of single frames", new RequesterId(2)), domain);
        for (int round = 1; round <= 3; round++)
        {
            MapResult result = mapper.Map(new PfnView([new Pfn(7)], PageSize.Size4K, 96, 1000), DmaDirection.ToDevice, _segments, MapOptions.None);
            Assert.Equal((round, round * 1000), (heard[DmaMetrics.Maps], heard[DmaMetrics.MappedSize]));
            mapper.Unmap(result.Token);
            Assert.Equal((round, round * 1000), (heard[DmaMetrics.Unmaps], heard[DmaMetrics.UnmappedSize]));
        }
    }

    private MapResult Map(IommuMapper mapper, ulong frame) => mapper.Map(new PfnView([new Pfn(frame)], PageSize.Size4K), DmaDirection.ToDevice, _segments, MapOptions.None);

    private (IommuDomain Domain, IommuMapper Mapper) Domain(IommuDomainOptions options, DmaConstraints limits = default)
    {
        var domain = new IommuDomain(_memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), new EmulatedIommu(_memory), options);
        return (domain, new IommuMapper(new DmaDevice("d", new RequesterId(1), limits), domain));
    }
}
