using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What is asked of frames, for devices that are written down.</summary>
public class PaperDemandTests
{
    private const long Length = PaperExporter.Usual;

    [Fact]
    public void Demands_are_written_compared_and_met()
    {
        var window = new Placement { Last = new PhysicalAddress(0xFFFF_FFFF) };
        PlacementDemand[] all = [default, PlacementDemand.Bottom, new() { Contiguous = true }, new() { NeedsPages = true }, new() { Placement = window }, new() { Contiguous = true, NeedsPages = true, Placement = window }];
        string[] said = ["any frames", "frames that cannot exist", "contiguous frames", "page-backed frames", "frames in 0x0-0xffffffff", "contiguous page-backed frames in 0x0-0xffffffff"];
        for (int i = 0; i < all.Length; i++)
        {
            Assert.Equal(said[i], all[i].ToString());
            Assert.Equal(all[i].GetHashCode(), (all[i] with { }).GetHashCode());
            for (int j = 0; j < all.Length; j++) Assert.Equal((i == j, i != j), (all[i] == all[j], all[i] != all[j]));
        }

        Assert.Equal(6, all.Select(one => one.GetHashCode()).Distinct().Count());
        foreach ((ulong a, ulong b, ulong met) in new[] { (0ul, 4095ul, 4095ul), (4095ul, 0ul, 4095ul), (8191ul, 4095ul, 4095ul), (0ul, 0ul, 0ul) })
            Assert.Equal(met, PlacementDemand.Meet(new() { Placement = new Placement { BoundaryMask = a } }, new() { Placement = new Placement { BoundaryMask = b } }).Placement.BoundaryMask);
    }

    [Theory]
    [InlineData(0, 0x1000, 0x1FFF, 0x1000, 0x1FFF)]
    [InlineData(0x800, 0x1000, 0x1FFF, 0x800, 0x17FF)]
    [InlineData(0x1800, 0x1000, 0x1FFF, 0, 0x7FF)]
    [InlineData(-0x1000, 0x1000, 0x1FFF, 0x2000, 0x2FFF)]
    [InlineData(-0x1000, 0x1000, -1, 0x2000, -1)]
    [InlineData(-0x1000, 0x1000, -0x1001, 0x2000, -1)]
    [InlineData(0x1FFF, 0x1000, 0x1FFF, 0, 0)]
    [InlineData(-0x1000, -0x1001, -1, -1, -1)]
    public void A_window_is_asked_for_where_the_bus_offset_takes_it(long offset, long first, long last, long from, long to)
    {
        PlacementDemand demand = PlacementDemand.Of(Behind(offset, first, last), Length);
        Assert.Equal(((ulong)from, (ulong)to), (demand.Placement.First.Value, demand.Placement.Last.Value));
    }

    [Theory]
    [InlineData(0x2000, 0x1000, 0x1FFF)]
    [InlineData(-0x1000, -0x1000, -1)]
    public void A_window_that_the_bus_offset_takes_beyond_memory_asks_for_what_cannot_be(long offset, long first, long last)
    {
        Assert.True(PlacementDemand.Of(Behind(offset, first, last), Length).IsBottom);
        Decision decision = AttachDecision.Decide(new SharingState(new PaperExporter(), SharingPolicy.Default), Behind(offset, first, last));
        Assert.Equal(RefusalReason.NoCommonBacking, decision.Refusal!.Reason);
    }

    [Theory]
    [InlineData(8, 4096, 0, Length, false)]
    [InlineData(7, 4096, 0, Length, true)]
    [InlineData(8, 4096, 0, Length + 1, true)]
    [InlineData(8, 4096, 0, Length + 100, true)]
    [InlineData(9, 4096, 0, Length + 1, false)]
    [InlineData(16, 2048, 0, Length, false)]
    [InlineData(15, 2048, 0, Length, true)]
    [InlineData(0, 0, 4096, Length, false)]
    [InlineData(0, 0, 8192, Length, true)]
    public void Frames_must_lie_together_where_one_by_one_they_are_too_many(int count, long size, long alignment, long length, bool contiguous)
    {
        var constraints = new DmaConstraints { MaxSegmentCount = count, MaxSegmentSize = size, Alignment = (ulong)alignment, SegmentBoundaryMask = 0xFFFF };
        PlacementDemand demand = PlacementDemand.Of(new Importer(PaperProfile.Of("a", constraints)), length);
        Assert.Equal(contiguous, demand.Contiguous);
        Assert.Equal(contiguous ? 0xFFFFul : 0ul, demand.Placement.BoundaryMask);
        Assert.Equal(0ul, PlacementDemand.Of(new Importer(PaperProfile.Of("a", constraints)), 65537).Placement.BoundaryMask);
    }

    [Theory]
    [InlineData(0x7FFF, Length, 0x7FFF)]
    [InlineData(0x7FFF, Length + 1, 0)]
    [InlineData(0x3FFF, Length, 0)]
    public void A_boundary_is_asked_for_where_the_buffer_has_room_inside_it(ulong mask, long length, ulong asked)
        => Assert.Equal(asked, PlacementDemand.Of(new Importer(PaperProfile.Of("a", new DmaConstraints { MaxSegmentCount = 1, SegmentBoundaryMask = mask })), length).Placement.BoundaryMask);

    [Fact]
    public void Frames_that_a_device_cannot_take_alone_must_lie_together()
        => Assert.True(PlacementDemand.Of(new Importer(PaperProfile.Of("a", new DmaConstraints { Granularity = 8192 })), Length).Contiguous);

    [Fact]
    public void Behind_an_IOMMU_frames_lie_where_it_reaches_and_only_what_is_all_copied_may_lie_anywhere()
    {
        var reach = new Placement { Last = new PhysicalAddress(0xFFFF_FFFF) };
        Assert.Equal(new PlacementDemand { Placement = reach }, Of(pages: false, everything: false));
        Assert.Equal(new PlacementDemand { Placement = reach, NeedsPages = true }, Of(pages: true, everything: false));
        Assert.Equal(new PlacementDemand { NeedsPages = true }, Of(pages: false, everything: true));
        Assert.Equal(new PlacementDemand { NeedsPages = true }, Of(pages: true, everything: true));

        PlacementDemand Of(bool pages, bool everything)
        {
            var profile = new MapperProfile(PaperProfile.Of("a", DmaConstraints.ContiguousOnly, Addressing.Translated, everything: everything)) { LastPhysical = reach.Last };
            return PlacementDemand.Of(new Importer(profile) { NeedsPages = pages }, Length);
        }
    }

    [Fact]
    public void Windows_meet_in_as_little_as_one_byte_and_the_greater_alignment_holds()
    {
        PlacementDemand low = new() { Placement = new Placement { Last = new PhysicalAddress(0x1000), Alignment = 4096 } };
        PlacementDemand high = new() { Placement = new Placement { First = new PhysicalAddress(0x1000), Alignment = 16 } };
        PlacementDemand higher = new() { Placement = new Placement { First = new PhysicalAddress(0x1001) } };
        PlacementDemand both = new() { Placement = new Placement { First = new PhysicalAddress(0x1000), Last = new PhysicalAddress(0x1000), Alignment = 4096 } };
        Assert.Equal((both, both), (PlacementDemand.Meet(low, high), PlacementDemand.Meet(high, low)));
        Assert.Equal(PlacementDemand.Bottom, PlacementDemand.Meet(low, higher));
        Assert.NotEqual(default, PlacementDemand.Bottom);
    }

    /// <summary>A device with a window on a bus whose addresses are the physical ones and an offset.</summary>
    private static Importer Behind(long offset, long first, long last)
        => new(new MapperProfile(PaperProfile.Of("a", new DmaConstraints { Window = new DmaWindow(new DmaAddress((ulong)first), new DmaAddress((ulong)last)) })) { BusOffset = offset });
}
