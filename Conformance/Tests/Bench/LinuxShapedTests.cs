extern alias BenchProgram;

using System;
using System.Collections.Generic;
using System.Linq;
using BenchProgram::Bench;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>The Linux-shaped baseline does all of its work, and by Linux's rules: what it is measured at would prove nothing else.</summary>
public class LinuxShapedTests
{
    private const ulong NoBoundary = uint.MaxValue;

    public static TheoryData<string, int, uint, uint, uint, ulong> Cases
    {
        get
        {
            var data = new TheoryData<string, int, uint, uint, uint, ulong>();
            foreach (Layout layout in Enum.GetValues<Layout>())
            {
                foreach (int count in new[] { 1, 16, 127, 128, 513, 1500, 4096 })
                {
                    data.Add(layout.ToString(), count, 0, 0, uint.MaxValue, NoBoundary);
                    data.Add(layout.ToString(), count, 0, 0, 65536, NoBoundary);
                    data.Add(layout.ToString(), count, 100, 77, 4096, NoBoundary);
                    data.Add(layout.ToString(), count, 4095, 0, 20480, 0xFFFF);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_mapping_covers_the_bytes_and_nothing_is_left_of_it(string layout, int count, uint offset, uint tail, uint longest, ulong boundaryMask)
    {
        LinuxRig rig = Rig(layout, count, offset, count == 1 && offset == 4095 ? 0 : tail, longest, boundaryMask);
        for (int round = 0; round < 2; round++)
        {
            List<DmaSegment> segments = rig.Map();
            Assert.Null(BaselineLaws.Broken(rig, segments, longest, boundaryMask));
            long told = rig.Iotlb.Bytes;
            rig.Unmap();
            Assert.Empty(rig.Reachable());
            Assert.True(rig.Iotlb.Bytes - told >= rig.Length);
            Assert.Equal(0, rig.Pool.BlocksInUse);
        }

        Assert.True(rig.Tables.InUse <= 4);
        Assert.True(rig.Addresses.LiveRanges <= 1);
    }

    [Fact]
    public void Random_runs_of_random_alignment_are_mapped_as_they_are()
    {
        Random random = new(7);
        for (int i = 0; i < 150; i++)
        {
            List<Pfn> frames = [];
            ulong next = 1 << 10;
            for (int runs = random.Next(1, 30); runs > 0; runs--)
            {
                next += (ulong)random.Next(1, 600);
                for (int length = random.Next(4) == 0 ? random.Next(1, 1100) : random.Next(1, 20); length > 0; length--) frames.Add(new Pfn(next++));
            }

            uint longest = (uint)random.Next(1, 300) << 12;
            LinuxRig rig = new([.. frames], offset: (uint)random.Next(4096), longest: longest);
            Assert.Null(BaselineLaws.Broken(rig, rig.Map(), longest, NoBoundary));
            rig.Unmap();
            Assert.Empty(rig.Reachable());
        }
    }

    [Fact]
    public void Neighbours_share_an_entry_and_large_pages_are_used()
    {
        LinuxRig rig = Rig(nameof(Layout.Contiguous), 1024);
        rig.Map();
        Assert.Equal(1, rig.Pool.BlocksInUse);
        Assert.Equal(3, rig.Tables.InUse);
        LinuxRig scattered = Rig(nameof(Layout.Scattered), 1024);
        scattered.Map();
        Assert.Equal(9, scattered.Pool.BlocksInUse);
    }

    [Fact]
    public void The_law_finds_what_a_broken_baseline_does()
    {
        (string, Func<LinuxRig, List<DmaSegment>, List<DmaSegment>>)[] faults =
        [
            ("drops a segment", (_, segments) => segments[..^1]),
            ("swaps two", (_, segments) => [segments[1], segments[0], .. segments[2..]]),
            ("is a byte short", (_, segments) => [.. segments[..^1], new DmaSegment(segments[^1].Address, segments[^1].Length - 1)]),
            ("joins two that are too long together", (_, segments) => [new DmaSegment(segments[0].Address, segments[0].Length + segments[1].Length), .. segments[2..]]),
            ("maps a wrong frame", (rig, segments) => Change(rig, segments, entry => entry + 4096)),
            ("forgets the right to write", (rig, segments) => Change(rig, segments, entry => entry & ~2ul)),
            ("leaves a page out", (rig, segments) => Change(rig, segments, _ => 0)),
            ("maps one page more", (rig, segments) => MapOneMore(rig, segments)),
        ];
        foreach ((string fault, Func<LinuxRig, List<DmaSegment>, List<DmaSegment>> broken) in faults)
        {
            LinuxRig rig = Rig(nameof(Layout.RunsOf8), 64, longest: 16384);
            Assert.True(BaselineLaws.Broken(rig, broken(rig, rig.Map()), 16384, NoBoundary) is not null, fault);
        }
    }

    private static LinuxRig Rig(string layout, int count, uint offset = 0, uint tail = 0, uint longest = uint.MaxValue, ulong boundaryMask = NoBoundary)
        => new(Layouts.Build(Enum.Parse<Layout>(layout), count), offset, tail, longest, boundaryMask);

    /// <summary>Changes the entry of a buffer's third page. What the pool holds beyond the tables in use is zero.</summary>
    private static List<DmaSegment> Change(LinuxRig rig, List<DmaSegment> segments, Func<ulong, ulong> change)
    {
        ulong entry = rig.HomeOf(2 * 4096) | 3;
        int at = Array.IndexOf(rig.Tables.Words, entry);
        Assert.True(at > 0);
        rig.Tables.Words[at] = change(entry);
        return segments;
    }

    private static List<DmaSegment> MapOneMore(LinuxRig rig, List<DmaSegment> segments)
    {
        Assert.True(rig.Domain.Map(segments.Min(one => one.Address.Value) - 4096, 1 << 20, 4096, 3));
        return segments;
    }
}
