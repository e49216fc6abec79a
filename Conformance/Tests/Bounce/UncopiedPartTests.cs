using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What is refused, or is a bug of the caller's, before anything is tried.</summary>
public class UncopiedPartTests
{
    private readonly PoolRig _rig = new(8);
    private readonly DmaSegment[] _segments = new DmaSegment[4];

    [Theory]
    [InlineData(100, 4096, 0)]
    [InlineData(100, 8092, 0)]
    [InlineData(0, 5000, 1)]
    [InlineData(0, 8192, -1)]
    public void Without_a_copy_no_frame_is_given_in_part_to_who_is_kept_out_of_the_rest(int offset, int length, int failedFrame)
    {
        BounceMapper mapper = _rig.Mapper(mode: BounceMode.PartialFrames);
        PfnView view = PoolRig.Low(0, 2).View.Slice(offset, length);
        MapStatus expected = failedFrame < 0 ? MapStatus.Mapped : MapStatus.Unaligned;
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice, MapOptions.ZeroCopy, default);
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.ZeroCopy);
        Assert.Equal((expected, failedFrame), (plan.Status, plan.FailedFrame));
        Assert.Equal((expected, failedFrame < 0 ? 1 : 0, 0L, 8L), (result.Status, result.SegmentCount, result.BouncedBytes, _rig.FreeSlots));
        if (!result.IsMapped) Assert.Equal(failedFrame, result.FailedFrame);
    }

    [Theory]
    [InlineData(0, 1, MapStatus.SpanTooShort)]
    [InlineData(0, 2, MapStatus.Mapped)]
    [InlineData(1, 4, MapStatus.Unaligned)]
    [InlineData(2, 1, MapStatus.SpanTooShort)]
    [InlineData(2, 4, MapStatus.Mapped)]
    public void A_prefix_without_a_whole_frame_is_refused_where_it_may_not_be_copied(int most, int segments, MapStatus expected)
    {
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { MaxSegmentCount = most, MaxSegmentSize = 2048 }, mode: BounceMode.PartialFrames);
        const MapOptions Options = MapOptions.Prefix | MapOptions.ZeroCopy;
        PfnView view = PoolRig.Low(0, 3).View;
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice, Options, default);
        Assert.Equal(most == 1 ? (MapStatus.Unaligned, 0) : (MapStatus.Mapped, -1), (plan.Status, plan.FailedFrame));
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments.AsSpan(0, segments), Options);
        Assert.Equal((expected, 0L, 8L), (result.Status, result.BouncedBytes, _rig.FreeSlots));
        if (result.IsMapped) Assert.Equal(most == 2 || segments == 2 ? 4096 : 8192, result.Length);
        else Assert.Equal(expected == MapStatus.Unaligned ? (0, 0) : (-1, 2), (result.FailedFrame, result.SegmentsNeeded));
        if (result.IsMapped) mapper.Unmap(result.Token);

        // With a copy it is served.
        result = mapper.Map(view, DmaDirection.ToDevice, _segments.AsSpan(0, 1), MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 2048L, 2048L), (result.Status, result.Length, result.BouncedBytes));
    }

    [Fact]
    public void A_plan_for_no_direction_is_a_bug_whatever_would_be_refused()
    {
        BounceMapper partial = _rig.Mapper(mode: BounceMode.PartialFrames);
        foreach (DmaDirection none in new[] { default, DmaDirection.Bidirectional + 1 })
            Assert.Throws<ArgumentOutOfRangeException>("direction", () => partial.Plan(PoolRig.Low(0, 1).View.Slice(0, 100), none, MapOptions.ZeroCopy, default));
        Assert.Throws<ArgumentException>("view", () => partial.Plan(default, DmaDirection.ToDevice));
    }

    [Fact]
    public void A_plan_that_copies_asks_no_pool_that_is_disposed()
    {
        BounceMapper everything = _rig.Mapper(mode: BounceMode.Everything);
        var mmio = new PfnBuffer(Given.Frames(RigMemory.StartOf(HomeArea.Mmio) >> 12, 1), PageSize.Size4K);
        Assert.Equal(MapStatus.UnreachableFrame, everything.Plan(mmio.View, DmaDirection.ToDevice).Status);
        _rig.Pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => everything.Plan(mmio.View, DmaDirection.ToDevice));
        Assert.Throws<ObjectDisposedException>(() => everything.Plan(PoolRig.Low(0, 1).View, DmaDirection.ToDevice));
    }
}
