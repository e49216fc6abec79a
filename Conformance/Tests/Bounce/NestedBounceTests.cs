using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a bounce mapper says to the mapper that it wraps, and leaves to one that bounces too.</summary>
public class NestedBounceTests
{
    private const long Slot = PoolRig.Slot;

    private readonly PoolRig _rig = new(8);
    private readonly DmaSegment[] _segments = new DmaSegment[8];

    [Fact]
    public void What_the_wrapped_mapper_bounces_is_left_to_it()
    {
        BouncePool below = Below();
        var mapper = new BounceMapper(new BounceMapper(new DirectMapper(_rig.Device()), below), _rig.Pool);
        MapResult result = mapper.Map(PoolRig.High(0, 1).View, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Mapped, Slot), (result.Status, result.BouncedBytes));
        Assert.Equal((7 * Slot, 8 * Slot), (below.FreeBytes, _rig.Pool.FreeBytes));
        mapper.Unmap(result.Token);
        Assert.Equal((8 * Slot, 8 * Slot), (below.FreeBytes, _rig.Pool.FreeBytes));
    }

    [Theory]
    [InlineData(BounceMode.WhatMust)]
    [InlineData(BounceMode.Everything)]
    public void Bytes_go_through_both_copies_when_they_are_synced(BounceMode mode)
    {
        var mapper = new BounceMapper(new BounceMapper(new DirectMapper(_rig.Device()), Below(), BounceMode.Everything), _rig.Pool, mode);
        PhysicalAddress home = PoolRig.High(0, 1).View.AddressAt(0);
        _rig.Memory.Fill(home, Slot, 1);
        MapResult result = mapper.Map(PoolRig.High(0, 1).View, DmaDirection.Bidirectional, _segments);
        PhysicalAddress copy = new(_segments[0].Address.Value);
        _rig.Memory.Fill(copy, Slot, 2);
        mapper.SyncForCpu(result.Token, 100, 50);
        Assert.Equal((1, 2, 2, 1), (At(home + 99), At(home + 100), At(home + 149), At(home + 150)));

        _rig.Memory.Fill(home, Slot, 3);
        mapper.SyncForDevice(result.Token, 100, 50);
        Assert.Equal((2, 3, 3, 2), (At(copy + 99), At(copy + 100), At(copy + 149), At(copy + 150)));
        mapper.Unmap(result.Token);
        Assert.Equal((2, 3, 3, 2), (At(home + 99), At(home + 100), At(home + 149), At(home + 150)));
    }

    [Fact]
    public void The_wrapped_mapper_is_told_of_turns_and_that_the_rest_of_slots_is_zero()
    {
        var told = new Told(new DirectMapper(_rig.Device()));
        var mapper = new BounceMapper(told, _rig.Pool, BounceMode.Everything);
        foreach (PfnBuffer buffer in new[] { PoolRig.High(0, 1), PoolRig.High(2, 2, 2) })
        {
            told.Mapped.Clear();
            MapResult result = mapper.Map(buffer.View, DmaDirection.FromDevice, _segments, MapOptions.TakesTurns);
            Assert.Equal([MapOptions.TakesTurns | MapOptions.RestIsZero], told.Mapped);
            mapper.Unmap(result.Token);
        }
    }

    [Fact]
    public void It_plans_the_prefix_that_it_will_be_given()
    {
        var told = new Told(new DirectMapper(_rig.Device(new DmaConstraints { MaxSegmentSize = 2048 })));
        var mapper = new BounceMapper(told, _rig.Pool, BounceMode.PartialFrames);
        const MapOptions Expected = MapOptions.Prefix | MapOptions.RestIsZero;
        MapResult result = mapper.Map(PoolRig.Low(0, 2).View.Slice(100, 6000), DmaDirection.ToDevice, _segments.AsSpan(0, 1), MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 2048L), (result.Status, result.Length));
        Assert.Equal([Expected], told.Mapped);
        Assert.True(told.Planned.Count > 2);
        Assert.All(told.Planned, static one => Assert.Equal(Expected, one));
    }

    [Fact]
    public void Who_leaves_partial_frames_alone_vouches_for_nothing()
    {
        var told = new Told(new DirectMapper(_rig.Device()));
        var mapper = new BounceMapper(told, _rig.Pool);
        PfnView view = new PfnView([PoolRig.Low(0, 1).View.Frames[0], PoolRig.High(0, 1).View.Frames[0]], PageSize.Size4K).Slice(100);
        mapper.Plan(view, DmaDirection.ToDevice);
        Assert.True(mapper.Map(view, DmaDirection.ToDevice, _segments).IsMapped);
        Assert.All([.. told.Planned, .. told.Mapped], static one => Assert.Equal(MapOptions.None, one));
        Assert.NotEmpty(told.Mapped);
    }

    /// <summary>A frame that must be copied is no licence to let the device see the rest of one that stays.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_device_that_is_not_trusted_sees_no_rest_of_a_frame(bool beyond)
    {
        var rig = new EdgeRig();
        var mapper = new BounceMapper(rig.Inner, rig.Pool);
        var view = new PfnView([new Pfn(0x1_0000), new Pfn(beyond ? 1ul << 40 : 0x1_0001)], PageSize.Size4K, 100, 8092);
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice);
        MapResult refused = mapper.Map(view, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Unaligned, 0, MapStatus.Unaligned, 0), (plan.Status, plan.FailedFrame, refused.Status, refused.FailedFrame));
        Assert.Empty(rig.Pages());
        rig.GiveBack();
    }

    private BouncePool Below() => new(_rig.Memory, new FrameAllocator(new PhysicalAddress(RigMemory.StartOf(HomeArea.Below)), 8 * Slot), 8 * Slot);

    private int At(PhysicalAddress address) => _rig.Memory.Access(address, 1)[0];

    /// <summary>Keeps with what options it was called.</summary>
    private sealed class Told(IDmaMapper inner) : MapperWrapper(inner)
    {
        internal List<MapOptions> Planned { get; } = [];

        internal List<MapOptions> Mapped { get; } = [];

        public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
        {
            Planned.Add(options);
            return base.Plan(view, direction, options, parts);
        }

        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        {
            Mapped.Add(options);
            return base.Map(view, direction, segments, options);
        }
    }
}
