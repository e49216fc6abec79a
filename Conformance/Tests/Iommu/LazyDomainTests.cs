using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a lazy domain lets a device reach after unmapping, and for how long.</summary>
public sealed class LazyDomainTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(10);

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly ManualTime _clock = new();
    private readonly DmaDevice _device = new("device", new RequesterId(1));
    private readonly DmaSegment[] _segments = new DmaSegment[1];
    private readonly EmulatedIommu _iommu;

    public LazyDomainTests() => _iommu = new EmulatedIommu(_machine);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_unmapped_is_reached_until_the_window_has_passed_and_strictly_never(bool lazy)
    {
        using IommuDomain domain = Domain(lazy);
        var mapper = new IommuMapper(_device, domain);
        BusPort port = _iommu.Connect(_device, domain);
        MappingToken token = Map(mapper, 8);
        Assert.Equal(8, Reached(port, 8));
        mapper.Unmap(token);
        Assert.Equal(lazy, domain.IsLazy);
        Assert.Equal(lazy ? 8 : 0, Reached(port, 8));
        _clock.Advance(Window - TimeSpan.FromTicks(1));
        Assert.Equal(lazy ? 8 : 0, Reached(port, 8));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(0, Reached(port, 8));
        Assert.Equal((1, 0), (_iommu.Invalidations, _clock.Timers));
    }

    [Fact]
    public void The_window_is_that_of_the_first_mapping_that_waits()
    {
        using IommuDomain domain = Domain();
        var mapper = new IommuMapper(_device, domain);
        BusPort port = _iommu.Connect(_device, domain);
        MappingToken first = Map(mapper, 1);
        DmaAddress at = _segments[0].Address;
        MappingToken second = Map(mapper, 1);
        Assert.True(port.TryRead(at, new byte[1], out _));
        mapper.Unmap(first);
        _clock.Advance(Window / 2);
        mapper.Unmap(second);
        _clock.Advance(Window / 2);
        Assert.False(port.TryRead(at, new byte[1], out _));

        // The timer was armed once; the next end arms it again.
        mapper.Unmap(Map(mapper, 1));
        Assert.Equal(1, _clock.Timers);
        _clock.Advance(Window);
        Assert.Equal((2, 0), (_iommu.Invalidations, _clock.Timers));
    }

    [Theory]
    [InlineData(512, 1)]
    [InlineData(300, 1)]
    [InlineData(256, 0)]
    [InlineData(1, 0)]
    public void A_mapping_with_tables_of_its_own_is_forgotten_at_once_and_the_plan_says_so(int pages, int invalidations)
    {
        using IommuDomain lazy = Domain(), strict = Domain(false);
        var mapper = new IommuMapper(_device, lazy);
        BusPort port = _iommu.Connect(_device, lazy);
        var view = new PfnView(Given.Frames(0x400, pages, 2), PageSize.Size4K);
        Assert.Equal(invalidations, mapper.Plan(view, DmaDirection.Bidirectional).Invalidations);
        Assert.Equal(1, new IommuMapper(_device, strict).Plan(view, DmaDirection.Bidirectional).Invalidations);
        MappingToken token = Map(mapper, pages);
        Assert.Equal(pages, Reached(port, pages, all: false));
        mapper.Unmap(token);
        Assert.Equal(invalidations, _iommu.Invalidations);
        if (invalidations > 0) Assert.Equal(0, Reached(port, pages, all: false));
    }

    [Fact]
    public void The_mapping_that_fills_the_batch_invalidates_all_that_wait()
    {
        using IommuDomain domain = Domain(mostPending: 4);
        var mapper = new IommuMapper(_device, domain);
        BusPort port = _iommu.Connect(_device, domain);
        var at = new DmaAddress[4];
        var tokens = new MappingToken[4];
        for (int i = 0; i < 4; i++)
        {
            tokens[i] = Map(mapper, 1);
            at[i] = _segments[0].Address;
            Assert.True(port.TryRead(at[i], new byte[1], out _));
        }

        for (int i = 0; i < 3; i++) mapper.Unmap(tokens[i]);
        Assert.Equal(0, _iommu.Invalidations);
        Assert.All(at, one => Assert.True(port.TryRead(one, new byte[1], out _)));
        mapper.Unmap(tokens[3]);
        Assert.Equal(1, _iommu.Invalidations);
        Assert.All(at, one => Assert.False(port.TryRead(one, new byte[1], out _)));
    }

    [Fact]
    public void A_thousand_ends_in_a_row_take_few_invalidations()
    {
        using IommuDomain domain = Domain(mostPending: 100);
        var mapper = new IommuMapper(_device, domain);
        MappingToken[] tokens = [.. Enumerable.Range(0, 1000).Select(_ => Map(mapper, 1))];
        foreach (MappingToken token in tokens) mapper.Unmap(token);
        Assert.InRange(_iommu.Invalidations, 9, 60);
    }

    [Fact]
    public void A_shortage_of_IOVAs_invalidates_and_then_there_is_none()
    {
        const ulong Base = 1ul << 32;
        using IommuDomain domain = Domain(aperture: new DmaWindow(new DmaAddress(Base), new DmaAddress(Base + (16 * 4096) - 1)));
        var mapper = new IommuMapper(_device, domain);
        foreach (MappingToken token in Enumerable.Range(0, 16).Select(_ => Map(mapper, 1)).ToArray()) mapper.Unmap(token);
        Assert.Equal((0, 0), (_iommu.Invalidations, domain.LiveMappings));
        MappingToken whole = Map(mapper, 16);
        Assert.InRange(_iommu.Invalidations, 1, 2);
        mapper.Unmap(whole);
        domain.Trim();
        Assert.Equal(16ul * 4096, domain.LargestFreeIovaBytes);
    }

    [Fact]
    public void It_is_disposed_while_some_wait_and_its_timer_too()
    {
        long free = _machine.Frames.FreeFrames;
        IommuDomain domain = Domain();
        var mapper = new IommuMapper(_device, domain);
        BusPort port = _iommu.Connect(_device, domain);
        MappingToken[] tokens = [.. Enumerable.Range(0, 50).Select(_ => Map(mapper, 3))];
        Assert.Equal(3, Reached(port, 3));
        foreach (MappingToken token in tokens) mapper.Unmap(token);
        Assert.Equal(1, _clock.Timers);
        domain.Dispose();
        Assert.Equal((0, 0, free), (_clock.Timers, Reached(port, 3), _machine.Frames.FreeFrames));
        long invalidations = _iommu.Invalidations;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(invalidations, _iommu.Invalidations);
    }

    [Fact]
    public void A_device_that_is_not_trusted_is_refused()
    {
        using IommuDomain domain = Domain();
        var guest = new DmaDevice("guest", new RequesterId(2)) { IsTrusted = false };
        Assert.Equal("domain", Assert.Throws<ArgumentException>(() => new IommuMapper(guest, domain)).ParamName);
        Assert.Null(domain.IsTrusted);
        Assert.True(new IommuMapper(_device, domain).Profile.Device.IsTrusted);
        Assert.Throws<ArgumentException>(() => new IommuMapper(guest, domain));
        var options = new IommuDomainOptions { Lazy = new LazyInvalidation(), IsTrusted = false };
        Assert.Equal("options", Assert.Throws<ArgumentException>(() => new IommuDomain(_machine, _machine.Frames, _iommu, options)).ParamName);
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LazyInvalidation { MostPending = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LazyInvalidation { Window = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LazyInvalidation { Window = TimeSpan.FromSeconds(61) });
        Assert.Throws<ArgumentNullException>(() => new LazyInvalidation { Clock = null! });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(600)]
    public void Mapping_and_unmapping_allocates_nothing(int pages)
    {
        using IommuDomain domain = Domain(mostPending: 32);
        var mapper = new IommuMapper(_device, domain);
        Pfn[] frames = Given.Frames(0x400, pages, 2);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 200; i++) mapper.Unmap(mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, _segments).Token);
        }));
    }

    private IommuDomain Domain(bool lazy = true, int mostPending = 256, DmaWindow aperture = default)
        => new(_machine, _machine.Frames, _iommu, new IommuDomainOptions { Aperture = aperture, Lazy = lazy ? new LazyInvalidation { Clock = _clock, Window = Window, MostPending = mostPending } : null });

    private MappingToken Map(IommuMapper mapper, int pages)
    {
        MapResult result = mapper.Map(new PfnView(Given.Frames(0x400, pages, 2), PageSize.Size4K), DmaDirection.Bidirectional, _segments);
        Assert.True(result.IsMapped, result.ToString());
        return result.Token;
    }

    /// <summary>How many of the first pages of the last mapping the device reaches; or, where not all are looked at, that number for the first of them.</summary>
    private int Reached(BusPort port, int pages, bool all = true)
    {
        byte[] one = new byte[1];
        if (!all) return port.TryRead(_segments[0].Address, one, out _) ? pages : 0;
        return Enumerable.Range(0, pages).Count(page => port.TryRead(_segments[0].Address + (page * 4096L), one, out _));
    }
}
