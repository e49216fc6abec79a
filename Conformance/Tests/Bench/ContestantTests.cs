extern alias BenchProgram;

using System;
using BenchProgram::Bench;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What is measured against each other does the same work, and allocates nothing meanwhile: allocations are gated here, times nowhere.</summary>
public class ContestantTests
{
    private const int Frames = 600;

    private static readonly MemoryMap Pages = new(1 << 20);

    public static TheoryData<string, string> Contestants
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (Layout layout in Enum.GetValues<Layout>())
            {
                foreach (string name in new[] { "linux", "linux again", "sg over tables", "ours again", "limit", "copy", "bounce to", "bounce from" }) data.Add(name, layout.ToString());
            }

            foreach (string name in new[] { "linux iova", "our iova", "lock", "device", "frame copy" }) data.Add(name, nameof(Layout.Scattered));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Contestants))]
    public void A_contestant_allocates_nothing_once_warm(string name, string layout)
    {
        IContestant contestant = Make(name, Layouts.Build(Enum.Parse<Layout>(layout), Frames));
        Assert.Equal(0, Allocations.Of(() => contestant.Run(3)));
    }

    [Fact]
    public void A_whole_life_of_ours_allocates_the_buffer_object_however_many_frames_it_has()
    {
        long few = Allocations.Of(() => new PfnBuffer(Layouts.Build(Layout.Scattered, 0), PageSize.Size4K).Dispose());
        foreach (int count in new[] { 16, Frames, 4096 })
        {
            var life = new PfnWholeLife(Layouts.Build(Layout.Scattered, count));
            Assert.InRange(Allocations.Of(() => life.Run(1)), 1, Math.Max(few, 160));
        }
    }

    [Theory]
    [InlineData("Contiguous")]
    [InlineData("Scattered")]
    [InlineData("RunsOf8")]
    [InlineData("RunsOf512")]
    public void A_scatterlist_over_our_tables_maps_what_the_frames_say(string layout)
    {
        Pfn[] frames = Layouts.Build(Enum.Parse<Layout>(layout), Frames);
        ScatterlistOverTables life = new(Pages, frames);
        var walker = new VtdWalker(4);
        int before = walker.Granules(life.Hardware.Machine, life.Hardware.Domain.RootTable).Count;
        for (int round = 0; round < 2; round++)
        {
            MapResult mapping = life.Map();
            var reachable = walker.Granules(life.Hardware.Machine, life.Hardware.Domain.RootTable);
            int at = 0;
            for (int s = 0; s < mapping.SegmentCount; s++)
            {
                DmaSegment segment = life.Segment(s);
                for (long offset = 0; offset < segment.Length; offset += 4096) Assert.Equal(frames[at++].Value << 12, reachable[(segment.Address + offset).Value].Physical);
            }

            Assert.Equal(Frames, at);
            Assert.Equal(before + Frames, reachable.Count);
            life.Unmap(mapping);
            Assert.Equal(before, walker.Granules(life.Hardware.Machine, life.Hardware.Domain.RootTable).Count);
        }
    }

    [Fact]
    public void The_limit_finds_the_runs_and_writes_the_entries()
    {
        foreach (Layout layout in Enum.GetValues<Layout>())
        {
            foreach (int count in new[] { 1, 7, 8, 9, 16, 17, Frames })
            {
                Pfn[] frames = Layouts.Build(layout, count);
                ulong[] entries = new ulong[count];
                EntryWriter.Write(frames, entries);
                Assert.Equal(NaiveRuns.LengthsOf(frames).Count - 1, RunDetector.CountBreaks(frames));
                Assert.Equal(Array.ConvertAll(frames, frame => (frame.Value << 12) | 3), entries);
            }
        }
    }

    private static IContestant Make(string name, Pfn[] frames) => name switch
    {
        "linux" => new LinuxWholeLife(Pages, frames, new WarmIotlb()),
        "linux again" => new LinuxRemap(Pages, frames, new WarmIotlb()),
        "sg over tables" => new ScatterlistOverTables(Pages, frames),
        "ours again" => new PfnRemap(new PfnBuffer(frames, PageSize.Size4K)),
        "limit" => new Limit(frames),
        "copy" => new CopyUnit(frames),
        "bounce to" => new MapLoop(name, new BounceMachine().Mapper, new PfnBuffer(frames, PageSize.Size4K), DmaDirection.ToDevice),
        "bounce from" => new MapLoop(name, new BounceMachine().Mapper, new PfnBuffer(frames, PageSize.Size4K), DmaDirection.FromDevice),
        "linux iova" => new AddressHit(name, new LinuxIovaAllocator()),
        "our iova" => new AddressHit(name, new PfnIova()),
        "lock" => new LockUnit(),
        "device" => new DeviceRead(new DeviceMachine()),
        _ => new FrameCopy(new DeviceMachine()),
    };
}
