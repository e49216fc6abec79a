using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Views of many 4 KiB frames, which few large ones are: refused before they are looked through where they are more than a pool ever has.</summary>
public class LargeViewTests
{
    private const int Slots = 4;
    private const long Slot = PoolRig.Slot;
    private const long LargeFrame = 2 << 20;

    /// <summary>65,536 frames of 4 KiB: more are too many to look through.</summary>
    private const long Many = 65_536 * Slot;

    private readonly PoolRig _rig = new(Slots);
    private readonly DmaSegment[] _segments = new DmaSegment[8];

    [Theory]
    [InlineData(Many, 0)]
    [InlineData(Many + 1, -1)]
    public void A_refusal_names_the_frame_of_a_view_that_is_not_too_large(long length, int failedFrame)
    {
        BounceMapper mapper = _rig.Mapper();
        PfnView view = Large(HomeArea.High, 129).View.Slice(0, length);
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice);
        MapResult refused = mapper.Map(view, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.NoBounceSpace, failedFrame), (plan.Status, plan.FailedFrame));
        Assert.Equal((MapStatus.NoBounceSpace, failedFrame, length == Many ? Many : Many + Slot), (refused.Status, refused.FailedFrame, refused.Shortage!.Needed));
        Assert.Equal(Slots, _rig.FreeSlots);
    }

    [Fact]
    public void Any_view_has_a_prefix_that_the_pool_has_room_for()
    {
        BounceMapper mapper = _rig.Mapper();
        MapResult result = mapper.Map(Large(HomeArea.High, 129).View, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, Slots * Slot), (result.Status, result.Length));
        mapper.Unmap(result.Token);
    }

    [Fact]
    public void What_is_in_reach_does_not_count()
    {
        BounceMapper mapper = _rig.Mapper();
        Pfn[] frames = [.. Large(HomeArea.Low, 128).View.Frames, .. Large(HomeArea.High, 1).View.Frames];
        MapResult result = mapper.Map(new PfnView(frames, PageSize.Size2M, 0, Many + (Slots * Slot)), DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Mapped, Slots * Slot, 2), (result.Status, result.BouncedBytes, result.SegmentCount));
        mapper.Unmap(result.Token);
        Assert.Equal(Slots, _rig.FreeSlots);
    }

    [Fact]
    public void The_frame_that_found_no_room_is_counted_as_the_view_counts_them()
    {
        Pfn[] frames = [new(RigMemory.StartOf(HomeArea.Low) >> 14), new(RigMemory.StartOf(HomeArea.High) >> 14), new((RigMemory.StartOf(HomeArea.High) >> 14) + 7)];
        var view = new PfnView(frames, PageSize.Size16K, 8192, (3 << 14) - 8192);
        MapResult refused = _rig.Mapper().Map(view, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.NoBounceSpace, 2), (refused.Status, refused.FailedFrame));
    }

    private static PfnBuffer Large(HomeArea area, int count)
        => new([.. Enumerable.Range(0, count).Select(i => new Pfn((RigMemory.StartOf(area) / LargeFrame) + (ulong)i))], PageSize.Size2M);
}
