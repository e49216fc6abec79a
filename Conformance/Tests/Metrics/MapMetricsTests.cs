using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Mappings are counted once, with their bytes, where the device's addresses are given; copies are counted beside.</summary>
public sealed class MapMetricsTests
{
    private const long Page = 4096;

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly EmulatedIommu _iommu;
    private readonly DmaSegment[] _segments = new DmaSegment[16];

    public MapMetricsTests() => _iommu = new EmulatedIommu(_machine);

    [Fact]
    public void A_direct_mapper_counts_mappings_and_their_bytes_and_no_refusals()
    {
        using Heard heard = new("direct, counted");
        var mapper = new DirectMapper(Device("direct, counted", bits: 24));
        MappingToken first = Map(mapper, View(0x100, 3));
        Map(mapper, View(0x200, 1).Slice(100, 1000));
        mapper.Plan(View(0x100, 3), DmaDirection.ToDevice);
        Assert.Equal(MapStatus.UnreachableFrame, mapper.Map(View(0x2000, 1), DmaDirection.ToDevice, _segments, MapOptions.None).Status);
        mapper.Unmap(first);
        Assert.Throws<ArgumentException>(() => mapper.Unmap(first));
        Assert.Equal((2, (3 * Page) + 1000), (heard[DmaMetrics.Maps], heard[DmaMetrics.MappedSize]));
        Assert.Equal((1, 3 * Page), (heard[DmaMetrics.Unmaps], heard[DmaMetrics.UnmappedSize]));
        Assert.Equal(6, heard.Calls);
    }

    [Fact]
    public void Another_meter_is_not_heard()
    {
        using Heard heard = new("stranger");
        using Meter meter = new("PfnDma.Stranger");
        meter.CreateCounter<long>(DmaMetrics.Maps).Add(1, new KeyValuePair<string, object?>(DmaMetrics.DeviceTag, "stranger"));
        Map(new DirectMapper(Device("stranger")), View(0x100, 1));
        Assert.Equal(1, heard[DmaMetrics.Maps]);
    }

    [Theory]
    [InlineData(DmaMetrics.Maps, 1)]
    [InlineData(DmaMetrics.MappedSize, 2 * Page)]
    [InlineData(DmaMetrics.Unmaps, 1)]
    [InlineData(DmaMetrics.UnmappedSize, 2 * Page)]
    [InlineData(DmaMetrics.Links, 1)]
    [InlineData(DmaMetrics.LinkedSize, 3 * Page)]
    public void Who_listens_to_one_instrument_alone_hears_it(string instrument, long expected)
    {
        string name = "heard by one " + instrument;
        long sum = 0;
        using MeterListener listener = new();
        listener.InstrumentPublished = (one, to) =>
        {
            if (one.Meter.Name == DmaMetrics.MeterName && one.Name == instrument) to.EnableMeasurementEvents(one);
        };
        listener.SetMeasurementEventCallback<long>((_, more, tags, _) => sum += tags[0].Value as string == name ? more : 0);
        listener.Start();
        var mapper = new IommuMapper(Device(name), new IommuDomain(_machine, _machine.Frames, _iommu));
        mapper.Unmap(Map(mapper, View(0x100, 2)));
        IovaReservation room = mapper.Reserve(16 * Page).Reservation;
        Assert.True(mapper.Link(room, 0, View(0x200, 3), DmaDirection.ToDevice, MapOptions.None).IsMapped);
        Assert.Equal(expected, sum);
    }

    [Theory]
    [InlineData("uncut", 0)]
    [InlineData("cut", 8192)]
    public void An_IOMMU_mapper_counts_mappings_and_their_bytes(string name, long largest)
    {
        using Heard heard = new(name);
        IommuDomain domain = new(_machine, _machine.Frames, _iommu);
        var mapper = new IommuMapper(Device(name, new DmaConstraints { MaxSegmentSize = largest }), domain);
        MappingToken small = Map(mapper, View(0x100, 5).Slice(7, (4 * Page) + 1)), large = Map(mapper, View(0x400, 600), MapOptions.Prefix);
        long mapped = (4 * Page) + 1 + (largest == 0 ? 600 * Page : 16 * largest);
        mapper.Plan(View(0x100, 3), DmaDirection.ToDevice);
        Assert.Equal((2, mapped, 0), (heard[DmaMetrics.Maps], heard[DmaMetrics.MappedSize], heard[DmaMetrics.Unmaps]));
        mapper.Unmap(small);
        mapper.Unmap(large);
        Assert.Throws<ArgumentException>(() => mapper.Unmap(large));
        Assert.Equal((2, 2, mapped), (heard[DmaMetrics.Maps], heard[DmaMetrics.Unmaps], heard[DmaMetrics.UnmappedSize]));
        Assert.Equal(8, heard.Calls);
    }

    [Fact]
    public void A_lazy_domain_and_one_of_larger_granules_count_the_bytes_that_were_asked_for()
    {
        using Heard heard = new("lazy or large");
        var options = new IommuDomainOptions { Lazy = new LazyInvalidation { Window = TimeSpan.FromMinutes(1) }, Granule = PageSize.Size16K };
        IommuDomain domain = new(_machine, _machine.Frames, _iommu, options);
        var mapper = new IommuMapper(Device("lazy or large"), domain);
        mapper.Unmap(Map(mapper, new PfnView(Given.Frames(0x10, 3), PageSize.Size16K, 5000, 20_000)));
        Assert.Equal((1, 20_000, 1, 20_000), (heard[DmaMetrics.Maps], heard[DmaMetrics.MappedSize], heard[DmaMetrics.Unmaps], heard[DmaMetrics.UnmappedSize]));
    }

    [Fact]
    public void Links_are_counted_by_themselves_and_a_spent_reservation_is_a_mapping()
    {
        using Heard heard = new("in two steps");
        IommuDomain domain = new(_machine, _machine.Frames, _iommu);
        var mapper = new IommuMapper(Device("in two steps"), domain);
        IovaReservation room = mapper.Reserve(16 * Page).Reservation;
        foreach (int at in new[] { 0, 1, 2, 8, 10 }) Assert.True(mapper.Link(room, at * Page, View(0x100, 1), DmaDirection.ToDevice, MapOptions.None).IsMapped);
        Assert.Throws<ArgumentException>(() => mapper.Link(room, 0, View(0x100, 1), DmaDirection.ToDevice, MapOptions.None));
        Assert.Equal((5, 5 * Page, 0), (heard[DmaMetrics.Links], heard[DmaMetrics.LinkedSize], heard[DmaMetrics.Unlinks]));
        mapper.Unlink(room, 0, 3 * Page);
        Assert.Equal(3, heard[DmaMetrics.Unlinks]);
        mapper.Release(room);
        Assert.Equal((5, 0), (heard[DmaMetrics.Unlinks], heard[DmaMetrics.Maps]));

        room = mapper.Reserve(16 * Page).Reservation;
        MapResult spent = mapper.Map(View(0x100, 4), DmaDirection.ToDevice, _segments, MapOptions.None, room);
        mapper.Unmap(spent.Token);
        Assert.Equal((1, 4 * Page, 1, 4 * Page), (heard[DmaMetrics.Maps], heard[DmaMetrics.MappedSize], heard[DmaMetrics.Unmaps], heard[DmaMetrics.UnmappedSize]));
        Assert.Equal((5, 5), (heard[DmaMetrics.Links], heard[DmaMetrics.Unlinks]));
    }

    [Theory]
    [InlineData("bounced, direct", false)]
    [InlineData("bounced, translated", true)]
    public void A_bounce_mapper_adds_the_bytes_that_it_copies_and_nothing_else(string name, bool translated)
    {
        using Heard heard = new(name);
        BouncePool pool = new(_machine, _machine.Frames, 16 * Page, Placement.Below(24));
        IommuDomain domain = new(_machine, _machine.Frames, _iommu, DmaWindow.OfBits(24));
        DmaDevice device = Device(name, bits: 24);
        var mapper = new BounceMapper(translated ? new IommuMapper(device, domain) : new DirectMapper(device), pool, translated ? BounceMode.PartialFrames : BounceMode.WhatMust);

        // Direct: the last two are out of reach. Translated: the first and the last are not whole.
        PfnView view = new([new Pfn(0x100), new Pfn(0x102), new Pfn(0x2000), new Pfn(0x2002)], PageSize.Size4K, 96, (4 * Page) - 196);
        long bounced = translated ? Page - 96 + (Page - 100) : Page + (Page - 100);
        mapper.Plan(view, DmaDirection.ToDevice);
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.None);
        Assert.Equal(bounced, result.BouncedBytes);
        Assert.Equal((1, view.Length, bounced), (heard[DmaMetrics.Maps], heard[DmaMetrics.MappedSize], heard[DmaMetrics.BouncedSize]));
        mapper.Unmap(result.Token);
        mapper.Unmap(Map(mapper, View(0x100, 2)));
        Assert.Equal((2, 2, bounced), (heard[DmaMetrics.Maps], heard[DmaMetrics.Unmaps], heard[DmaMetrics.BouncedSize]));
        Assert.Equal(9, heard.Calls);
    }

    [Fact]
    public void Each_of_two_bounce_mappers_counts_its_own_copies()
    {
        using Heard heard = new("bounced twice");
        BouncePool near = new(_machine, _machine.Frames, 16 * Page, Placement.Below(24)), far = new(_machine, _machine.Frames, 16 * Page, Placement.Below(24));
        var inner = new BounceMapper(new DirectMapper(Device("bounced twice", bits: 24)), near, BounceMode.Everything);
        var mapper = new BounceMapper(inner, far, BounceMode.Everything);
        MapResult result = mapper.Map(View(0x2000, 2), DmaDirection.ToDevice, _segments, MapOptions.None);
        Assert.Equal((4 * Page, 1, 2 * Page, 4 * Page), (result.BouncedBytes, heard[DmaMetrics.Maps], heard[DmaMetrics.MappedSize], heard[DmaMetrics.BouncedSize]));
        mapper.Unmap(result.Token);
    }

    private static DmaDevice Device(string name, DmaConstraints constraints = default) => new(name, new RequesterId(1), constraints);

    private static DmaDevice Device(string name, int bits) => Device(name, new DmaConstraints { Window = DmaWindow.OfBits(bits) });

    private static PfnView View(ulong first, int count) => new(Given.Frames(first, count, 2), PageSize.Size4K);

    private MappingToken Map(IDmaMapper mapper, scoped in PfnView view, MapOptions options = MapOptions.None)
    {
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments, options);
        Assert.True(result.IsMapped, result.ToString());
        return result.Token;
    }
}
