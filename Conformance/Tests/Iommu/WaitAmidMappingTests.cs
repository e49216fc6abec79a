using System.Linq;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Who comes to wait for IOVAs while a mapping has them in hand is served as soon as the mapping has taken, or given back, what it wanted.</summary>
public class WaitAmidMappingTests
{
    private const ulong Base = 8ul << 30;
    private const long Page = 4096;
    private const int InTable = 512;

    private readonly FrameAllocator _tables = new(new PhysicalAddress(RigMemory.Tables), 1 << 20);
    private readonly AccessedMemory _memory = new(RigMemory.Create());
    private readonly DmaSegment[] _segments = new DmaSegment[1];
    private Task<ReserveResult>? _wait;

    [Fact]
    public async Task A_small_mapping_leaves_the_rest_of_its_span()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(InTable);
        WaitAtNextAccess(mapper, 1);
        MapResult mapped = Map(mapper, 1);
        Assert.True(mapped.IsMapped && _wait is { IsCompletedSuccessfully: true });
        ReserveResult served = await _wait;
        Assert.True(served.IsReserved && served.Reservation.Address != _segments[0].Address);
        mapper.Unmap(mapped.Token);
        mapper.Release(served.Reservation);
        domain.Dispose();
    }

    [Fact]
    public async Task A_small_mapping_that_finds_no_table_memory_leaves_that_answer()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(InTable);
        TakeAll();
        WaitAtNextAccess(mapper, 1);
        Assert.Equal(MapStatus.NoTableMemory, Map(mapper, 1).Status);
        Assert.True(_wait is { IsCompletedSuccessfully: true });
        Assert.Equal(ReserveStatus.NoTableMemory, (await _wait).Status);
        domain.Dispose();
    }

    [Fact]
    public async Task A_large_mapping_that_finds_no_table_memory_leaves_its_block()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(2 * InTable);
        TakeAll();
        WaitAtNextAccess(mapper, 2 * InTable);
        Assert.Equal(MapStatus.NoTableMemory, Map(mapper, 2 * InTable).Status);
        Assert.True(_wait is { IsCompletedSuccessfully: true });
        Assert.Equal(ReserveStatus.NoTableMemory, (await _wait).Status);
        Assert.Equal((0, (ulong)(2 * InTable * Page)), (domain.LiveMappings, domain.LargestFreeIovaBytes));
        domain.Dispose();
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(4, 2)]
    public async Task A_mapping_that_ends_lazily_leaves_its_place_before_its_window_is_over(int pages, int most)
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(16, new LazyInvalidation { Clock = new ManualTime(), MostPending = most });
        MapResult[] all = [.. Enumerable.Range(0, 16 / pages).Select(_ => Map(mapper, pages))];
        Assert.All(all, static one => Assert.True(one.IsMapped));
        _wait = mapper.ReserveAsync(pages * Page, TestContext.Current.CancellationToken).AsTask();
        Assert.False(_wait.IsCompleted);
        mapper.Unmap(all[0].Token);
        Assert.True(_wait.IsCompletedSuccessfully);
        mapper.Release((await _wait).Reservation);
        foreach (MapResult one in all.Skip(1)) mapper.Unmap(one.Token);
        domain.Dispose();
    }

    private void WaitAtNextAccess(IommuMapper mapper, int pages) => _memory.Accessed = () =>
    {
        _memory.Accessed = null;
        _wait = mapper.ReserveAsync(pages * Page, TestContext.Current.CancellationToken).AsTask();
        Assert.False(_wait.IsCompleted);
    };

    private void TakeAll()
    {
        while (_tables.TryAllocate(1, default, out _))
        {
        }
    }

    private MapResult Map(IommuMapper mapper, int pages) => mapper.Map(new PfnView(Given.Frames(0x100, pages, 2), PageSize.Size4K), DmaDirection.ToDevice, _segments, MapOptions.None);

    private (IommuDomain Domain, IommuMapper Mapper) Domain(int pages, LazyInvalidation? lazy = null)
    {
        var options = new IommuDomainOptions { Aperture = new DmaWindow(new DmaAddress(Base), new DmaAddress(Base + (ulong)(pages * Page) - 1)), Lazy = lazy };
        var domain = new IommuDomain(_memory, _tables, new CallingHardware(), options);
        return (domain, new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain));
    }
}
