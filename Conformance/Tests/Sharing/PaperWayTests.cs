using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Which ways of serving a device are open, and what closes each: on paper, at the edges of reach, segments and pools.</summary>
public class PaperWayTests
{
    private const long Length = PaperExporter.Usual;

    private static readonly DmaConstraints Below = new() { Window = DmaWindow.OfBits(32) };

    private static readonly SharingPolicy NoMove = new() { AllowsMove = false };

    private static Importer Device(DmaConstraints constraints = default, Addressing addressing = Addressing.Direct, long pool = 0, bool partial = false)
        => new(PaperProfile.Of("c", constraints, addressing, pool: pool, partial: partial));

    private static PfnBuffer Frames(params ulong[] pfns) => new([.. pfns.Select(pfn => new Pfn(pfn))], PageSize.Size4K);

    /// <summary>Frames above 4 GiB, one by one.</summary>
    private static PfnBuffer Apart(long offset = 0) => new([.. Enumerable.Range(0, 8).Select(i => new Pfn((1ul << 20) + (2ul * (ulong)i)))], PageSize.Size4K, offset, Length - offset);

    /// <summary>A buffer on frames of which there are no others.</summary>
    private static SharingState On(PfnBuffer backing, SharingPolicy? policy = null, MemoryKind kind = MemoryKind.PageBacked, bool can = false, params Holding[] holdings)
        => new(new PaperExporter { Length = backing.Length, Kind = kind, Can = can }, policy ?? SharingPolicy.Default) { Backing = backing, Holdings = holdings };

    private static Refusal Refused(SharingState state, Importer newcomer)
    {
        Decision decision = AttachDecision.Decide(state, newcomer);
        Assert.Equal(Verdict.Refused, decision.Verdict);
        return decision.Refusal!;
    }

    [Fact]
    public void Before_there_are_frames_any_pool_is_enough_for_a_mapper_that_copies_only_parts_of_frames()
    {
        var state = new SharingState(new PaperExporter { Length = Length - 100 }, SharingPolicy.Default);
        Assert.Equal(Verdict.Admitted, AttachDecision.Decide(state, Device(addressing: Addressing.Translated, pool: 4096, partial: true)).Verdict);
    }

    [Fact]
    public void Where_copies_are_preferred_what_closes_a_move_is_told_after_what_closes_them()
    {
        Refusal refusal = Refused(On(Apart(), new SharingPolicy { PrefersBounce = true }), Device(Below));
        Assert.Equal([(Verdict.Direct, RefusalReason.UnreachableFrame), (Verdict.Bounce, RefusalReason.NoBounceCapacity), (Verdict.Move, RefusalReason.NoCommonBacking)],
            refusal.Causes.Select(cause => (cause.Way, cause.Reason)));
    }

    [Theory]
    [InlineData(4096, Verdict.Refused)]
    [InlineData(Length - 1, Verdict.Refused)]
    [InlineData(Length, Verdict.Bounce)]
    public void Address_bits_above_those_of_a_frame_that_a_bus_does_not_keep_take_a_copy_of_everything(long pool, Verdict verdict)
    {
        var importer = new Importer(new MapperProfile(PaperProfile.Of("c", new DmaConstraints { OffsetPreservingMask = 0x1FFF }, pool: pool)) { BusOffset = 4096 });
        Decision decision = AttachDecision.Decide(On(Apart(), NoMove), importer);
        Assert.Equal(verdict, decision.Verdict);
        if (decision.Refusal is not { } refusal) return;
        Assert.Equal((RefusalReason.Unaligned, RefusalReason.NoBounceCapacity, "32768 bytes"), (refusal.Reason, refusal.Causes[^1].Reason, refusal.Causes[^1].Wanted));
    }

    [Fact]
    public void Behind_an_IOMMU_frames_that_lie_well_spare_no_copies()
    {
        // At consecutive addresses the boundary cuts four segments; where these frames are they would be three.
        PfnBuffer well = Frames([.. new[] { 0, 1, 2, 4, 5, 6, 8, 9 }.Select(i => (1ul << 20) + (ulong)i)]);
        var three = new DmaConstraints { MaxSegmentCount = 3, MaxSegmentSize = 3 * 4096, SegmentBoundaryMask = 0x3FFF };
        Assert.Equal(Verdict.Direct, AttachDecision.Decide(On(well), Device(three)).Verdict);
        Refusal refusal = Refused(On(well), Device(three, Addressing.Translated, pool: 4096));
        Assert.Equal((RefusalReason.TooManySegments, "4"), (refusal.Reason, refusal.Found));
        Assert.Equal("32768 bytes", Assert.Single(refusal.Causes, cause => cause.Reason == RefusalReason.NoBounceCapacity).Wanted);
    }

    [Fact]
    public void Behind_an_IOMMU_only_frames_out_of_reach_are_copied_however_the_others_lie()
    {
        // All frames but the last.
        var last = new PhysicalAddress((1ul << 32) + (13 * 4096) - 1);
        MapperProfile Profile(long pool) => new(PaperProfile.Of("c", DmaConstraints.ContiguousOnly, Addressing.Translated, pool: pool)) { LastPhysical = last };
        Assert.Equal(Verdict.Bounce, AttachDecision.Decide(On(Apart(), NoMove), new Importer(Profile(4096))).Verdict);
        Refusal refusal = Refused(On(Apart(), NoMove), new Importer(Profile(4095)));
        Assert.Equal((RefusalReason.UnreachableFrame, 7), (refusal.Reason, refusal.FrameIndex));
    }

    [Fact]
    public void Behind_an_IOMMU_a_view_begins_where_it_does_in_its_frame()
    {
        Importer aligned = Device(new DmaConstraints { Alignment = 4096 }, Addressing.Translated);
        Assert.Equal(Verdict.Remap, AttachDecision.Decide(On(Apart()), aligned).Verdict);
        Decision moved = AttachDecision.Decide(On(Apart(512), can: true), aligned);
        Assert.Equal((Verdict.Move, Verdict.Remap), (moved.Verdict, moved.Follows));
        Refusal refusal = Refused(On(Apart(512)), aligned);
        Assert.Equal((RefusalReason.Unaligned, 0), (refusal.Reason, refusal.FrameIndex));
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(8192)]
    public void The_best_frames_begin_where_a_device_likes_it(long alignment)
        => Assert.Equal(Verdict.Admitted, AttachDecision.Decide(new SharingState(new PaperExporter(), SharingPolicy.Default), Device(new DmaConstraints { Alignment = (ulong)alignment })).Verdict);

    [Fact]
    public void Frames_that_a_bus_carries_below_its_first_address_are_out_of_reach()
    {
        PfnBuffer frames = Frames((1ul << 20) + 8, 1ul << 20);
        Refusal refusal = Refused(On(frames), Behind(-((1L << 32) + (8 * 4096))));
        Assert.Equal((RefusalReason.UnreachableFrame, 1, "pfn 0x100000"), (refusal.Reason, refusal.FrameIndex, refusal.Found));
        Assert.Equal(Verdict.Direct, AttachDecision.Decide(On(frames), Behind(-(1L << 32))).Verdict);

        static Importer Behind(long offset) => new(new MapperProfile(PaperProfile.Of("c")) { BusOffset = offset });
    }

    [Fact]
    public void Kept_bits_that_the_second_frame_has_not_are_told_of_it_and_no_further_frame_is_looked_at()
    {
        // All bits: as many consecutive addresses as there are bytes end beyond the last one.
        Refusal refusal = Refused(On(Frames((1ul << 52) - 3, 5, 9, 10)), Device(new DmaConstraints { OffsetPreservingMask = ulong.MaxValue }, Addressing.Translated));
        Assert.Equal((RefusalReason.Unaligned, 1), (refusal.Reason, refusal.FrameIndex));
    }

    [Theory]
    [InlineData((1ul << 52) - 2, 5ul)] // Behind it there are consecutive addresses for one frame of the two,
    [InlineData((1ul << 52) - 1, 0ul)] // and for none: those from 0 on, whose bits these have, do not follow.
    public void Kept_bits_are_not_kept_where_consecutive_addresses_end(ulong first, ulong next)
    {
        Refusal refusal = Refused(On(Frames(first, next, next + 1)), Device(new DmaConstraints { OffsetPreservingMask = ulong.MaxValue }, Addressing.Translated));
        Assert.Equal((RefusalReason.Unaligned, 1), (refusal.Reason, refusal.FrameIndex));
    }

    [Fact]
    public void A_single_frame_that_takes_too_many_segments_is_not_named()
    {
        Refusal refusal = Refused(On(Frames(5)), Device(new DmaConstraints { MaxSegmentCount = 1, MaxSegmentSize = 2048 }));
        Assert.Equal((RefusalReason.TooManySegments, -1, "2"), (refusal.Reason, refusal.FrameIndex, refusal.Found));
    }

    [Fact]
    public void Those_who_keep_bytes_from_being_moved_are_told_once_each_and_by_name()
    {
        Holding[] held = [new("b", HoldingKind.Mapping, false, false), new("a", HoldingKind.Pfns, false, false), new("b", HoldingKind.Mapping, false, false)];
        Refusal refusal = Refused(On(Apart(), can: true, holdings: held), Device(Below));
        Assert.Equal([("a", "raw pfns that are not put back"), ("b", "a live mapping")],
            refusal.Causes.Where(cause => cause.Reason == RefusalReason.Pinned).Select(cause => (cause.Attachment, cause.Found)));
        Assert.Equal(["a", "b"], refusal.ConflictsWith);
    }

    [Fact]
    public void Of_memory_that_cannot_be_moved_at_all_it_is_not_said_that_other_frames_are_missing()
    {
        Refusal without = Refused(On(Apart(), kind: MemoryKind.Mmio), Device(Below, pool: 1 << 20));
        Assert.Equal([RefusalReason.UnreachableFrame, RefusalReason.NoPages, RefusalReason.NoPages], without.Causes.Select(cause => cause.Reason));
        Refusal never = Refused(On(Apart()), Device(new DmaConstraints { MaxSegmentCount = 2, MaxSegmentSize = 4096 }));
        Assert.DoesNotContain(never.Causes, cause => cause.Reason == RefusalReason.NoCommonBacking);
    }
}
