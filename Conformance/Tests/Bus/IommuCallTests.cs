using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Calls to the emulated hardware, as drivers make them: what they answer, whom they concern, and to the page.</summary>
public class IommuCallTests
{
    private const int Page = 4096;

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly DmaDevice _device = new("device", new RequesterId(1));
    private readonly DmaSegment[] _segments = new DmaSegment[1];
    private readonly EmulatedIommu _iommu;

    public IommuCallTests() => _iommu = new EmulatedIommu(_machine);

    [Fact]
    public void A_device_that_never_came_is_not_disconnected()
    {
        Assert.False(_iommu.Disconnect(_device));
        _iommu.Connect(_device, Domain());
        Assert.False(_iommu.Disconnect(new DmaDevice("other", new RequesterId(2))));
        Assert.True(_iommu.Disconnect(_device));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Nothing_is_not_invalidated(long length)
    {
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => _iommu.Invalidate(1, default, length)).ParamName);
        Assert.Equal(0, _iommu.Invalidations);
    }

    [Fact]
    public void Only_the_devices_of_a_domain_are_blocked()
    {
        IommuDomain blocked = Domain(), other = Domain();
        BusPort first = _iommu.Connect(_device, blocked), third = _iommu.Connect(new DmaDevice("third", new RequesterId(3)), blocked);
        BusPort second = _iommu.Connect(new DmaDevice("second", new RequesterId(2)), other);
        Map(blocked, 1);
        DmaAddress inBlocked = _segments[0].Address;
        Map(other, 1);
        Assert.True(first.TryRead(inBlocked, new byte[1], out _));
        _iommu.Block(blocked.Number);
        Assert.True(second.TryRead(_segments[0].Address, new byte[1], out _));
        foreach (BusPort port in new[] { first, third })
        {
            Assert.False(port.TryRead(inBlocked, new byte[1], out DmaFault fault));
            Assert.Equal(FaultReason.NoDomain, fault.Reason);
        }
    }

    [Theory]
    [InlineData(16 * Page, Page, 1)]
    [InlineData(17 * Page, Page, 1)]
    [InlineData((17 * Page) + 1, Page - 1, 1)]
    [InlineData((17 * Page) + 1, Page, 2)]
    [InlineData(0x800, Page, 2)]
    [InlineData((18 * Page) - 1, 2, 2)]
    [InlineData((21 * Page) + 0x800, 8 * Page, 9)]
    [InlineData(21 * Page, 8 * Page, 8)]
    public void The_pages_that_hold_a_byte_of_a_range_are_forgotten(int offset, int length, int pages)
    {
        IommuDomain domain = Domain();
        BusPort port = _iommu.Connect(_device, domain);
        Map(domain, 64);
        Look();
        long walks = _iommu.Walks;
        _iommu.Invalidate(domain.Number, _segments[0].Address + offset, length);
        Look();
        Assert.Equal(pages, _iommu.Walks - walks);

        void Look()
        {
            byte[] one = new byte[1];
            for (int page = 0; page < 64; page++) Assert.True(port.TryRead(_segments[0].Address + (page * Page), one, out _));
        }
    }

    [Fact]
    public void The_last_page_that_the_widest_tables_translate_is_forgotten()
    {
        const ulong Last = (1ul << 57) - Page;
        IommuDomain domain = Domain(new DmaWindow(new DmaAddress(Last), new DmaAddress(ulong.MaxValue)), PageTableFormat.VtdSecondStage5);
        BusPort port = _iommu.Connect(_device, domain);
        (IommuMapper mapper, MappingToken token) = Map(domain, 1);
        Assert.Equal(Last, _segments[0].Address.Value);
        for (int walks = 1; walks <= 2; walks++)
        {
            Assert.True(port.TryRead(_segments[0].Address, new byte[Page], out _));
            Assert.Equal(walks, _iommu.Walks);
            _iommu.Invalidate(domain.Number, _segments[0].Address, Page);
        }

        Assert.True(port.TryRead(_segments[0].Address, new byte[Page], out _));
        mapper.Unmap(token);
        Assert.False(port.TryRead(_segments[0].Address, new byte[1], out DmaFault fault));
        Assert.Equal(FaultReason.NotMapped, fault.Reason);
    }

    [Fact]
    public async Task Invalidations_are_counted_whichever_thread_makes_them()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var enough = new ManualResetEventSlim();
        var threads = new List<Task>();
        bool[] met = new bool[32];
        try
        {
            // Threads that live at once have numbers of their own: some above 32, and of each remainder one.
            while (threads.Count < 200 && met.Contains(false))
            {
                foreach (int number in await Task.WhenAll(Enumerable.Range(0, 36).Select(_ => Begin()))) met[number % met.Length] = true;
            }
        }
        finally
        {
            enough.Set();
        }

        await Task.WhenAll(threads);
        Assert.Equal(threads.Count, _iommu.Invalidations);

        Task<int> Begin()
        {
            var number = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            threads.Add(Task.Factory.StartNew(
                () =>
                {
                    number.SetResult(Environment.CurrentManagedThreadId);
                    _iommu.Invalidate(1, default, Page);
                    enough.Wait(token);
                },
                token,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default));
            return number.Task.WaitAsync(token);
        }
    }

    private IommuDomain Domain(DmaWindow aperture = default, PageTableFormat? format = null) => new(_machine, _machine.Frames, _iommu, aperture, format);

    private (IommuMapper Mapper, MappingToken Token) Map(IommuDomain domain, int pages)
    {
        var mapper = new IommuMapper(_device, domain);
        MapResult result = mapper.Map(new PfnView(Given.Frames(0x3000, pages, 2), PageSize.Size4K), DmaDirection.Bidirectional, _segments);
        Assert.True(result.IsMapped, result.ToString());
        return (mapper, result.Token);
    }
}
