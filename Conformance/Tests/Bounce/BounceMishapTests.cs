using System;
using System.Diagnostics.Metrics;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What once went wrong: listeners that throw, prefixes that end inside a frame, mappers around mappers, runs that boundaries cut.</summary>
public class BounceMishapTests
{
    private const long Slot = 4096;

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly DmaSegment[] _segments = new DmaSegment[32];

    [Fact]
    public void A_listener_that_throws_costs_no_mapping_and_no_slot()
    {
        var iommu = new EmulatedIommu(_machine);
        using var domain = new IommuDomain(_machine, _machine.Frames, iommu);
        using var pool = new BouncePool(_machine, _machine.Frames, 8 * Slot);
        var device = new DmaDevice("listened to by one that throws", new RequesterId(1));
        var mapper = new BounceMapper(new IommuMapper(device, domain), pool, BounceMode.Everything);
        int heard = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Name == DmaMetrics.MeterName && instrument.Name == DmaMetrics.BouncedSize) self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (!Equals(tags[0].Value, device.Name)) return;
            heard++;
            throw new InvalidOperationException("heard enough");
        });
        listener.Start();
        MapResult result = mapper.Map(new PfnView([new Pfn(0x1000)], PageSize.Size4K), DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Mapped, 1, 7 * Slot), (result.Status, heard, pool.FreeBytes));
        mapper.Unmap(result.Token);
        Assert.Equal(pool.Capacity, pool.FreeBytes);
    }

    [Fact]
    public void A_prefix_in_place_ends_where_a_frame_does_for_who_keeps_devices_out_of_the_rest()
    {
        var iommu = new EmulatedIommu(_machine);
        using var domain = new IommuDomain(_machine, _machine.Frames, iommu);
        using var pool = new BouncePool(_machine, _machine.Frames, 8 * Slot);
        var device = new DmaDevice("few", new RequesterId(1), new DmaConstraints { MaxSegmentSize = 5000 });
        var mapper = new BounceMapper(new IommuMapper(device, domain), pool, BounceMode.PartialFrames);
        var view = new PfnView(Given.Frames(0x1000, 4), PageSize.Size4K);
        BusPort port = iommu.Connect(device, domain);
        MapResult prefix = mapper.Map(view, DmaDirection.ToDevice, _segments.AsSpan(0, 2), MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 2 * Slot), (prefix.Status, prefix.Length));
        Assert.False(port.TryRead(_segments[0].Address + prefix.Length, new byte[1], out _));
        mapper.Unmap(prefix.Token);
    }

    [Fact]
    public void A_prefix_is_mapped_into_a_reservation_or_refused_and_the_reservation_kept()
    {
        var iommu = new EmulatedIommu(_machine);
        using var domain = new IommuDomain(_machine, _machine.Frames, iommu);
        using var pool = new BouncePool(_machine, _machine.Frames, 16 * Slot);
        var inner = new IommuMapper(new DmaDevice("coarse", new RequesterId(1), new DmaConstraints { Granularity = 3000 }), domain);
        var mapper = new ReservingBounceMapper(inner, pool);
        IovaReservation room = mapper.Reserve(2 * Slot, 2).Reservation;
        var view = new PfnView(Given.Frames(0x1000, 4, 2), PageSize.Size4K, 1096, 15000);
        MapResult result = mapper.Map(view, DmaDirection.Bidirectional, _segments, MapOptions.Prefix, room);
        if (result.IsMapped) mapper.Unmap(result.Token);
        else mapper.Release(room);
        Assert.Equal((0, 0, pool.Capacity), (mapper.LiveReservations, inner.LiveReservations, pool.FreeBytes));
    }

    [Theory]
    [InlineData(BounceMode.WhatMust)]
    [InlineData(BounceMode.Everything)]
    public void Around_a_mapper_that_bounces_a_plan_is_what_a_mapping_does(BounceMode mode)
    {
        using BouncePool below = new(_machine, _machine.Frames, 16 * Slot, Placement.Below(24)), above = new(_machine, _machine.Frames, Slot, Placement.Below(24));
        var device = new DmaDevice("short", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(24) });
        var mapper = new BounceMapper(new BounceMapper(new DirectMapper(device), below, mode), above);
        var view = new PfnView(Given.Frames(0x2000, 2, 2), PageSize.Size4K);
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice);
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments);
        Assert.Equal((plan.Status, plan.BouncedBytes, plan.SegmentCount), (result.Status, result.BouncedBytes, result.SegmentCount));
        Assert.Equal((MapStatus.Mapped, 2 * Slot), (result.Status, result.BouncedBytes));
        mapper.Unmap(result.Token);
    }

    [Fact]
    public void Nobody_waits_for_a_run_that_the_pool_could_never_have()
    {
        var source = new FrameAllocator(new PhysicalAddress(0x10_1000), 16 * Slot);
        using var pool = new BouncePool(_machine, source, 16 * Slot);
        foreach (DmaConstraints rules in new[] { new DmaConstraints { MaxSegmentCount = 1, SegmentBoundaryMask = 0xFFFF }, new DmaConstraints { Alignment = 65536 } })
        {
            var mapper = new BounceMapper(new DirectMapper(new DmaDevice("picky", new RequesterId(1), rules)), pool);
            ArgumentOutOfRangeException thrown = Assert.Throws<ArgumentOutOfRangeException>(() => mapper.TryReserve(16 * Slot, out _));
            Assert.Equal("length", thrown.ParamName);
        }
    }

    [Fact]
    public void Reserved_slots_are_passed_over_up_to_a_boundary()
    {
        var source = new FrameAllocator(new PhysicalAddress(0x10_E000), 31 * Slot);
        using var pool = new BouncePool(_machine, source, 31 * Slot);
        var mapper = new BounceMapper(new DirectMapper(new DmaDevice("picky", new RequesterId(1), new DmaConstraints { MaxSegmentCount = 1, SegmentBoundaryMask = 0xFFFF, Window = DmaWindow.OfBits(24) })), pool);
        var view = new PfnView(Given.Frames(0x2000, 16, 2), PageSize.Size4K);
        if (!mapper.TryReserve(31 * Slot, out BounceReservation room)) Assert.Fail("not reserved");
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.None, room);
        Assert.Equal((MapStatus.Mapped, 15 * Slot), (result.Status, pool.FreeBytes));
        mapper.Unmap(result.Token);
        Assert.Equal(pool.Capacity, pool.FreeBytes);
    }
}
