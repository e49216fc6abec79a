using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Which of its slots a reservation gives to the stretches of a view, and what of them comes back.</summary>
public class ReservedRunTests
{
    private const long Slot = PoolRig.Slot;

    private readonly DmaSegment[] _segments = new DmaSegment[16];

    [Fact]
    public void Stretches_begin_at_the_next_aligned_slot_and_those_passed_over_go_back()
    {
        var rig = new PoolRig(16);
        BounceMapper mapper = rig.Mapper(new DmaConstraints { Alignment = 4 * (ulong)Slot });
        Assert.True(mapper.TryReserve(16 * Slot, out BounceReservation room));
        MapResult result = mapper.Map(View("h0 l0 h10 h11 l4 h20"), DmaDirection.Bidirectional, _segments, MapOptions.None, room);
        Assert.Equal((MapStatus.Mapped, 4 * Slot, 12L), (result.Status, result.BouncedBytes, rig.FreeSlots));
        Assert.Equal([0, 4, 8], SlotsOf(rig, result));

        BounceMapper other = rig.Mapper(name: "other");
        MappingToken rest = PoolRig.Map(other, PoolRig.High(100, 12, 2), out ulong[] slots);
        Assert.Equal([1, 2, 3, 6, 7, 9, 10, 11, 12, 13, 14, 15], slots.Select(one => (int)(one - (rig.Pool.Start.Value / (ulong)Slot))).Order());
        other.Unmap(rest);
        mapper.Unmap(result.Token);
        Assert.Equal((16L, 16 * Slot), (rig.FreeSlots, rig.Pool.LargestFreeRun));
    }

    /// <summary>A boundary every four slots: what ends right before one stays before it.</summary>
    [Fact]
    public void Stretches_pass_over_slots_only_where_they_would_cross_a_boundary()
    {
        var rig = new PoolRig(16);
        BounceMapper mapper = rig.Mapper(new DmaConstraints { MaxSegmentCount = 16, SegmentBoundaryMask = 0x3FFF });
        Assert.True(mapper.TryReserve(16 * Slot, out BounceReservation room));
        MapResult result = mapper.Map(View("h0 h1 h2 h3 l0 h10 l2 h20 h21 l4 h30 h31 l6 h40 h41 h42"), DmaDirection.Bidirectional, _segments, MapOptions.None, room);
        Assert.Equal((MapStatus.Mapped, 12 * Slot, 4L), (result.Status, result.BouncedBytes, rig.FreeSlots));
        Assert.Equal([0, 4, 5, 8, 12], SlotsOf(rig, result));
        mapper.Unmap(result.Token);
        Assert.Equal((16L, 16 * Slot), (rig.FreeSlots, rig.Pool.LargestFreeRun));
    }

    [Fact]
    public void A_boundary_is_looked_for_from_the_aligned_slot_on()
    {
        // The pool begins in the middle between two boundaries.
        var rig = new PoolRig(16, 16, skipped: 2);
        BounceMapper mapper = rig.Mapper(new DmaConstraints { Alignment = 2 * (ulong)Slot, SegmentBoundaryMask = 0x3FFF });
        Assert.Equal(RigMemory.Pool + (2 * (ulong)Slot), rig.Pool.Start.Value);
        Assert.True(mapper.TryReserve(16 * Slot, out BounceReservation room));
        MapResult result = mapper.Map(View("h0 l0 h10 h11 h12"), DmaDirection.Bidirectional, _segments, MapOptions.None, room);
        Assert.Equal((MapStatus.Mapped, 4 * Slot, 12L), (result.Status, result.BouncedBytes, rig.FreeSlots));
        Assert.Equal([0, 2], SlotsOf(rig, result));
        mapper.Unmap(result.Token);
        Assert.Equal(16, rig.FreeSlots);
    }

    [Fact]
    public void No_stretch_runs_out_of_the_reservation_into_slots_of_others()
    {
        var rig = new PoolRig(8);
        BounceMapper mapper = rig.Mapper(new DmaConstraints { Alignment = 4 * (ulong)Slot }), other = rig.Mapper(name: "other");
        Assert.True(mapper.TryReserve(6 * Slot, out BounceReservation room));
        MappingToken behind = PoolRig.Map(other, PoolRig.High(500, 2));
        MapResult refused = mapper.Map(View("h0 l0 h10 h11 h12"), DmaDirection.Bidirectional, _segments, MapOptions.None, room);
        Assert.Equal((MapStatus.NoBounceSpace, true, 0L, 1), (refused.Status, refused.Shortage?.IsOfReservation, rig.FreeSlots, mapper.LiveReservations));

        // The refusal left the reservation whole.
        MapResult all = mapper.Map(PoolRig.High(20, 6, 2).View, DmaDirection.Bidirectional, _segments, MapOptions.None, room);
        Assert.Equal((MapStatus.Mapped, 1), (all.Status, all.SegmentCount));
        mapper.Unmap(all.Token);
        other.Unmap(behind);
        Assert.Equal((8L, 8 * Slot), (rig.FreeSlots, rig.Pool.LargestFreeRun));
    }

    [Fact]
    public void Slots_to_choose_the_address_from_are_reserved_on_top()
    {
        var rig = new PoolRig(64);
        BounceMapper mapper = rig.Mapper(new DmaConstraints { OffsetPreservingMask = 0xFFFF });
        Assert.True(mapper.TryReserve(4 * Slot, out BounceReservation room));
        Assert.Equal(64 - 4 - 15, rig.FreeSlots);
        MapResult result = mapper.Map(PoolRig.High(15, 4).View, DmaDirection.ToDevice, _segments, MapOptions.None, room);
        Assert.Equal((MapStatus.Mapped, 0xF000ul, 60L), (result.Status, _segments[0].Address.Value & 0xFFFF, rig.FreeSlots));
        mapper.Unmap(result.Token);
        Assert.Equal(64, rig.FreeSlots);
        Assert.Throws<ArgumentOutOfRangeException>("length", () => mapper.TryReserve(50 * Slot, out _));
    }

    [Fact]
    public void What_was_released_is_held_no_more()
    {
        var rig = new PoolRig(16);
        BounceMapper disk = rig.Mapper(name: "disk"), nic = rig.Mapper(name: "nic");
        MappingToken some = PoolRig.Map(disk, PoolRig.High(0, 3));
        Assert.True(nic.TryReserve(6 * Slot, out BounceReservation room));
        nic.Release(room);
        BounceShortage shortage = PoolRig.Try(disk, PoolRig.High(400, 14)).Shortage!;
        Assert.Equal(("disk", 3 * Slot, 13 * Slot), (shortage.Holder, shortage.HeldByHolder, shortage.Free));
        disk.Unmap(some);
        Assert.Null(PoolRig.Try(disk, PoolRig.High(400, 17)).Shortage!.Holder);
    }

    [Fact]
    public void While_a_mapping_takes_it_nobody_else_does()
    {
        var rig = new PoolRig(16);
        var inner = new TellingMapper(new DirectMapper(rig.Device()));
        var mapper = new BounceMapper(inner, rig.Pool);
        Assert.True(mapper.TryReserve(4 * Slot, out BounceReservation room));
        int told = 0;
        inner.Mapping = () =>
        {
            inner.Mapping = null;
            Assert.Throws<InvalidOperationException>(() => mapper.Release(room));
            Assert.Throws<InvalidOperationException>(() => mapper.Map(PoolRig.High(100, 1).View, DmaDirection.ToDevice, new DmaSegment[1], MapOptions.None, room));
            told++;
        };
        MapResult result = mapper.Map(PoolRig.High(0, 2).View, DmaDirection.ToDevice, _segments, MapOptions.None, room);
        Assert.Equal((MapStatus.Mapped, 1, 0, 14L), (result.Status, told, mapper.LiveReservations, rig.FreeSlots));
        mapper.Unmap(result.Token);
        Assert.Equal(16, rig.FreeSlots);
    }

    [Fact]
    public void A_mapping_of_no_direction_is_that_whatever_the_reservation_is()
    {
        BounceMapper mapper = new PoolRig(16).Mapper();
        Assert.Throws<ArgumentOutOfRangeException>(() => mapper.Map(PoolRig.High(0, 1).View, default, _segments, MapOptions.None, default(BounceReservation)));
        Assert.Throws<ArgumentException>("reservation", () => mapper.Map(PoolRig.High(0, 1).View, DmaDirection.ToDevice, _segments, MapOptions.None, default(BounceReservation)));
        Assert.Equal("no reservation", default(BounceReservation).ToString());
    }

    [Fact]
    public void Of_a_disposed_pool_nothing_is_waited_for_cancelled_or_not()
    {
        var rig = new PoolRig(16);
        BounceMapper mapper = rig.Mapper();
        rig.Pool.Dispose();
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.Throws<ObjectDisposedException>(() => { _ = mapper.ReserveAsync(Slot, cancel.Token).AsTask(); });
    }

    /// <summary>Frames of low memory, which stay, and of high memory, which bounce.</summary>
    private static PfnView View(string frames)
    {
        Pfn[] pfns = [.. frames.Split(' ').Select(one => new Pfn((RigMemory.StartOf(one[0] == 'h' ? HomeArea.High : HomeArea.Low) >> 12) + ulong.Parse(one[1..], CultureInfo.InvariantCulture)))];
        return new PfnView(pfns, PageSize.Size4K);
    }

    /// <summary>The slots that segments in the pool begin at, counted from its start.</summary>
    private int[] SlotsOf(PoolRig rig, in MapResult result)
        => [.. _segments.Take(result.SegmentCount).Select(one => one.Address.Value - rig.Pool.Start.Value).Where(at => at < (ulong)rig.Pool.Capacity).Select(at => (int)(at / (ulong)Slot))];

    /// <summary>Says that it is asked to map.</summary>
    private sealed class TellingMapper(IDmaMapper inner) : MapperWrapper(inner)
    {
        internal Action? Mapping { get; set; }

        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        {
            Mapping?.Invoke();
            return base.Map(view, direction, segments, options);
        }
    }
}
