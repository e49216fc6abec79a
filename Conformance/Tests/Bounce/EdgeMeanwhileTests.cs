using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What is called while the wrapped mapper is at work, on its own thread.</summary>
public class EdgeMeanwhileTests
{
    private const long Granule = 4096;

    private readonly EdgeRig _rig = new();
    private readonly SlowReserving _slow;
    private readonly ReservingBounceMapper _mapper;
    private readonly Pfn[] _frames = Given.Frames(0x10000, 2, 3);

    public EdgeMeanwhileTests()
    {
        _slow = new SlowReserving(_rig.Inner);
        _mapper = _rig.Mapper = new ReservingBounceMapper(_slow, _rig.Pool);
        _rig.Mark(_frames);
    }

    [Fact]
    public void A_reservation_that_is_being_spent_is_not_linked_released_or_spent()
    {
        var before = _rig.State();
        IovaReservation room = _rig.Reserve(4, 4);
        int told = 0;
        _slow.Mapping = () =>
        {
            Assert.Throws<ArgumentException>("reservation", () => _mapper.Release(room));
            Assert.Throws<ArgumentException>("reservation", () => _mapper.Link(room, 10, One(0), DmaDirection.ToDevice, MapOptions.None));
            Assert.Throws<ArgumentException>("reservation", () => _mapper.Unlink(room, 0, Granule));
            Assert.Throws<ArgumentException>("reservation", () => _mapper.Map(One(0), DmaDirection.ToDevice, new DmaSegment[1], MapOptions.None, room));
            told++;
        };
        MapResult mapped = _mapper.Map(new PfnView(_frames, PageSize.Size4K, 10, 8000), DmaDirection.ToDevice, new DmaSegment[2], MapOptions.None, room);
        Assert.Equal((MapStatus.Mapped, 1, 0, 62 * Granule), (mapped.Status, told, _mapper.LiveReservations, _rig.Pool.FreeBytes));
        _mapper.Unmap(mapped.Token);
        Assert.Equal(before, _rig.State());
        _rig.GiveBack();
    }

    [Fact]
    public void A_link_that_is_being_unlinked_is_unlinked_once()
    {
        IovaReservation room = _rig.Reserve(2, 2);
        _rig.Link(room, 10, One(0));
        int told = 0;
        _slow.Unlinking = () =>
        {
            _slow.Unlinking = null;
            _rig.DeviceWrites(room.Address + 12, [0xEE]);
            Assert.Throws<ArgumentException>("offset", () => _mapper.Unlink(room, 10, 100));
            told++;
        };
        _mapper.Unlink(room, 10, 100);
        Assert.Equal((1, 0xEE), (told, _rig.Home(_frames)[12]));
        Assert.Empty(_rig.Pages());
        _mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void What_is_linked_where_a_link_has_just_gone_stays()
    {
        IovaReservation room = _rig.Reserve(2, 2);
        _rig.Link(room, 10, One(0));
        _rig.DeviceWrites(room.Address + 12, [0xEE]);
        _slow.Unlinked = () =>
        {
            _slow.Unlinked = null;
            _rig.Link(room, 10, One(1));
        };
        _mapper.Unlink(room, 10, 100);
        Assert.Equal(0xEE, _rig.Home(_frames)[12]);
        Assert.Equal(_rig.Home(_frames)[((int)Granule + 10)..((int)Granule + 110)], _rig.DeviceReads(room.Address + 10, 100));
        _rig.DeviceWrites(room.Address + 12, [0x77]);
        _mapper.Unlink(room, 10, 100);
        Assert.Equal(0x77, _rig.Home(_frames)[Granule + 12]);
        _mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void Where_unlinking_failed_the_edges_are_as_they_were()
    {
        IovaReservation room = _rig.Reserve(2, 1);
        _rig.Link(room, 10, One(0));
        _slow.Unlinking = () => throw new TimeoutException("not now");
        Assert.Throws<TimeoutException>(() => _mapper.Unlink(room, 10, 100));
        _slow.Unlinking = null;
        _rig.DeviceWrites(room.Address + 12, [0xEE]);
        _mapper.SyncForCpu(room, 10, 100);
        Assert.Equal(0xEE, _rig.Home(_frames)[12]);
        Assert.Throws<InvalidOperationException>(() => _mapper.Link(room, Granule + 10, One(1), DmaDirection.ToDevice, MapOptions.None));
        _rig.DeviceWrites(room.Address + 12, [0x77]);
        _mapper.Unlink(room, 10, 100);
        Assert.Equal(0x77, _rig.Home(_frames)[12]);
        _mapper.Release(room);
        _rig.GiveBack();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Granule - 10)]
    [InlineData((2 * Granule) - 10)]
    public void A_refusal_of_a_part_that_names_no_frame_names_none_of_the_whole(long part)
    {
        IovaReservation room = _rig.Reserve(4, 2);
        Pfn[] frames = Given.Frames(0x10000, 3, 2);
        var before = _rig.State();
        _slow.Answer = offset => offset == 10 + part ? new MapResult { Status = MapStatus.NoTableMemory } : null;
        MapResult refused = _mapper.Link(room, 10, new PfnView(frames, PageSize.Size4K, 10, (3 * Granule) - 20), DmaDirection.FromDevice, MapOptions.None);
        Assert.Equal((MapStatus.NoTableMemory, -1), (refused.Status, refused.FailedFrame));
        Assert.Equal(before, _rig.State());
        _slow.Answer = null;
        _rig.Link(room, 10, new PfnView(frames, PageSize.Size4K, 10, (3 * Granule) - 20));
        _mapper.Release(room);
        _rig.GiveBack();
    }

    /// <summary>Bytes 10 to 110 of a frame.</summary>
    private PfnView One(int frame) => new(_frames.AsSpan(frame, 1), PageSize.Size4K, 10, 100);
}
