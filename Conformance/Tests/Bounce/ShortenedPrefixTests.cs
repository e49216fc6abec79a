using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Of what a prefix does not hold in the end, its slots are back at once, in the pool and in the books.</summary>
public class ShortenedPrefixTests
{
    private const long Slot = PoolRig.Slot;

    private readonly PoolRig _rig = new(16);
    private readonly BounceMapper _one;
    private readonly DmaSegment[] _segments = new DmaSegment[16];

    public ShortenedPrefixTests()
    {
        _one = _rig.Mapper(new DmaConstraints { MaxSegmentCount = 1, MaxSegmentSize = Slot }, "one frame");
    }

    [Fact]
    public void A_prefix_ends_before_a_frame_that_another_mapping_copies()
    {
        BounceMapper mapper = _rig.Mapper(name: "any"), other = _rig.Mapper(name: "other");
        MappingToken writer = PoolRig.Map(other, PoolRig.High(20, 1));
        PfnBuffer view = PoolRig.High(0, 3, 10);
        MapResult whole = mapper.Map(view.View, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.WouldDiverge, 2), (whole.Status, whole.FailedFrame));
        MapResult prefix = mapper.Map(view.View, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 2 * Slot, 2 * Slot, 13L), (prefix.Status, prefix.Length, prefix.BouncedBytes, _rig.FreeSlots));
        MapResult none = mapper.Map(view.View.Slice(2 * Slot), DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.WouldDiverge, 0), (none.Status, none.FailedFrame));
        mapper.Unmap(prefix.Token);
        other.Unmap(writer);
        Assert.Equal(16, _rig.FreeSlots);
    }

    [Fact]
    public void A_plan_gives_each_slot_back_once()
    {
        for (int i = 0; i < 3; i++)
        {
            MapPlan plan = _one.Plan(PoolRig.High(0, 3, 2).View, DmaDirection.Bidirectional, MapOptions.Prefix);
            Assert.Equal((MapStatus.Mapped, Slot, Slot, 1), (plan.Status, plan.Length, plan.BouncedBytes, plan.PartCount));
            Assert.Equal((16L, 16 * Slot), (_rig.FreeSlots, _rig.Pool.LargestFreeRun));
        }

        BounceMapper any = _rig.Mapper(name: "any");
        MappingToken all = PoolRig.Map(any, PoolRig.High(0, 16, 2), out ulong[] slots);
        Assert.Equal((0L, 16), (_rig.FreeSlots, slots.Distinct().Count()));
        any.Unmap(all);
    }

    [Fact]
    public void Who_holds_most_is_told_by_what_prefixes_kept()
    {
        MapResult prefix = _one.Map(PoolRig.High(0, 8, 2).View, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, Slot, 15L), (prefix.Status, prefix.Length, _rig.FreeSlots));
        BounceShortage shortage = PoolRig.Try(_rig.Mapper(name: "other"), PoolRig.High(100, 16)).Shortage!;
        Assert.Equal(("one frame", Slot, 15 * Slot), (shortage.Holder, shortage.HeldByHolder, shortage.Free));
        _one.Unmap(prefix.Token);
        Assert.Equal(16, _rig.FreeSlots);
    }

    [Fact]
    public void What_was_reserved_for_more_than_the_prefix_goes_back_when_it_is_mapped()
    {
        Assert.True(_one.TryReserve(8 * Slot, out BounceReservation room));
        MapResult prefix = _one.Map(PoolRig.High(0, 8, 2).View, DmaDirection.ToDevice, _segments, MapOptions.Prefix, room);
        Assert.Equal((MapStatus.Mapped, Slot, 15L, 0), (prefix.Status, prefix.Length, _rig.FreeSlots, _one.LiveReservations));
        _one.Unmap(prefix.Token);
        Assert.Equal((16L, 16 * Slot), (_rig.FreeSlots, _rig.Pool.LargestFreeRun));
    }

    /// <summary>There is a slot for nothing, and the only frame in place cannot begin a segment: what is left of the prefix has no copies at all.</summary>
    [Theory]
    [InlineData(BounceMode.WhatMust)]
    [InlineData(BounceMode.PartialFrames)]
    public void A_prefix_without_copies_is_short_of_slots_where_its_frame_cannot_stay(BounceMode mode)
    {
        BounceMapper full = _rig.Mapper(name: "full"), mapper = _rig.Mapper(new DmaConstraints { Alignment = 2 * (ulong)Slot }, "even", mode);
        MappingToken all = PoolRig.Map(full, PoolRig.High(100, 16));
        Pfn[] frames = [new Pfn((RigMemory.StartOf(HomeArea.Low) >> 12) + 1), new Pfn(RigMemory.StartOf(HomeArea.High) >> 12)];
        MapResult refused = mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.Bidirectional, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.NoBounceSpace, 0, "full"), (refused.Status, refused.FailedFrame, refused.Shortage?.Holder));
        full.Unmap(all);
        MapResult whole = mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.Bidirectional, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 2 * Slot, 2 * Slot), (whole.Status, whole.Length, whole.BouncedBytes));
        mapper.Unmap(whole.Token);
    }
}
