using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>That no byte of an edge has two copies of which one may be written.</summary>
public class EdgeDivergenceTests
{
    private const long Granule = 4096;
    private const ulong Frame = 0x10000;

    private readonly EdgeRig _rig = new();
    private readonly DmaSegment[] _segments = new DmaSegment[4];

    public static TheoryData<DmaDirection, DmaDirection, MapStatus> Directions => new()
    {
        { DmaDirection.ToDevice, DmaDirection.ToDevice, MapStatus.Mapped },
        { DmaDirection.ToDevice, DmaDirection.FromDevice, MapStatus.WouldDiverge },
        { DmaDirection.Bidirectional, DmaDirection.ToDevice, MapStatus.WouldDiverge },
        { DmaDirection.FromDevice, DmaDirection.FromDevice, MapStatus.WouldDiverge },
    };

    [Theory]
    [MemberData(nameof(Directions))]
    public void Of_two_links_over_one_byte_neither_may_be_written(DmaDirection first, DmaDirection second, MapStatus expected)
    {
        IovaReservation room = _rig.Reserve(8, 4), other = _rig.Reserve(8, 4);
        _rig.Link(room, 10, One(10, 100), first);
        foreach (IovaReservation into in new[] { room, other })
        {
            var before = _rig.State();
            MapResult result = _rig.Mapper.Link(into, (4 * Granule) + 109, new PfnView([new Pfn(Frame), new Pfn(Frame + 7)], PageSize.Size4K, 109, Granule), second, MapOptions.None);
            Assert.Equal(expected, result.Status);
            if (result.IsMapped) _rig.Mapper.Unlink(into, (4 * Granule) + 109, Granule);
            else Assert.Equal((0, before), (result.FailedFrame, _rig.State()));
        }

        _rig.Link(other, 110, One(110, 50), second);
        _rig.Mapper.Unlink(room, 10, 100);
        _rig.Link(other, (4 * Granule) + 109, One(109, 1), second);
        _rig.Mapper.Release(room);
        _rig.Mapper.Release(other);
        _rig.GiveBack();
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public void A_link_and_a_mapping_of_the_pool_keep_each_other_out(DmaDirection first, DmaDirection second, MapStatus expected)
    {
        var everything = new BounceMapper(new IommuMapper(new DmaDevice("other", new RequesterId(9), _rig.Device.Constraints) { IsTrusted = false }, _rig.Domain), _rig.Pool, BounceMode.Everything);
        IovaReservation room = _rig.Reserve(8, 4);
        foreach (IDmaMapper mapper in new IDmaMapper[] { everything, _rig.Mapper })
        {
            _rig.Link(room, 10, One(10, 100), first);
            MapResult mapped = mapper.Map(One(109, 20), second, _segments, MapOptions.None);
            Assert.Equal(expected, mapped.Status);
            if (mapped.IsMapped) mapper.Unmap(mapped.Token);
            _rig.Mapper.Unlink(room, 10, 100);

            mapped = mapper.Map(One(109, 20), second, _segments, MapOptions.None);
            Assert.Equal(expected, _rig.TryLink(room, 10, One(10, 100), first));
            if (expected == MapStatus.Mapped) _rig.Mapper.Unlink(room, 10, 100);
            mapper.Unmap(mapped.Token);
            _rig.Link(room, 10, One(10, 100), first);
            _rig.Mapper.Unlink(room, 10, 100);
        }

        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void A_frame_at_both_ends_of_a_view_may_be_written_where_its_parts_are_apart()
    {
        IovaReservation room = _rig.Reserve(8, 4);
        Pfn[] both = [new Pfn(Frame), new Pfn(Frame + 3), new Pfn(Frame)];
        var apart = new PfnView(both, PageSize.Size4K, 2000, (2 * Granule) - 2000 + 1999);
        var overlapping = new PfnView(both, PageSize.Size4K, 2000, (2 * Granule) - 2000 + 2001);
        _rig.Link(room, 2000, apart);
        _rig.DeviceWrites(room.Address + 2000, [1]);
        _rig.DeviceWrites(room.Address + (2 * Granule) + 1998, [2]);
        _rig.Mapper.Unlink(room, 2000, apart.Length);
        Assert.Equal(2, _rig.Memory.Access(new PhysicalAddress((Frame << 12) + 1998), 1)[0]);
        Assert.Equal(1, _rig.Memory.Access(new PhysicalAddress((Frame << 12) + 2000), 1)[0]);

        var before = _rig.State();
        MapResult refused = _rig.Mapper.Link(room, 2000, overlapping, DmaDirection.FromDevice, MapOptions.None);
        Assert.Equal((MapStatus.WouldDiverge, 2), (refused.Status, refused.FailedFrame));
        Assert.Equal(before, _rig.State());
        _rig.Link(room, 2000, overlapping, DmaDirection.ToDevice);
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void An_edge_whose_frame_stands_whole_between_is_not_written(int edge)
    {
        IovaReservation room = _rig.Reserve(8, 4);
        Pfn[] frames = Given.Frames(Frame, 4);
        frames[2] = frames[edge];
        var before = _rig.State();
        MapResult refused = _rig.Mapper.Link(room, 10, new PfnView(frames, PageSize.Size4K, 10, (4 * Granule) - 20), DmaDirection.FromDevice, MapOptions.None);
        Assert.Equal((MapStatus.WouldDiverge, edge), (refused.Status, refused.FailedFrame));
        Assert.Equal(before, _rig.State());
        _rig.Link(room, 10, new PfnView(frames, PageSize.Size4K, 10, (4 * Granule) - 20), DmaDirection.ToDevice);
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    private static PfnView One(long offset, long length) => new(Given.Frames(Frame, 1), PageSize.Size4K, offset, length);
}
