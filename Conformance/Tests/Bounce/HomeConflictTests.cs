using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Homes of which copies live: what a second copy is refused for, and by which frame.</summary>
public sealed class HomeConflictTests
{
    private readonly PoolRig _rig = new(64);
    private readonly DmaSegment[] _segments = new DmaSegment[8];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_copy_in_the_midst_of_a_run_is_told_by_its_frame(int frame)
    {
        BounceMapper mapper = _rig.Mapper();
        MappingToken before = PoolRig.Map(mapper, PoolRig.High(0, 1)), live = PoolRig.Map(mapper, PoolRig.High(1 + frame, 1)), after = PoolRig.Map(mapper, PoolRig.High(5, 1));
        MapResult refused = mapper.Map(PoolRig.High(1, 4).View, DmaDirection.ToDevice, _segments, MapOptions.None);
        Assert.Equal((MapStatus.WouldDiverge, frame, 61L), (refused.Status, refused.FailedFrame, _rig.FreeSlots));
        mapper.Unmap(live);
        Assert.True(PoolRig.Try(mapper, PoolRig.High(1, 4)).IsMapped);
        mapper.Unmap(before);
        mapper.Unmap(after);
        Assert.Equal(64, _rig.FreeSlots);
    }

    [Theory]
    [InlineData(MapOptions.TakesTurns, MapOptions.TakesTurns, true, 1)]
    [InlineData(MapOptions.TakesTurns, MapOptions.None, false, 1)]
    [InlineData(MapOptions.None, MapOptions.TakesTurns, false, 1)]
    [InlineData(MapOptions.None, MapOptions.None, false, 1)]
    [InlineData(MapOptions.TakesTurns, MapOptions.TakesTurns, true, 2)]
    [InlineData(MapOptions.TakesTurns, MapOptions.None, false, 2)]
    [InlineData(MapOptions.None, MapOptions.TakesTurns, false, 2)]
    [InlineData(MapOptions.None, MapOptions.None, false, 2)]
    public void Two_copies_of_which_devices_write_one_live_at_once_only_where_both_take_turns(MapOptions first, MapOptions second, bool both, int step)
    {
        BounceMapper mapper = _rig.Mapper(), other = _rig.Mapper(name: "other");
        PfnView view = PoolRig.High(0, 2, step).View;
        MapResult live = mapper.Map(view, DmaDirection.FromDevice, _segments, first);
        MapResult result = other.Map(view, DmaDirection.ToDevice, _segments, second);
        Assert.Equal((MapStatus.Mapped, both ? MapStatus.Mapped : MapStatus.WouldDiverge), (live.Status, result.Status));
        if (result.IsMapped) other.Unmap(result.Token);
        mapper.Unmap(live.Token);
        Assert.Equal(64, _rig.FreeSlots);
    }

    /// <summary>Homes are told apart by 2 MiB: each of these lies in others, the first in the very first.</summary>
    [Fact]
    public void Homes_from_the_first_bytes_of_memory_on_are_free_again_after_their_mapping()
    {
        BounceMapper mapper = _rig.Mapper(mode: BounceMode.Everything);
        PfnView view = new([new Pfn(1), new Pfn(0x10000), new Pfn(0x20200), new Pfn(2)], PageSize.Size4K);
        for (int i = 0; i < 3; i++)
        {
            MapResult result = mapper.Map(view, DmaDirection.Bidirectional, _segments);
            Assert.Equal((MapStatus.Mapped, 60L), (result.Status, _rig.FreeSlots));
            Assert.Equal(MapStatus.WouldDiverge, mapper.Map(view, DmaDirection.Bidirectional, _segments).Status);
            mapper.Unmap(result.Token);
            Assert.Equal(64, _rig.FreeSlots);
        }
    }
}
