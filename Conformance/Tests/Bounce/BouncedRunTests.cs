using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>How frames that bounce are put into runs of slots, and what is known of each afterwards.</summary>
public class BouncedRunTests
{
    private const long Slot = PoolRig.Slot;
    private const ulong HighFrame = 0x10_0000;

    /// <summary>A run of slots may be cut anywhere by the device's largest segment, so each frame keeps its bits, not only the first.</summary>
    [Fact]
    public void Every_segment_begins_at_the_kept_bits_of_its_own_home()
    {
        var rig = new PoolRig(64);
        BounceMapper mapper = rig.Mapper(new DmaConstraints { OffsetPreservingMask = 0xFFFF, MaxSegmentSize = 2 * Slot });
        Pfn[] frames = [.. Given.Frames(HighFrame + 5, 2), .. Given.Frames(HighFrame + 30, 3)];
        var view = new PfnView(frames, PageSize.Size4K);
        var segments = new DmaSegment[8];
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, segments);
        Assert.Equal((MapStatus.Mapped, 5 * Slot, 59L), (result.Status, result.BouncedBytes, rig.FreeSlots));
        long at = 0;
        foreach (DmaSegment segment in segments.Take(result.SegmentCount))
        {
            Assert.Equal(view.AddressAt(at).Value & 0xFFFF, segment.Address.Value & 0xFFFF);
            at += segment.Length;
        }

        Assert.Equal(view.Length, at);
        mapper.Unmap(result.Token);
        Assert.Equal(64, rig.FreeSlots);
    }

    [Fact]
    public void Kept_bits_may_take_all_slots_of_the_pool_for_a_moment_and_what_leads_up_to_them_is_held_by_nobody()
    {
        var rig = new PoolRig(16);
        BounceMapper mapper = rig.Mapper(new DmaConstraints { OffsetPreservingMask = 0xFFFF }, "kept");
        var segments = new DmaSegment[11];
        MapResult result = mapper.Map(PoolRig.High(5, 11).View, DmaDirection.ToDevice, segments);
        Assert.Equal((MapStatus.Mapped, 1, 5L), (result.Status, result.SegmentCount, rig.FreeSlots));
        Assert.Equal(0x5000ul, segments[0].Address.Value & 0xFFFF);
        BounceShortage shortage = PoolRig.Try(rig.Mapper(name: "other"), PoolRig.High(100, 6)).Shortage!;
        Assert.Equal(("kept", 11 * Slot, 5 * Slot), (shortage.Holder, shortage.HeldByHolder, shortage.Free));
        mapper.Unmap(result.Token);
        Assert.Equal((16L, 16 * Slot), (rig.FreeSlots, rig.Pool.LargestFreeRun));
    }

    [Fact]
    public void Where_no_run_is_long_enough_half_of_it_is_looked_for_next()
    {
        // Slots 0 and 4 stay in use: what is left are two runs of three, each between them.
        var rig = new PoolRig(8);
        BounceMapper mapper = rig.Mapper();
        (ulong Slot, MappingToken Token)[] bySlot = [.. Enumerable.Range(0, 8).Select(i =>
        {
            MappingToken token = PoolRig.Map(mapper, PoolRig.High(2 * i, 1), out ulong[] slots);
            return (slots[0], token);
        })];
        foreach ((ulong _, MappingToken token) in bySlot.Where(one => one.Slot % 4 != 0)) mapper.Unmap(token);
        MapResult result = PoolRig.Try(mapper, PoolRig.High(100, 6, 2));
        Assert.Equal((MapStatus.Mapped, 2), (result.Status, result.SegmentCount));
        Assert.Equal(6, rig.FreeSlots);
    }

    /// <summary>Whatever is before it in its run, a frame's copy is known under the frame: at the second the numbers are those beyond 2^31.</summary>
    [Theory]
    [InlineData(HighFrame)]
    [InlineData(0xFFFF_0000ul)]
    public void Each_frame_of_a_long_run_is_kept_from_other_copies(ulong first)
    {
        var rig = new PoolRig(64);
        BounceMapper mapper = rig.Mapper(name: "writes"), other = rig.Mapper(name: "other");
        Pfn[] frames = [new Pfn(RigMemory.StartOf(HomeArea.Low) >> 12), .. Given.Frames(first + 10, 40)];
        MapResult written = mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.FromDevice, new DmaSegment[64]);
        Assert.Equal((MapStatus.Mapped, 40 * Slot), (written.Status, written.BouncedBytes));
        for (ulong at = 9; at <= 50; at++)
        {
            MapResult read = other.Map(new PfnView([new Pfn(first + at)], PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1]);
            Assert.Equal((at is < 10 or > 49, at), (read.IsMapped, at));
            if (read.IsMapped) other.Unmap(read.Token);
            else Assert.Equal(MapStatus.WouldDiverge, read.Status);
        }

        mapper.Unmap(written.Token);
        Assert.Equal(64, rig.FreeSlots);
    }

    [Fact]
    public void Frames_that_follow_each_other_downwards_are_copied_one_by_one()
    {
        var rig = new PoolRig(16);
        BounceMapper mapper = rig.Mapper();
        MappedView home = Given.View([.. Enumerable.Range(0, 5).Select(i => Given.High(20 - i, 1))]);
        HomeBytes.Scribble(rig.Memory, home, 1);
        byte[] before = HomeBytes.Read(rig.Memory, home), after = HomeBytes.Noise(home.Length, 7);
        var segments = new DmaSegment[5];
        MapResult result = mapper.Map(home.View, DmaDirection.Bidirectional, segments);
        BusPort port = BusPort.Direct(mapper.Profile.Device, rig.Memory);
        DmaSegment[] told = [.. segments.Take(result.SegmentCount)];
        Assert.Equal(before, DeviceBytes.Read(port, told, 0, home.Length));
        DeviceBytes.Write(port, told, 0, after);
        mapper.Unmap(result.Token);
        Assert.Equal(after, HomeBytes.Read(rig.Memory, home));
        Assert.Equal(16, rig.FreeSlots);
    }
}
