using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A prefix copies what it holds and no more, wherever the device's rules, the span or the wrapped mapper end it.</summary>
public class PrefixCopyTests
{
    private const long Slot = PoolRig.Slot;
    private const int Slots = 16;
    private const byte Mark = 0x5C;

    private readonly PoolRig _rig = new(Slots);
    private readonly DmaSegment[] _segments = new DmaSegment[16];

    [Theory]
    [InlineData(2, 4096, 0, 16, 16384, 8192)]
    [InlineData(0, 4096, 0, 4, 16384, 16384)]
    [InlineData(0, 4096, 0, 2, 16384, 8192)]
    [InlineData(0, 4096, 0, 3, 16384, 12288)]
    [InlineData(0, 3584, 512, 3, 16000, 10752)]
    [InlineData(0, 4096, 512, 2, 16896, 8192)]
    public void What_a_prefix_does_not_hold_is_not_copied(int count, long size, long granularity, int span, long length, long held)
    {
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { MaxSegmentCount = count, MaxSegmentSize = size, Granularity = granularity });
        MapResult result = mapper.Map(Marked(PoolRig.High(0, 5)).View.Slice(0, length), DmaDirection.Bidirectional, _segments.AsSpan(0, span), MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, held, held), (result.Status, result.Length, result.BouncedBytes));
        Assert.Equal((held, Slots - ((held + Slot - 1) / Slot)), (MarksInPool(), _rig.FreeSlots));
        mapper.Unmap(result.Token);
        Assert.Equal(Slots, _rig.FreeSlots);
    }

    [Fact]
    public void A_planned_prefix_counts_what_it_holds()
    {
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { MaxSegmentCount = 2, MaxSegmentSize = 4096 });
        var parts = new MapPart[4];
        MapPlan plan = mapper.Plan(PoolRig.High(0, 4).View, DmaDirection.ToDevice, MapOptions.Prefix, parts);
        Assert.Equal((MapStatus.Mapped, 2 * Slot, 2 * Slot, 1), (plan.Status, plan.Length, plan.BouncedBytes, plan.PartCount));
        Assert.Equal(new MapPart(0, 2 * Slot, MapTreatment.Bounced), parts[0]);
    }

    [Fact]
    public void A_prefix_of_which_not_one_segment_fits_is_refused()
    {
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { Granularity = 8192 });
        MapPlan plan = mapper.Plan(PoolRig.High(0, 1).View, DmaDirection.ToDevice, MapOptions.Prefix, default);
        MapResult refused = mapper.Map(PoolRig.High(0, 1).View, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Unaligned, 0, MapStatus.Unaligned, 0), (plan.Status, plan.FailedFrame, refused.Status, refused.FailedFrame));
        Assert.Equal(Slots, _rig.FreeSlots);
    }

    [Fact]
    public void A_prefix_that_would_bare_the_rest_of_a_frame_is_copied()
    {
        // In place it would end inside the third frame.
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { MaxSegmentCount = 2, MaxSegmentSize = 5000 }, mode: BounceMode.PartialFrames);
        PfnView view = PoolRig.Low(0, 4).View.Slice(100);
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice, MapOptions.Prefix, default);
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 10_000L, 10_000L, 2), (plan.Status, plan.Length, plan.BouncedBytes, plan.SegmentCount));
        Assert.Equal((MapStatus.Mapped, 10_000L, 10_000L, 2), (result.Status, result.Length, result.BouncedBytes, result.SegmentCount));
        mapper.Unmap(result.Token);
        Assert.Equal(Slots, _rig.FreeSlots);
    }

    [Fact]
    public void Where_less_is_mapped_than_was_planned_slots_go_back_and_the_last_shows_no_more()
    {
        var direct = new DirectMapper(_rig.Device());
        var mapper = new BounceMapper(new Shortening(direct, 5000), _rig.Pool);
        MapResult result = mapper.Map(Marked(PoolRig.High(0, 3)).View, DmaDirection.Bidirectional, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 5000L, 5000L, Slots - 2L), (result.Status, result.Length, result.BouncedBytes, _rig.FreeSlots));
        byte[] seen = new byte[8192], wanted = new byte[8192];
        wanted.AsSpan(0, 5000).Fill(Mark);
        _rig.Memory.Read(new PhysicalAddress(_segments[0].Address.Value), seen);
        Assert.Equal(wanted, seen);
        mapper.Unmap(result.Token);
        Assert.Equal((Slots, 0), (_rig.FreeSlots, direct.LiveMappings));
    }

    [Fact]
    public void Where_less_is_mapped_than_was_planned_no_rest_of_a_frame_is_bared()
    {
        var direct = new DirectMapper(_rig.Device());
        var mapper = new BounceMapper(new Shortening(direct, 5000), _rig.Pool, BounceMode.PartialFrames);
        MapResult result = mapper.Map(PoolRig.Low(0, 3).View.Slice(100), DmaDirection.Bidirectional, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 5000L, 5000L), (result.Status, result.Length, result.BouncedBytes));
        Assert.Equal((1, Slots - 2L), (direct.LiveMappings, _rig.FreeSlots));
        mapper.Unmap(result.Token);
        Assert.Equal((0, Slots), (direct.LiveMappings, _rig.FreeSlots));
    }

    /// <summary>A wrapped mapper that does not end a mapping may leave the device its reach.</summary>
    [Fact]
    public void Slots_that_a_device_may_still_reach_stay_taken()
    {
        var mapper = new BounceMapper(new Shortening(new DirectMapper(_rig.Device()), 5000) { Keeps = true }, _rig.Pool, BounceMode.PartialFrames);
        Assert.Throws<NotSupportedException>(() => mapper.Map(PoolRig.Low(0, 3).View.Slice(100), DmaDirection.Bidirectional, _segments, MapOptions.Prefix));
        Assert.Equal((Slots - 1L, 0), (_rig.FreeSlots, mapper.LiveMappings));
    }

    [Fact]
    public void In_place_a_prefix_ends_where_the_device_does_unless_the_rest_of_frames_is_kept_from_it()
    {
        var rules = new DmaConstraints { MaxSegmentSize = 5000 };
        BounceMapper open = _rig.Mapper(rules), confining = _rig.Mapper(rules, "confining", BounceMode.PartialFrames);
        Assert.Equal((10_000L, 0L), InPlace(open, PoolRig.Low(0, 4).View));
        Assert.Equal((8192L, 0L), InPlace(confining, PoolRig.Low(0, 4).View));

        // In large frames a view of whole small ones begins anywhere.
        var large = new PfnView([new Pfn(RigMemory.StartOf(HomeArea.Low) >> 21)], PageSize.Size2M, 8192, 40_960);
        Assert.Equal((10_000L, 0L), InPlace(open, large));
        Assert.Equal((8192L, 0L), InPlace(confining, large));
    }

    [Fact]
    public void Who_wants_no_prefix_gets_none_for_a_short_span()
    {
        BounceMapper mapper = _rig.Mapper(mode: BounceMode.PartialFrames);
        MapResult refused = mapper.Map(PoolRig.Low(0, 4, 2).View, DmaDirection.ToDevice, _segments.AsSpan(0, 2), MapOptions.None);
        Assert.Equal((MapStatus.SpanTooShort, 4), (refused.Status, refused.SegmentsNeeded));
    }

    private (long Length, long Bounced) InPlace(BounceMapper mapper, scoped in PfnView view)
    {
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments.AsSpan(0, 2), MapOptions.Prefix);
        Assert.True(result.IsMapped, result.ToString());
        mapper.Unmap(result.Token);
        return (result.Length, result.BouncedBytes);
    }

    private PfnBuffer Marked(PfnBuffer buffer)
    {
        foreach (Pfn frame in buffer.View.Frames) _rig.Memory.Fill(frame.ToAddress(PageSize.Size4K), Slot, Mark);
        return buffer;
    }

    private long MarksInPool()
    {
        byte[] bytes = new byte[Slots * Slot];
        _rig.Memory.Read(_rig.Pool.Start, bytes);
        return bytes.Count(static one => one == Mark);
    }

    /// <summary>Maps less of a prefix than it plans, as where somebody else took the rest in between.</summary>
    private sealed class Shortening(IDmaMapper inner, long most) : MapperWrapper(inner)
    {
        /// <summary>Whether it ends no mapping.</summary>
        internal bool Keeps { get; init; }

        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
            => base.Map((options & MapOptions.Prefix) == 0 ? view : view.Slice(0, Math.Min(view.Length, most)), direction, segments, options);

        public override void Unmap(MappingToken token)
        {
            if (Keeps) throw new NotSupportedException("ends nothing");
            base.Unmap(token);
        }
    }
}
