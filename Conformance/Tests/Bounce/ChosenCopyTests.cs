using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>How much is copied for a device whose segment rules frames in reach would break, and what room is made for that.</summary>
public class ChosenCopyTests
{
    private const long Slot = PoolRig.Slot;

    private static readonly DmaConstraints Two = new() { MaxSegmentCount = 2 };

    private readonly DmaSegment[] _segments = new DmaSegment[80];

    [Fact]
    public void As_few_frames_are_copied_as_bring_enough_together_and_planned_so()
    {
        var rig = new PoolRig(16);
        BounceMapper mapper = rig.Mapper(Two);
        MapPlan plan = mapper.Plan(PoolRig.Low(0, 5, 2).View, DmaDirection.Bidirectional);
        MapResult result = PoolRig.Try(mapper, PoolRig.Low(0, 5, 2));
        Assert.Equal((MapStatus.Mapped, 4 * Slot, 2), (plan.Status, plan.BouncedBytes, plan.SegmentCount));
        Assert.Equal((MapStatus.Mapped, 4 * Slot, 2), (result.Status, result.BouncedBytes, result.SegmentCount));
        Assert.Equal(16, rig.FreeSlots);
    }

    [Fact]
    public void No_choice_of_copies_keeps_bits_above_those_of_a_frame()
    {
        // A run of slots for homes that do not follow each other has other bits than they.
        var rig = new PoolRig(128);
        MapResult refused = PoolRig.Try(rig.Mapper(Two with { OffsetPreservingMask = 0xFFFF }), PoolRig.Low(0, 4, 2));
        Assert.Equal((MapStatus.TooManySegments, -1, 4), (refused.Status, refused.FailedFrame, refused.SegmentsNeeded));
        Assert.Equal(128, rig.FreeSlots);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pool_grows_by_the_slots_of_what_is_chosen(bool plans)
    {
        // The head stays, for it is longer than the tail.
        const int Head = 3500, Tail = 3000;
        var rig = new PoolRig(1, most: 8, growBy: 1);
        BounceMapper mapper = rig.Mapper(Two);
        PfnView view = PoolRig.Low(0, 5, 2).View.Slice(4096 - Head, Head + (3 * Slot) + Tail);
        long bounced = plans ? mapper.Plan(view, DmaDirection.ToDevice).BouncedBytes : mapper.Map(view, DmaDirection.ToDevice, _segments).BouncedBytes;
        Assert.Equal(((3 * Slot) + Tail, 5 * Slot), (bounced, rig.Pool.Capacity));
    }

    [Fact]
    public void A_pool_grows_by_the_slots_of_what_must_be_copied()
    {
        var rig = new PoolRig(1, most: 8, growBy: 1);
        MapResult result = rig.Mapper().Map(PoolRig.High(0, 3).View.Slice(2048), DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Mapped, (3 * Slot) - 2048, 4 * Slot, 1L), (result.Status, result.BouncedBytes, rig.Pool.Capacity, rig.FreeSlots));
    }

    [Fact]
    public void What_is_mapped_in_place_ends_without_taking_from_the_pool_what_was_planned_with()
    {
        var rig = new PoolRig(8, most: 64);
        BounceMapper mapper = rig.Mapper();
        MappingToken inPlace = PoolRig.Map(mapper, PoolRig.Low(0, 1));
        Assert.True(mapper.Plan(PoolRig.High(0, 10).View, DmaDirection.ToDevice).Succeeds);
        Assert.Equal(18 * Slot, rig.Pool.Capacity);
        mapper.Unmap(inPlace);
        Assert.Equal((18 * Slot, 18 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(66)]
    public void Runs_of_any_length_are_had(int frames)
    {
        var rig = new PoolRig(128);
        MapResult result = PoolRig.Try(rig.Mapper(DmaConstraints.ContiguousOnly), PoolRig.Low(0, frames, 2));
        Assert.Equal((MapStatus.Mapped, 1, frames * Slot), (result.Status, result.SegmentCount, result.BouncedBytes));
    }

    [Fact]
    public void A_device_that_is_content_with_frames_reserves_slots_wherever_they_are()
    {
        var rig = new PoolRig(20, most: 24);
        BounceMapper frames = rig.Mapper(new DmaConstraints { Alignment = 4096 }), pairs = rig.Mapper(new DmaConstraints { Alignment = 8192 }, "pairs");
        Assert.Throws<ArgumentOutOfRangeException>("length", () => pairs.TryReserve(24 * Slot, out _));
        Assert.True(frames.TryReserve(24 * Slot, out BounceReservation room));
        frames.Release(room);
        Assert.Equal(rig.Pool.Capacity, rig.Pool.FreeBytes);
    }
}
