using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Traces as text, and on other backends than they were found on.</summary>
public class TraceTextTests
{
    private static readonly TraceCase Whole = new(
        TraceBackend.IommuLazy,
        new TraceSetting { BusOffset = -0x40_0000, Slots = 9, Tables = 61, LongestRun = 3, SharedBytes = 1, Pending = 2, FrameByFrame = true },
        [
            new TraceDevice("odd", new DmaConstraints
            {
                Window = new DmaWindow(new DmaAddress(0x1_0000), new DmaAddress(0xFFFF_7FFF)),
                MaxSegmentSize = 3000,
                MaxSegmentCount = 7,
                SegmentBoundaryMask = 0xFFFF,
                Alignment = 512,
                Granularity = 24,
                OffsetPreservingMask = 0xFFF,
            })
            { IsConfined = true, IsCopied = true, Format = 3, Aperture = new DmaWindow(new DmaAddress(0x10_0000), new DmaAddress(0x1F_FFFF)) },
        ],
        [
            new TraceStep(TraceAction.Buffer) { Item = 2, Page = PageSize.Size64K, Runs = [new TraceRun(new Pfn(0xFFF8), 2), new TraceRun(new Pfn(0x1F), 1)], At = 17, Length = 70_000, Variant = 1 },
            new TraceStep(TraceAction.Map) { Item = 3, Source = 2, From = 5, Length = 9, Direction = DmaDirection.FromDevice, Options = MapOptions.Prefix | MapOptions.ZeroCopy, Room = 64 },
            new TraceStep(TraceAction.SyncForCpu) { Item = 3, At = -1, Length = 1 },
            new TraceStep(TraceAction.PassTime),
        ]);

    [Fact]
    public void Everything_that_a_trace_can_say_comes_back()
    {
        string text = TraceText.Write(Whole);
        Assert.True(Whole.Equals(TraceText.Parse(text)), text);
        Assert.Contains("map item=3 source=2 from=5 length=9 direction=FromDevice options=Prefix+ZeroCopy room=64\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_campaign_prints_around_a_trace_is_left_out()
        => Assert.True(Whole.Equals(TraceText.Parse("# seed 1: wrong\n" + TraceText.Write(Whole) + "\nactions: Map 3 %\nops=1\n")));

    [Fact]
    public void Traces_that_are_drawn_come_back_and_play_on_every_backend()
    {
        foreach (TraceBackend backend in Enum.GetValues<TraceBackend>())
        {
            for (int number = 0; number < 4; number++)
            {
                TraceCase one = RandomCampaign.CaseOf(new RandomOptions { Backend = backend, Seed = Seed.Value }, number);
                TraceCase again = TraceText.Parse(TraceText.Write(one));
                Assert.True(one.Equals(again), TraceText.Write(one));
                foreach (TraceBackend other in Enum.GetValues<TraceBackend>()) Assert.Null((again with { Backend = other }).Try());
            }
        }
    }

    [Fact]
    public void Any_steps_can_be_left_out_of_a_trace()
    {
        TraceCase one = RandomCampaign.CaseOf(new RandomOptions { Backend = TraceBackend.Iommu, Seed = Seed.Value }, 7);
        for (int left = 2; left < 7; left++) Assert.Null((one with { Steps = [.. one.Steps.Where((_, i) => i % left != 0)] }).Try());
    }

    /// <summary>Found by the campaign: of the fewest bytes that bounced, a frame's copy was one part, and the same frame stood in place in another.</summary>
    [Fact]
    public void A_frame_that_stands_twice_is_no_copy_in_one_place_alone()
        => Assert.Null(TraceText.Parse("""
            random bounce
            machine slots=128 tables=1024 shared=632 pending=6
            device any
            device display count=7
            device boundary boundary=0xffff
            buffer runs=0xfff96+5,0x1000f3+5,0xfff81+3,0xfffc0+7,0x1000d8+5,0x100046+4,0x10007b+1,0xfff32+3,0xfff40+5,0xffff6+7,0xfff37+4,0xfff8b+4,0x100002+2,0x1000e1+5,0x100093+2,0xfff60+6,0x1000f0+2,0x100031+4,0x100047+6,0x1000f6+3,0x1000d3+8,0xfffc0+8,0x1000fd+3,0x100027+5,0x100074+5,0x100011+8,0xfff23+1,0x100072+2 length=503808
            map device=1 item=5 length=503808 direction=Bidirectional room=4096
            """).Try());

    /// <summary>Found by the campaign, which was wrong itself: it compared a slot when only the first of the copies in it had moved in the model.</summary>
    [Fact]
    public void A_slot_may_hold_copies_of_several_segments()
        => Assert.Null(TraceText.Parse("""
            random bounce
            machine slots=128 tables=1024 shared=703 pending=6
            device random size=565 count=9 copied=yes
            buffer item=6 runs=0x40036f+4 length=2000
            map item=7 source=6 length=2000 direction=Bidirectional room=4096
            write item=7 at=565 length=1 variant=234011
            sync-for-device item=7 length=1088
            """).Try());

    /// <summary>Found by the campaign: of the highest of all addresses, two copies were not told apart from none.</summary>
    [Fact]
    public void The_last_byte_of_all_diverges_as_any_other()
        => Assert.Null(TraceText.Parse("""
            random bounce
            machine slots=62 tables=1024 shared=32712 pending=6
            device isa24 window=0x0-0xffffff size=65536 boundary=0xffff
            buffer item=4 page=64K runs=0xffffffffffff+1 at=65535 length=1
            map item=2 source=4 length=1 direction=Bidirectional room=5
            map source=4 length=1 direction=Bidirectional room=4096
            """).Try());

    /// <summary>
    /// Found by the campaign, which asked too much: of 10 slots a view takes runs of 3, 1 and 4; the second time the run of 3 was cut out of where the one of 4 had
    /// been. design.md has it under Known limits.
    /// </summary>
    [Fact]
    public void In_a_pool_that_is_nearly_full_a_mapping_may_have_other_segments_than_its_plan()
        => Assert.Null(TraceText.Parse("""
            random bounce
            machine bus=2147483648 slots=10 tables=1024 shared=8547 pending=1 frame-by-frame=yes
            device nic32 window=0x0-0xffffffff
            buffer runs=0x80313+2,0xfffffffffffad+1,0x100c+1,0x800f4+1,0xfb1+6,0x10005e+1,0x10000000075+3 length=61440
            map item=10 length=61440 direction=Bidirectional room=4096 variant=1
            """).Try());

    /// <summary>
    /// Found by the campaign, which was wrong itself: it took one granule for a prefix, where 127 whole granules are the least that hold a multiple of
    /// 254 bytes, and one of 128 was reserved.
    /// </summary>
    [Fact]
    public void A_prefix_of_an_untrusted_device_is_both_whole_granules_and_granular()
        => Assert.Null(TraceText.Parse("""
            random iommu
            device random size=6092 granularity=254 confined=yes aperture=0xfff80000-0xffffffff format=2
            buffer item=4 page=2M runs=0x2003+1,0x2001+1 length=4194304
            reserve item=1 length=1
            map item=5 source=4 length=3108864 direction=Bidirectional options=Prefix+ZeroCopy room=4096
            """).Try());

    [Theory]
    [InlineData("random nowhere\n", "line 1: a backend is direct")]
    [InlineData("random iommu\n", "no line says a device")]
    [InlineData("random iommu\ndevice any\njump item=3\n", "line 3: nothing is done by the word jump")]
    [InlineData("random iommu\ndevice any\nunmap item=x\n", "line 3: x is no number")]
    [InlineData("random iommu\ndevice any\nunmap depth=3\n", "line 3: nothing is told by depth=3")]
    [InlineData("random iommu\ndevice any\nattach device=1\n", "line 3: there is no device 1")]
    [InlineData("random iommu\ndevice any alignment=0x3\n", "line 2: ")]
    [InlineData("random iommu\nmachine slots=0\n", "line 2: a pool has 1 to")]
    [InlineData("random iommu\ndevice any\nbuffer page=3K\n", "line 3: frames are of 4K")]
    [InlineData("random iommu\ndevice any\nbuffer runs=0x1+0\n", "line 3: 0x1+0 is no run of frames")]
    public void What_is_no_trace_is_told_with_its_line(string text, string told)
        => Assert.StartsWith(told, Assert.Throws<FormatException>(() => TraceText.Parse(text)).Message, StringComparison.Ordinal);
}
