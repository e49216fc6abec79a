using System;
using System.Linq;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What the emulated hardware counts, costs, remembers of large pages, and takes for no page.</summary>
public sealed class IommuHardwareTests : IDisposable
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly DmaDevice _device = new("device", new RequesterId(1));
    private readonly EmulatedIommu _iommu;
    private readonly IommuDomain _domain;
    private readonly IommuMapper _mapper;
    private readonly BusPort _port;
    private readonly DmaSegment[] _segments = new DmaSegment[1];

    public IommuHardwareTests()
    {
        _iommu = new EmulatedIommu(_machine);
        _domain = new IommuDomain(_machine, _machine.Frames, _iommu);
        _mapper = new IommuMapper(_device, _domain);
        _port = _iommu.Connect(_device, _domain);
    }

    public static TheoryData<string> Formats => [.. KnownFormat.All.Select(one => one.Name)];

    public void Dispose() => _iommu.Disconnect(_device);

    [Fact]
    public async Task Counters_are_exact_when_four_threads_count()
    {
        const int Each = 20_000;
        Map(64, 2);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(
            () =>
            {
                // Sixteen pages a thread, which miss every time, and are walked every time.
                byte[] one = new byte[1];
                for (int i = 0; i < Each; i++)
                {
                    DmaAddress page = _segments[0].Address + (((thread * 16) + (i % 16)) * 4096L);
                    Assert.True(_port.TryRead(page, one, out _));
                    _iommu.Invalidate(_domain.Number, page, 1);
                }
            },
            TestContext.Current.CancellationToken)));
        Assert.Equal((4 * Each, 4 * Each), (_iommu.Invalidations, _iommu.Walks));
    }

    [Fact]
    public void Accesses_and_invalidations_allocate_nothing()
    {
        Map(64, 2);
        byte[] bytes = new byte[64 * 4096];
        DmaAddress at = _segments[0].Address;
        Assert.Equal(0, Allocations.Of(() =>
        {
            Assert.True(_port.TryRead(at, bytes, out DmaFault fault), fault.ToString());
            Assert.True(_port.TryWrite(at + 5, bytes.AsSpan(0, 6000), out fault));
            _iommu.Invalidate(_domain.Number, at, 4096);
            _iommu.Invalidate(_domain.Number, at, 64 * 4096);
            _iommu.Invalidate(_domain.Number, default, long.MaxValue);
        }));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 1)]
    [InlineData(511, 1)]
    [InlineData(0, 512)]
    public void What_is_invalidated_of_a_large_page_is_walked_again_and_nothing_else(int page, int pages)
    {
        MappingToken token = Map(512, 1);
        Assert.Contains(KnownFormat.Default.Walker.List(_machine, _domain.RootTable), one => one.Bytes == 2 << 20);
        int[] looked = [0, 5, 511];
        Look(looked);
        long walks = _iommu.Walks;
        Look(looked);
        Assert.Equal(walks, _iommu.Walks);
        _iommu.Invalidate(_domain.Number, _segments[0].Address + (page * 4096L), pages * 4096L);
        Look(looked);
        Assert.Equal(pages == 512 ? 3 : 1, _iommu.Walks - walks);
        _mapper.Unmap(token);
        foreach (int at in looked) Assert.False(_port.TryRead(_segments[0].Address + (at * 4096L), new byte[1], out _));
    }

    [Fact]
    public void An_invalidation_of_a_page_forgets_no_other()
    {
        Map(64, 2);
        Look([.. Enumerable.Range(0, 64)]);
        long walks = _iommu.Walks;
        for (int pages = 1; pages <= 8; pages++)
        {
            _iommu.Invalidate(_domain.Number, _segments[0].Address + (16 * 4096), pages * 4096L);
            Look([.. Enumerable.Range(0, 64)]);
            walks += pages;
            Assert.Equal(walks, _iommu.Walks);
        }

        _iommu.Invalidate(_domain.Number, new DmaAddress(1ul << 57), long.MaxValue);
        _iommu.Invalidate(_domain.Number, new DmaAddress(ulong.MaxValue), long.MaxValue);
        _iommu.Invalidate(_domain.Number + 1, default, long.MaxValue);
        Look([.. Enumerable.Range(0, 64)]);
        Assert.Equal(walks, _iommu.Walks);
    }

    [Fact]
    public void The_four_pages_that_were_walked_last_are_found_again()
    {
        Map(512, 2);

        // Pages of one set of the IOTLB come one after the other, so that all but the first four of each replace one.
        int[] pages = [.. Enumerable.Range(0, 512).OrderBy(page => (page ^ (page >> 4)) & 15)];
        for (int i = 0; i < pages.Length; i++)
        {
            Look([pages[i]]);
            Look(pages[Math.Max(0, i - 3)..i]);
            Assert.Equal(i + 1, _iommu.Walks);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_page_larger_than_any_of_the_format_is_a_fault(string name)
    {
        KnownFormat known = KnownFormat.Named(name);
        using var domain = new IommuDomain(_machine, _machine.Frames, _iommu, format: known.Format);
        BusPort port = _iommu.Connect(new DmaDevice("other", new RequesterId(2)), domain);
        (ulong word, FaultReason reason) = name switch
        {
            nameof(PageTableFormat.ArmStage1) => (0x441ul, FaultReason.NotMapped), // A block where there are none is an entry that is not valid.
            nameof(PageTableFormat.AmdV1) => ((3ul << 61) | 1, FaultReason.ReservedBits),
            _ => (0x83ul, FaultReason.ReservedBits),
        };

        // The root's first entry; of 5 levels also the one below it.
        byte[] one = new byte[1];
        _machine.Write(domain.RootTable, BitConverter.GetBytes(word));
        Assert.False(port.TryRead(new DmaAddress(0x1000), one, out DmaFault fault));
        Assert.Equal(reason, fault.Reason);
        if (known.Walker.InputBits == 57)
        {
            Assert.True(_machine.Frames.TryAllocate(1, default, out Pfn table));
            _machine.Fill(table.ToAddress(PageSize.Size4K), 4096, 0);
            _machine.Write(table.ToAddress(PageSize.Size4K), BitConverter.GetBytes(word));
            _machine.Write(domain.RootTable, BitConverter.GetBytes(table.ToAddress(PageSize.Size4K).Value | 3));
            Assert.False(port.TryRead(new DmaAddress(0x1000), one, out fault));
            Assert.Equal(reason, fault.Reason);
        }

        _machine.Write(domain.RootTable, new byte[8]);
    }

    private MappingToken Map(int count, int step)
    {
        MapResult result = _mapper.Map(new PfnView(Given.Frames(0x3000, count, step), PageSize.Size4K), DmaDirection.Bidirectional, _segments);
        Assert.True(result.IsMapped);
        return result.Token;
    }

    private void Look(int[] pages)
    {
        byte[] one = new byte[1];
        foreach (int page in pages) Assert.True(_port.TryRead(_segments[0].Address + (page * 4096L), one, out _));
    }
}
