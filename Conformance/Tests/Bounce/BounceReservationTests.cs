using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Slots that are taken before they are needed.</summary>
public class BounceReservationTests
{
    private const long Slot = PoolRig.Slot;

    private readonly PoolRig _rig = new(32);
    private readonly BounceMapper _mapper;
    private readonly DmaSegment[] _segments = new DmaSegment[32];

    public BounceReservationTests()
    {
        _mapper = _rig.Mapper();
    }

    [Fact]
    public void A_mapping_takes_what_it_needs_and_the_rest_goes_back()
    {
        Assert.True(_mapper.TryReserve(20 * Slot, out BounceReservation reservation));
        Assert.Equal((12L, 1, 20 * Slot, "81920 bytes of bounce slots"), (_rig.FreeSlots, _mapper.LiveReservations, reservation.Length, reservation.ToString()));
        MapResult result = _mapper.Map(PoolRig.High(0, 7).View, DmaDirection.FromDevice, _segments, MapOptions.None, reservation);
        Assert.True(result.IsMapped);
        Assert.Equal((25L, 0), (_rig.FreeSlots, _mapper.LiveReservations));
        _mapper.Unmap(result.Token);
        Assert.Equal((32L, 32 * Slot), (_rig.FreeSlots, _rig.Pool.LargestFreeRun));
    }

    [Fact]
    public void It_is_spent_once_by_a_mapping_in_place_too()
    {
        Assert.True(_mapper.TryReserve(20 * Slot, out BounceReservation reservation));
        MapResult result = _mapper.Map(PoolRig.Low(0, 7).View, DmaDirection.FromDevice, _segments, MapOptions.None, reservation);
        Assert.Equal((MapStatus.Mapped, 0L, 32L), (result.Status, result.BouncedBytes, _rig.FreeSlots));
        Assert.Throws<ArgumentException>(() => _mapper.Map(PoolRig.Low(0, 7).View, DmaDirection.FromDevice, _segments, MapOptions.None, reservation));
        Assert.Equal("reservation", Assert.Throws<ArgumentException>(() => _mapper.Release(reservation)).ParamName);
        Assert.Equal(32L, _rig.FreeSlots);
        _mapper.Unmap(result.Token);
    }

    [Fact]
    public void A_refusal_keeps_it_with_the_same_slots()
    {
        MappingToken other = PoolRig.Map(_mapper, PoolRig.High(0, 4));
        Assert.True(_mapper.TryReserve(8 * Slot, out BounceReservation reservation));
        Assert.Equal(MapStatus.WouldDiverge, _mapper.Map(PoolRig.High(3, 8).View, DmaDirection.FromDevice, _segments, MapOptions.None, reservation).Status);
        MapResult tooLong = _mapper.Map(PoolRig.High(10, 9).View, DmaDirection.FromDevice, _segments, MapOptions.None, reservation);
        Assert.Equal((MapStatus.NoBounceSpace, 20L, 1), (tooLong.Status, _rig.FreeSlots, _mapper.LiveReservations));
        Assert.Equal(MapStatus.SpanTooShort, _mapper.Map(PoolRig.High(10, 8).View, DmaDirection.FromDevice, default, MapOptions.None, reservation).Status);
        Assert.Throws<ArgumentOutOfRangeException>(() => _mapper.Map(PoolRig.High(10, 8).View, default, _segments, MapOptions.None, reservation));
        MapResult first = _mapper.Map(PoolRig.High(10, 8, 2).View, DmaDirection.FromDevice, _segments, MapOptions.None, reservation);
        Assert.True(first.IsMapped, $"{first}");
        Assert.Equal(8, PoolRig.SlotsOf(_segments.AsSpan(0, first.SegmentCount)).Distinct().Count());
        Assert.Equal((20L, 0), (_rig.FreeSlots, _mapper.LiveReservations));
        _mapper.Unmap(first.Token);
        _mapper.Unmap(other);
        Assert.Equal(32 * Slot, _rig.Pool.LargestFreeRun);
    }

    [Fact]
    public void A_prefix_takes_its_slots_and_no_more()
    {
        Assert.True(_mapper.TryReserve(8 * Slot, out BounceReservation reservation));
        MapResult result = _mapper.Map(PoolRig.High(0, 20).View, DmaDirection.FromDevice, _segments, MapOptions.Prefix, reservation);
        Assert.Equal((MapStatus.Mapped, true), (result.Status, result.Length is >= Slot and <= 8 * Slot));
        Assert.Equal(32 - (result.Length / Slot), _rig.FreeSlots);
        _mapper.Unmap(result.Token);
        Assert.Equal(32 * Slot, _rig.Pool.LargestFreeRun);
    }

    [Fact]
    public void Who_has_none_is_told()
    {
        BounceMapper other = _rig.Mapper(name: "other");
        Assert.True(other.TryReserve(Slot, out BounceReservation foreign));
        Assert.True(_mapper.TryReserve(Slot, out BounceReservation stale));
        _mapper.Release(stale);
        foreach (BounceReservation one in new[] { foreign, stale, default })
        {
            Assert.Throws<ArgumentException>(() => _mapper.Release(one));
            Assert.Throws<ArgumentException>(() => _mapper.Map(PoolRig.High(0, 1).View, DmaDirection.ToDevice, _segments, MapOptions.None, one));
        }

        Assert.True(default(BounceReservation).IsNone);
        Assert.Equal((31L, 1, 0), (_rig.FreeSlots, other.LiveReservations, _mapper.LiveReservations));
        other.Release(foreign);
        Assert.Equal(32L, _rig.FreeSlots);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((32 * Slot) + 1)]
    [InlineData(long.MaxValue)]
    public void A_length_that_could_never_be_had_throws(long length)
    {
        Assert.Throws<ArgumentOutOfRangeException>(nameof(length), () => _mapper.TryReserve(length, out _));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(length), () => { _ = _mapper.ReserveAsync(length, TestContext.Current.CancellationToken).AsTask(); });
        Assert.Equal(32L, _rig.FreeSlots);
    }

    [Fact]
    public void A_reservation_as_large_as_the_pool_may_ever_be_is_granted_in_pieces()
    {
        var rig = new PoolRig(8, most: 32);
        BounceMapper mapper = rig.Mapper(), contiguous = rig.Mapper(DmaConstraints.ContiguousOnly);
        Assert.True(mapper.TryReserve(32 * Slot, out BounceReservation all));
        Assert.Equal((32 * Slot, 0L), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        mapper.Release(all);
        Assert.Equal((8 * Slot, 8 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        Assert.True(contiguous.TryReserve(24 * Slot, out BounceReservation run));
        contiguous.Release(run);
        Assert.Throws<ArgumentOutOfRangeException>("length", () => contiguous.TryReserve(25 * Slot, out _));
    }

    [Fact]
    public void Scattered_slots_do_for_a_device_of_any_number_of_segments_and_one_run_for_others()
    {
        MappingToken[] tokens = [.. Enumerable.Range(0, 32).Select(i => PoolRig.Map(_mapper, PoolRig.High(2 * i, 1)))];
        BounceMapper contiguous = _rig.Mapper(DmaConstraints.ContiguousOnly, "contiguous");
        for (int i = 0; i < 32; i += 2) _mapper.Unmap(tokens[i]);
        Assert.False(contiguous.TryReserve(2 * Slot, out _));
        Assert.True(_mapper.TryReserve(16 * Slot, out BounceReservation scattered));
        MapResult result = _mapper.Map(PoolRig.High(100, 16).View, DmaDirection.ToDevice, _segments, MapOptions.None, scattered);
        Assert.Equal((MapStatus.Mapped, 16), (result.Status, result.SegmentCount));
        _mapper.Unmap(result.Token);
        for (int i = 1; i < 32; i += 2) _mapper.Unmap(tokens[i]);
        Assert.True(contiguous.TryReserve(32 * Slot, out BounceReservation run));
        result = contiguous.Map(PoolRig.High(100, 32).View, DmaDirection.ToDevice, _segments, MapOptions.None, run);
        Assert.Equal((MapStatus.Mapped, 1), (result.Status, result.SegmentCount));
        contiguous.Unmap(result.Token);
    }

    [Theory]
    [InlineData(8192, 1)]
    [InlineData(1, 8192)]
    public void What_is_reserved_lies_as_a_device_of_large_units_takes_it(ulong alignment, long granularity)
    {
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { Alignment = alignment, Granularity = granularity }, "units");
        MappingToken[] tokens = [.. Enumerable.Range(0, 32).Select(i => PoolRig.Map(_mapper, PoolRig.High(2 * i, 1), out _))];
        foreach (MappingToken token in tokens.Where((_, i) => i % 2 == 1 || i >= 24)) _mapper.Unmap(token);
        if (mapper.TryReserve(4 * Slot, out BounceReservation reservation))
        {
            MapResult result = mapper.Map(PoolRig.High(100, 4).View, DmaDirection.ToDevice, _segments, MapOptions.None, reservation);
            Assert.True(result.IsMapped, $"{result}");
            mapper.Unmap(result.Token);
        }

        foreach (MappingToken token in tokens.Where((_, i) => i % 2 == 0 && i < 24)) _mapper.Unmap(token);
        Assert.True(mapper.TryReserve(32 * Slot, out reservation));
        mapper.Release(reservation);
    }

    [Fact]
    public async Task Only_one_of_two_threads_spends_or_releases_it()
    {
        for (int round = 0; round < 3000; round++)
        {
            Assert.True(_mapper.TryReserve(4 * Slot, out BounceReservation reservation));
            using var start = new Barrier(2);
            int done = 0;
            await Task.WhenAll(
                Task.Run(() => Once(() => _mapper.Release(reservation)), TestContext.Current.CancellationToken),
                Task.Run(() => Once(() => _mapper.Unmap(_mapper.Map(PoolRig.High(0, 2).View, DmaDirection.ToDevice, new DmaSegment[4], MapOptions.None, reservation).Token)), TestContext.Current.CancellationToken));
            Assert.Equal((1, 32L, 0), (done, _rig.FreeSlots, _mapper.LiveReservations));

            void Once(Action action)
            {
                start.SignalAndWait();
                try
                {
                    action();
                    Interlocked.Increment(ref done);
                }
                catch (Exception told) when (told is ArgumentException or InvalidOperationException)
                {
                }
            }
        }
    }

    [Fact]
    public void A_reservation_of_iovas_whose_links_live_is_not_spent()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu));
        var pool = new BouncePool(rig.Memory, new FrameAllocator(new PhysicalAddress(RigMemory.Pool), 16 * Slot), 16 * Slot);
        using var domain = new IommuDomain(rig.Memory, rig.Tables, rig.Iommu!, new IommuDomainOptions { IsTrusted = false });
        var inner = new IommuMapper(new DmaDevice("untrusted", new RequesterId(7)) { IsTrusted = false }, domain);
        var mapper = new ReservingBounceMapper(inner, pool);
        BusPort port = rig.Iommu!.Connect(inner.Profile.Device, domain);
        IovaReservation room = mapper.Reserve(8 * Slot, 4).Reservation;
        MappedView home = Given.View(Given.Low(0, 1)) with { Length = 100 };
        HomeBytes.Scribble(rig.Memory, home, 3);
        Assert.True(mapper.Link(room, 0, home.View, DmaDirection.Bidirectional, MapOptions.None).IsMapped);
        byte[] before = HomeBytes.Read(rig.Memory, home), seen = new byte[100];
        Assert.Throws<ArgumentException>(() => mapper.Map(Given.View(Given.Low(40, 1)).View.Slice(0, 60), DmaDirection.FromDevice, new DmaSegment[4], MapOptions.None, room));
        Assert.True(port.TryRead(room.Address, seen, out DmaFault fault), $"{fault}");
        Assert.Equal(before, seen);
        mapper.Unlink(room, 0, 100);
        mapper.Release(room);
        Assert.Equal(pool.Capacity, pool.FreeBytes);
    }
}
