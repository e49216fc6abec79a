using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Which addresses a domain hands out: each page of its aperture once, in blocks as large as there are, and none of a hole.</summary>
public class IovaApertureTests
{
    private const ulong Page = 4096;
    private const ulong Large = 2 << 20;
    private const ulong Border = 1ul << 32;
    private const ulong Base = 2ul << 32;

    private readonly SparseMemory _memory = RigMemory.Create();
    private readonly DmaSegment[] _segments = new DmaSegment[1];

    [Theory]
    [InlineData(4, 1)]
    [InlineData(1, 4)]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    public void Each_page_on_either_side_of_4_GiB_is_there_once(int below, int above)
    {
        ulong first = Border - ((ulong)below * Page);
        (IommuDomain domain, IommuMapper mapper) = Domain(new IommuDomainOptions { Aperture = Window(first, below + above) });
        Assert.Equal((ulong)(below + above) * Page, domain.FreeIovaBytes);
        Assert.Equal(Enumerable.Range(0, below + above).Select(page => first + ((ulong)page * Page)), MapAll(mapper, PageSize.Size4K));
        Assert.Equal(0ul, domain.FreeIovaBytes);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(15, 15)]
    [InlineData(3, 5)]
    [InlineData(1, 14)]
    [InlineData(-2, 0)]
    [InlineData(15, 17)]
    [InlineData(-3, -1)]
    [InlineData(16, 18)]
    public void A_reserved_window_takes_out_the_pages_that_it_touches_and_no_others(int from, int to)
    {
        var hole = new DmaWindow(new DmaAddress(At(from) + 100), new DmaAddress(At(to) + 200));
        (IommuDomain domain, IommuMapper mapper) = Domain(new IommuDomainOptions { Aperture = Window(Base, 16), ReservedWindows = [hole] });
        ulong[] expected = [.. Enumerable.Range(0, 16).Where(page => page < from || page > to).Select(At)];
        Assert.Equal((ulong)expected.Length * Page, domain.FreeIovaBytes);
        Assert.Equal(expected, MapAll(mapper, PageSize.Size4K));
    }

    [Theory]
    [InlineData(1, 10, 4, 1)]
    [InlineData(4, 11, 4, 2)]
    [InlineData(3, 16, 4, 3)]
    [InlineData(4, 7, 4, 1)]
    public void Of_an_aperture_whole_granules_are_used(int from, int to, int first, int granules)
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(new IommuDomainOptions { Aperture = Window(At(from), to - from + 1), Granule = PageSize.Size16K });
        Assert.Equal((ulong)granules * 4 * Page, domain.FreeIovaBytes);
        Assert.Equal(Enumerable.Range(0, granules).Select(one => At(first + (4 * one))), MapAll(mapper, PageSize.Size16K));
    }

    [Theory]
    [InlineData(5, 8)]
    [InlineData(5, 10)]
    [InlineData(1, 2)]
    [InlineData(4, 6)]
    public void An_aperture_without_a_whole_granule_is_refused(int from, int to)
    {
        var options = new IommuDomainOptions { Aperture = Window(At(from), to - from + 1), Granule = PageSize.Size16K };
        Assert.Equal("options", Assert.Throws<ArgumentException>(() => { Domain(options); }).ParamName);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 3, 2)]
    [InlineData(0, 64, 64)]
    [InlineData(32, 64, 32)]
    [InlineData(0, 128, 128)]
    [InlineData(64, 128, 64)]
    [InlineData(128, 128, 128)]
    [InlineData(64, 192, 128)]
    [InlineData(0, 256, 256)]
    [InlineData(256, 256, 256)]
    [InlineData(128, 256, 128)]
    [InlineData(0, 384, 256)]
    [InlineData(0, 512, 512)]
    [InlineData(256, 768, 512)]
    [InlineData(0, 1024, 1024)]
    [InlineData(0, 3072, 2048)]
    public void The_largest_free_block_is_the_largest_that_can_be_mapped(int first, int pages, int largest)
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(new IommuDomainOptions { Aperture = Window(At(first), pages) });
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(((ulong)largest * Page, 1 - ((double)largest / pages)), (domain.LargestFreeIovaBytes, domain.IovaFragmentation));
            Assert.Equal(MapStatus.NoIovaSpace, Map(mapper, PageSize.Size4K, largest + 1).Status);
            MapResult mapped = Map(mapper, PageSize.Size4K, largest);
            Assert.Equal((MapStatus.Mapped, (ulong)(pages - largest) * Page), (mapped.Status, domain.FreeIovaBytes));
            mapper.Unmap(mapped.Token);
        }
    }

    [Fact]
    public void Many_free_blocks_of_one_size_are_each_handed_out_once_however_often()
    {
        const int Blocks = 12;
        DmaWindow[] holes = [.. Enumerable.Range(0, Blocks).Select(i => Window(Base + ((ulong)((2 * i) + 1) * Large), 512))];
        (IommuDomain domain, IommuMapper mapper) = Domain(new IommuDomainOptions { Aperture = Window(Base, 2 * Blocks * 512), ReservedWindows = holes });
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal((Blocks * Large, Large), (domain.FreeIovaBytes, domain.LargestFreeIovaBytes));
            var tokens = new List<MappingToken>();
            Assert.Equal(Enumerable.Range(0, Blocks).Select(i => Base + ((ulong)(2 * i) * Large)), MapAll(mapper, PageSize.Size2M, tokens));
            Assert.Equal((0ul, 0ul), (domain.FreeIovaBytes, domain.LargestFreeIovaBytes));
            foreach (MappingToken token in tokens) mapper.Unmap(token);
        }
    }

    [Fact]
    public void The_table_above_an_aperture_of_a_gigabyte_comes_and_goes()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(new IommuDomainOptions { Aperture = Window(5ul << 30, 1 << 18) });
        long start = domain.TableBytes;
        MapResult mapped = Map(mapper, PageSize.Size4K);
        Assert.Equal(start + (2 * (long)Page), domain.TableBytes);
        mapper.Unmap(mapped.Token);
        domain.Trim();
        Assert.Equal((start, 1ul << 30), (domain.TableBytes, domain.LargestFreeIovaBytes));
    }

    [Fact]
    public void A_block_of_half_a_tebibyte_is_given_back_and_taken_again_with_its_slot()
    {
        const ulong Half = 1ul << 39;
        var limits = new DmaConstraints { Alignment = Half };
        (IommuDomain domain, IommuMapper mapper) = Domain(new IommuDomainOptions { Aperture = Window(Half, 1 << 27) }, limits);
        Assert.Equal((long)Half, mapper.Plan(new PfnView([new Pfn(5)], PageSize.Size4K), DmaDirection.ToDevice).IovaBytes);
        long tables = domain.TableBytes;
        var slots = new HashSet<int>();
        for (int round = 0; round < 3; round++)
        {
            MapResult mapped = Map(mapper, PageSize.Size4K);
            Assert.Equal((MapStatus.Mapped, Half), (mapped.Status, _segments[0].Address.Value));
            Assert.Equal((0ul, MapStatus.NoIovaSpace), (domain.FreeIovaBytes, Map(mapper, PageSize.Size4K).Status));
            slots.Add(mapped.Token.Slot);
            mapper.Unmap(mapped.Token);
            Assert.Equal((Half, tables), (domain.LargestFreeIovaBytes, domain.TableBytes));
        }

        Assert.Single(slots);
    }

    private static ulong At(int page) => (ulong)((long)Base + (page * (long)Page));

    private static DmaWindow Window(ulong first, int pages) => new(new DmaAddress(first), new DmaAddress(first + ((ulong)pages * Page) - 1));

    private MapResult Map(IommuMapper mapper, PageSize size, int frames = 1) => mapper.Map(new PfnView(Given.Frames(0x100, frames, 2), size), DmaDirection.ToDevice, _segments);

    /// <summary>Where single frames come to lie until there is room for no more, in order.</summary>
    private List<ulong> MapAll(IommuMapper mapper, PageSize size, List<MappingToken>? tokens = null)
    {
        var at = new List<ulong>();
        MapResult result = Map(mapper, size);
        for (; result.IsMapped && at.Count < 1000; result = Map(mapper, size))
        {
            at.Add(_segments[0].Address.Value);
            tokens?.Add(result.Token);
        }

        Assert.Equal(MapStatus.NoIovaSpace, result.Status);
        at.Sort();
        return at;
    }

    private (IommuDomain Domain, IommuMapper Mapper) Domain(IommuDomainOptions options, DmaConstraints limits = default)
    {
        var domain = new IommuDomain(_memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), new EmulatedIommu(_memory), options);
        return (domain, new IommuMapper(new DmaDevice("d", new RequesterId(1), limits), domain));
    }
}
