using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>When exactly a lazy domain tells its hardware: at the mapping that fills a batch, and at the end of the first one's window.</summary>
public class LazyBatchTests
{
    private const ulong Base = 8ul << 30, Page = 4096;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(10);

    private readonly ManualTime _clock = new();
    private readonly CallingHardware _hardware = new();
    private readonly SparseMemory _memory = RigMemory.Create();
    private readonly DmaSegment[] _segments = new DmaSegment[1];

    [Theory]
    [InlineData(1, "1 2 3 4 5 6")]
    [InlineData(2, "0 1 1 2 2 3")]
    [InlineData(3, "0 0 1 1 1 2")]
    [InlineData(7, "0 0 0 0 0 0")]
    public void Each_batch_is_as_large_as_the_first(int most, string told)
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(6, most);
        int calls = 0;
        _hardware.Told = () => calls++;
        MappingToken[] tokens = [.. Enumerable.Range(0, 6).Select(_ => Map(mapper))];
        Assert.Equal(0, calls);
        int[] after = [.. tokens.Select(token =>
        {
            mapper.Unmap(token);
            return calls;
        })];
        Assert.Equal(told, string.Join(" ", after));
        domain.Dispose();
    }

    [Fact]
    public void The_window_of_what_hardware_did_not_forget_is_not_begun_anew_by_what_ends_later()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(2, 256);
        MappingToken first = Map(mapper), second = Map(mapper);
        mapper.Unmap(first);
        _hardware.Told = static () => throw new NotSupportedException("Hardware does not answer.");
        _clock.Advance(Window);
        _hardware.Told = null;
        _clock.Advance(Window / 2);
        mapper.Unmap(second);
        Assert.Equal(0ul, domain.FreeIovaBytes);
        _clock.Advance(Window / 2);
        Assert.Equal((2 * Page, 0), (domain.FreeIovaBytes, _clock.Timers));
        domain.Dispose();
    }

    [Fact]
    public void Settings_at_their_limits_are_taken()
    {
        var longest = new LazyInvalidation { MostPending = 1, Window = TimeSpan.FromMinutes(1) };
        Assert.Equal((1, TimeSpan.FromMinutes(1)), (longest.MostPending, longest.Window));
        var shortest = new LazyInvalidation { MostPending = int.MaxValue, Window = TimeSpan.FromTicks(1) };
        Assert.Equal((int.MaxValue, TimeSpan.FromTicks(1)), (shortest.MostPending, shortest.Window));
        Assert.Equal(nameof(LazyInvalidation.MostPending), Assert.Throws<ArgumentOutOfRangeException>(() => new LazyInvalidation { MostPending = 0 }).ParamName);
        TimeSpan over = TimeSpan.FromMinutes(1) + TimeSpan.FromTicks(1);
        Assert.Equal(nameof(LazyInvalidation.Window), Assert.Throws<ArgumentOutOfRangeException>(() => new LazyInvalidation { Window = over }).ParamName);
        Assert.Equal(nameof(LazyInvalidation.Window), Assert.Throws<ArgumentOutOfRangeException>(() => new LazyInvalidation { Window = TimeSpan.Zero }).ParamName);
    }

    private (IommuDomain Domain, IommuMapper Mapper) Domain(int pages, int most)
    {
        var options = new IommuDomainOptions
        {
            Aperture = new DmaWindow(new DmaAddress(Base), new DmaAddress(Base + ((ulong)pages * Page) - 1)),
            Lazy = new LazyInvalidation { Clock = _clock, Window = Window, MostPending = most },
        };
        var domain = new IommuDomain(_memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), _hardware, options);
        return (domain, new IommuMapper(new DmaDevice("lazy", new RequesterId(1)), domain));
    }

    private MappingToken Map(IommuMapper mapper)
    {
        MapResult result = mapper.Map(new PfnView([new Pfn(5)], PageSize.Size4K), DmaDirection.ToDevice, _segments);
        Assert.True(result.IsMapped, result.ToString());
        return result.Token;
    }
}
