using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>When a pool of which every other slot is free is to blame for a refusal, and when it is not.</summary>
public class PoolBlameTests
{
    private const int Slots = 16;
    private const byte Mark = 0x5C;

    private static readonly DmaConstraints Two = new() { MaxSegmentCount = 2 }, Pairs = new() { Alignment = 8192 };

    private readonly DmaSegment[] _segments = new DmaSegment[8];

    [Fact]
    public void It_is_where_a_run_is_wanted_and_nothing_was_copied_before_that_was_known()
    {
        PoolRig rig = InPieces();
        BounceMapper mapper = rig.Mapper(Two);
        PfnView view = PoolRig.Low(0, 5, 2).View;
        foreach (Pfn frame in view.Frames) rig.Memory.Fill(frame.ToAddress(PageSize.Size4K), 4096, Mark);
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice);
        MapResult refused = mapper.Map(view, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.NoBounceSpace, 5, -1), (plan.Status, plan.SegmentCount, plan.FailedFrame));
        Assert.Equal((MapStatus.NoBounceSpace, 5, -1, 1L), (refused.Status, refused.SegmentsNeeded, refused.FailedFrame, rig.Pool.Shortages));
        byte[] pool = new byte[Slots * 4096];
        rig.Memory.Read(rig.Pool.Start, pool);
        Assert.DoesNotContain(Mark, pool);
        Assert.Equal(Slots / 2, rig.FreeSlots);
    }

    [Fact]
    public void It_is_where_an_aligned_slot_is_wanted_for_a_prefix()
    {
        PoolRig rig = InPieces();
        BounceMapper mapper = rig.Mapper(Pairs, mode: BounceMode.Everything);
        MapPlan plan = mapper.Plan(PoolRig.High(0, 1).View, DmaDirection.ToDevice, MapOptions.Prefix, default);
        MapResult refused = mapper.Map(PoolRig.High(0, 1).View, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.NoBounceSpace, 0), (plan.Status, plan.FailedFrame));
        Assert.Equal((MapStatus.NoBounceSpace, 0, 1L), (refused.Status, refused.FailedFrame, rig.Pool.Shortages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_not_where_no_copy_would_mend_what_is_wrong(bool inPieces)
    {
        PoolRig rig = inPieces ? InPieces() : new PoolRig(Slots);
        BounceMapper two = rig.Mapper(Two, "two"), pairs = rig.Mapper(Pairs, "pairs");

        // Device memory is never copied, neither to bring it together nor to align it.
        Refuses(two, [.. Mmio(0, 2, 4), .. PoolRig.High(0, 2).View.Frames], MapOptions.None);
        Refuses(pairs, [.. Mmio(1), .. PoolRig.High(0, 2).View.Frames], MapOptions.Prefix);
        Assert.Equal((0L, inPieces ? Slots / 2 : Slots), (rig.Pool.Shortages, rig.FreeSlots));
    }

    [Fact]
    public void It_is_not_where_the_wrapped_mapper_would_have_to_copy_device_memory()
    {
        var rig = new PoolRig(1);
        var below = new BouncePool(rig.Memory, new FrameAllocator(new PhysicalAddress(RigMemory.StartOf(HomeArea.Below)), 8 * 4096), 8 * 4096);
        var inner = new BounceMapper(new DirectMapper(rig.Device(new DmaConstraints { OffsetPreservingMask = 0xFFFF })), below, BounceMode.Everything);
        Refuses(new BounceMapper(inner, rig.Pool), [.. PoolRig.Low(0, 2).View.Frames, .. Mmio(0)], MapOptions.None, 2);
        Assert.Equal((0L, 1L, below.Capacity), (rig.Pool.Shortages, rig.FreeSlots, below.FreeBytes));
    }

    /// <summary>Bytes keep their place in their frame, their number, and how many segments of the greatest size they are.</summary>
    [Theory]
    [InlineData(MapStatus.Unaligned, 8192, 100, 5000, MapOptions.None)]
    [InlineData(MapStatus.Unaligned, 8192, 100, 5000, MapOptions.Prefix)]
    [InlineData(MapStatus.Unaligned, 8192, 0, 5000, MapOptions.None)]
    [InlineData(MapStatus.TooManySegments, 4096, 0, 12288, MapOptions.None)]
    [InlineData(MapStatus.NoBounceSpace, 8192, 0, 8192, MapOptions.None)]
    public void It_is_not_where_no_place_in_it_would_do(MapStatus expected, ulong alignment, long from, long length, MapOptions options)
    {
        PoolRig rig = InPieces();
        var rules = new DmaConstraints { Alignment = alignment, Granularity = 512, MaxSegmentSize = 8192, MaxSegmentCount = 1 };
        BounceMapper mapper = rig.Mapper(rules, mode: BounceMode.Everything);
        PfnView view = PoolRig.Low(0, 4).View.Slice(from, length);
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice, options, default);
        MapResult refused = mapper.Map(view, DmaDirection.ToDevice, _segments, options);
        int shortages = expected == MapStatus.NoBounceSpace ? 1 : 0;
        Assert.Equal((expected, expected, shortages, Slots / 2), (plan.Status, refused.Status, (int)rig.Pool.Shortages, (int)rig.FreeSlots));
        Assert.Equal(shortages == 1, refused.Shortage is not null);
    }

    [Fact]
    public void It_is_not_where_a_translated_device_takes_fewer_segments_than_there_are_bytes_for()
    {
        PoolRig rig = InPieces();
        using IommuDomain domain = Guest(rig, new DmaConstraints { MaxSegmentCount = 2, MaxSegmentSize = 4096 }, out BounceMapper mapper);
        MapPlan plan = mapper.Plan(PoolRig.Low(0, 3).View, DmaDirection.ToDevice);
        MapResult refused = mapper.Map(PoolRig.Low(0, 3).View, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.TooManySegments, 3), (plan.Status, plan.SegmentCount));
        Assert.Equal((MapStatus.TooManySegments, 3, 0L, Slots / 2L), (refused.Status, refused.SegmentsNeeded, rig.Pool.Shortages, rig.FreeSlots));
    }

    [Fact]
    public void Slots_apart_are_good_enough_for_who_translates()
    {
        PoolRig rig = InPieces();
        using IommuDomain domain = Guest(rig, default, out BounceMapper mapper);
        MapResult result = mapper.Map(PoolRig.Low(0, 2).View.Slice(100, 5000), DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Mapped, 1, 5000L), (result.Status, result.SegmentCount, result.BouncedBytes));
        mapper.Unmap(result.Token);
    }

    /// <summary>A start that is not aligned is found out first. Of what is copied for the frame out of reach alone, only that diverges.</summary>
    [Fact]
    public void Another_refusal_does_not_hide_that_a_frame_is_out_of_reach()
    {
        var rig = new PoolRig(Slots);
        BounceMapper holder = rig.Mapper(name: "holder", mode: BounceMode.Everything), pairs = rig.Mapper(Pairs, "pairs");
        var border = new PfnBuffer(Given.Frames(0xF_FFFF, 2), PageSize.Size4K);
        MappingToken held = PoolRig.Map(holder, border);
        MapPlan plan = pairs.Plan(border.View, DmaDirection.ToDevice);
        MapResult refused = pairs.Map(border.View, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.WouldDiverge, 1, MapStatus.WouldDiverge, 1), (plan.Status, plan.FailedFrame, refused.Status, refused.FailedFrame));
        holder.Unmap(held);
        Assert.Equal(2 * 4096, PoolRig.Try(pairs, border).BouncedBytes);
    }

    private static Pfn[] Mmio(params ulong[] frames) => [.. frames.Select(static frame => new Pfn((RigMemory.StartOf(HomeArea.Mmio) >> 12) + frame))];

    /// <summary>A pool of which the slots at multiples of 8 KiB are taken.</summary>
    private static PoolRig InPieces()
    {
        var rig = new PoolRig(Slots);
        BounceMapper holder = rig.Mapper(name: "holder");
        var odd = new List<MappingToken>();
        for (int i = 0; i < Slots; i++)
        {
            MappingToken token = PoolRig.Map(holder, PoolRig.High(1000 + (2 * i), 1), out ulong[] slot);
            if ((slot[0] & 1) != 0) odd.Add(token);
        }

        foreach (MappingToken token in odd) holder.Unmap(token);
        return rig;
    }

    /// <summary>A device that is not trusted, behind an IOMMU, of which everything bounces.</summary>
    private static IommuDomain Guest(PoolRig rig, DmaConstraints constraints, out BounceMapper mapper)
    {
        var device = new DmaDevice("guest", new RequesterId(7), constraints with { Window = DmaWindow.OfBits(32) }) { IsTrusted = false };
        var tables = new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20);
        var domain = new IommuDomain(rig.Memory, tables, new EmulatedIommu(rig.Memory), new IommuDomainOptions { Aperture = device.Constraints.Window, IsTrusted = false });
        mapper = new BounceMapper(new IommuMapper(device, domain), rig.Pool, BounceMode.Everything);
        return domain;
    }

    private void Refuses(BounceMapper mapper, Pfn[] frames, MapOptions options, int failedFrame = 0)
    {
        var view = new PfnView(frames, PageSize.Size4K);
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice, options, default);
        MapResult refused = mapper.Map(view, DmaDirection.ToDevice, _segments, options);
        Assert.Equal((MapStatus.UnreachableFrame, failedFrame), (plan.Status, plan.FailedFrame));
        Assert.Equal((MapStatus.UnreachableFrame, failedFrame), (refused.Status, refused.FailedFrame));
    }
}
