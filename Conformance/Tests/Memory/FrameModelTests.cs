using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>The allocator against a set of frames: several zones, two of which touch; ranges and separate frames; frees in part, over a border, and wrong ones.</summary>
public class FrameModelTests
{
    private static readonly (ulong First, ulong End)[] Zones = [(20, 83), (83, 150), (200, 257)];

    private static readonly PageSize[] Sizes = [PageSize.Size4K, PageSize.Size4K, PageSize.Size16K, PageSize.Size64K];

    private readonly FrameAllocator _frames = new([.. Zones.Select(zone => new MemoryZone("zone", new PhysicalAddress(zone.First << 12), (long)(zone.End - zone.First) << 12))]);
    private readonly HashSet<ulong> _used = [];
    private readonly List<FrameFragmentation> _fragmentations = [];

    private static IEnumerable<ulong> All => Zones.SelectMany(zone => Enumerable.Range((int)zone.First, (int)(zone.End - zone.First))).Select(frame => (ulong)frame);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Histories_agree_with_a_set(bool fragments)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            for (int step = 0; step < 60; step++)
            {
                switch (random.Next(fragments ? 7 : 5))
                {
                    case 0: TakeRange(random); break;
                    case 1: TakeSeparate(random); break;
                    case 2: FreeRange(random); break;
                    case 3: FreeSeparate(random); break;
                    case 4: FreeWrongly(random); break;
                    case 5 when _fragmentations.Count < 3: _fragmentations.Add(_frames.Fragment(random.Next(1, 9), seed)); break;
                    default: Restore(random); break;
                }

                Compare();
            }

            while (_fragmentations.Count > 0) Restore(random);
            _frames.Free([.. _used.Select(frame => new Pfn(frame))], PageSize.Size4K);
            _used.Clear();
            Compare();
        }
    }

    [Fact]
    public void Where_zones_touch_no_run_of_fragmented_memory_crosses_the_border()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            using FrameFragmentation fragmentation = _frames.Fragment(1, seed);
            var free = new Pfn[_frames.FreeFrames];
            Assert.True(_frames.TryAllocate(free, PageSize.Size4K, default));
            ulong[] ascending = [.. free.Select(frame => frame.Value).OrderBy(frame => frame)];
            Assert.Equal(free.Length, ascending.Distinct().Count());
            for (int i = 1; i < ascending.Length; i++) Assert.True(ascending[i] > ascending[i - 1] + 1, $"{ascending[i]} stands beside {ascending[i - 1]}");
            _frames.Free(free, PageSize.Size4K);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(512)]
    [InlineData(1024)]
    public void Blocks_freed_in_great_number_are_whole_memory_again(int size)
    {
        var frames = new FrameAllocator(new PhysicalAddress(4096 << 12), 150L * size << 12);
        var taken = new List<Pfn>();
        while (frames.TryAllocate(size, default, out Pfn first)) taken.Add(first);
        Assert.Equal(150, taken.Distinct().Count());
        foreach (Pfn first in taken) frames.Free(first, size);
        Assert.Equal(150 * size, frames.LargestFreeRun(default));
        Assert.True(frames.TryAllocate(150 * size, default, out Pfn all));
        Assert.Equal(new Pfn(4096), all);
    }

    [Theory]
    [InlineData(65, 1)]
    [InlineData(200, 1)]
    [InlineData(65, 4)]
    [InlineData(200, 16)]
    public void Many_frames_freed_together_come_back_in_their_order_and_as_runs(int count, int each)
    {
        PageSize size = PageSize.FromBytes(each * 4096L);
        var frames = new FrameAllocator(new PhysicalAddress(1ul << 30), 256L * each << 12);
        var before = new Pfn[count];
        Assert.True(frames.TryAllocate(before, size, default));
        Array.Reverse(before);
        frames.Free(before, size);
        var after = new Pfn[64];
        Assert.True(frames.TryAllocate(after, size, default));
        Assert.Equal(before.Take(64), after);
        frames.Free(after, size);
        Assert.Equal(256 * each, frames.LargestFreeRun(default));
        Assert.True(frames.TryAllocate(256 * each, default, out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_the_last_fragmentation_frames_come_from_low_addresses_again(bool olderFirst)
    {
        // Every second four frames are free, for where there is one block alone there is nothing to choose from.
        var frames = new FrameAllocator(default, 4096L << 12);
        Assert.True(frames.TryAllocate(4096, default, out _));
        for (ulong first = 0; first < 4096; first += 8) frames.Free(new Pfn(first), 4);
        FrameFragmentation older = frames.Fragment(2, seed: 1), newer = frames.Fragment(3, seed: 2);
        (olderFirst ? older : newer).Dispose();
        Assert.NotEqual(Low(), Take());
        (olderFirst ? newer : older).Dispose();
        Assert.Equal(2048, frames.FreeFrames);
        Assert.Equal(Low(), Take());

        IEnumerable<ulong> Low() => Run(0, 80).Where(frame => (frame & 4) == 0);

        ulong[] Take()
        {
            var taken = new Pfn[40];
            Assert.True(frames.TryAllocate(taken, PageSize.Size4K, default));
            frames.Free(taken, PageSize.Size4K);
            return [.. taken.Select(frame => frame.Value)];
        }
    }

    [Fact]
    public void Capacity_is_what_lies_in_a_window_taken_or_not()
    {
        TakeRange(new Random(1));
        var random = new Random(2);
        for (int i = 0; i < 300; i++)
        {
            var placement = new Placement
            {
                First = new PhysicalAddress(i % 3 == 0 ? (ulong)random.Next(270) << 12 : (ulong)random.Next(270 << 12)),
                Last = new PhysicalAddress(i % 2 == 0 ? ((ulong)random.Next(270) << 12) | 4095 : (ulong)random.Next(270 << 12)),
                Alignment = 1ul << random.Next(11, 20),
            };
            if (i % 5 < 2) placement = placement with { BoundaryMask = (1ul << random.Next(11, 20)) - 1 };
            bool Fits(ulong frame, int count) => placement.Allows(new PhysicalAddress(frame << 12), (long)count << 12);
            long longest = Zones.Max(zone => Run(zone.First, (int)(zone.End - zone.First)).Max(start => Enumerable.Range(1, (int)(zone.End - start)).LastOrDefault(count => Fits(start, count))));
            Assert.Equal(All.Count(frame => Fits(frame, 1)), _frames.CapacityIn(PageSize.Size4K, placement, out long told));
            Assert.Equal(longest, told);
        }

        Assert.Equal(187, _frames.CapacityIn(PageSize.Size4K, default, out long whole));
        Assert.Equal(67, whole);
    }

    [Theory]
    [InlineData(0x100, 1024, 0ul, 0ul, 1, 768)]
    [InlineData(0x200, 1024, 0ul, 0ul, 2, 1024)]
    [InlineData(0x1ff, 1024, 0ul, 0ul, 1, 1023)]
    [InlineData(0x201, 511, 0ul, 0ul, 0, 0)]
    [InlineData(0x200, 511, 0ul, 0ul, 0, 511)]
    [InlineData(0x200, 2048, 0x40_0000ul, 0ul, 2, 1536)]
    [InlineData(0x200, 2048, 0ul, 0x1f_fffful, 4, 512)]
    [InlineData(0x200, 2048, 0ul, 0xf_fffful, 0, 256)]
    public void Capacity_in_large_frames_is_in_whole_ones(int start, int count, ulong alignment, ulong boundary, long expected, long range)
    {
        var frames = new FrameAllocator(new PhysicalAddress((ulong)start << 12), (long)count << 12);
        var placement = new Placement { Alignment = alignment, BoundaryMask = boundary };
        Assert.Equal((expected, range), (frames.CapacityIn(PageSize.Size2M, placement, out long longest), longest));
        Assert.Equal(expected > 0, frames.TryAllocate(new Pfn[Math.Max(1, expected)], PageSize.Size2M, placement));
        Assert.False(frames.TryAllocate(new Pfn[1], PageSize.Size2M, placement));
    }

    private void TakeRange(Random random)
    {
        int count = random.Next(1, 40);
        Placement placement = Somewhere(random);
        bool possible = _fragmentations.Count == 0 && Zones.Any(zone => Starts(zone, count).Any(start => placement.Allows(new PhysicalAddress(start << 12), (long)count << 12) && Run(start, count).All(IsFree)));
        bool found = _frames.TryAllocate(count, placement, out Pfn first);
        if (_fragmentations.Count == 0) Assert.Equal(possible, found);
        if (!found)
        {
            Assert.Equal(default, first);
            return;
        }

        Assert.True(placement.Allows(first.ToAddress(PageSize.Size4K), (long)count << 12));
        Assert.Contains(Zones, zone => first.Value >= zone.First && first.Value + (ulong)count <= zone.End);
        foreach (ulong frame in Run(first.Value, count)) Assert.True(_used.Add(frame), $"{frame} was taken");
    }

    private void TakeSeparate(Random random)
    {
        PageSize size = Sizes[random.Next(Sizes.Length)];
        ulong each = (ulong)size.Bytes >> 12;
        Placement placement = Somewhere(random);
        var frames = new Pfn[random.Next(0, 24)];
        int possible = Zones.Sum(zone => Starts(zone, (int)each).Count(start => start % each == 0 && placement.Allows(new PhysicalAddress(start << 12), size.Bytes) && Run(start, (int)each).All(IsFree)));
        bool found = _frames.TryAllocate(frames, size, placement);
        if (_fragmentations.Count == 0) Assert.Equal(possible >= frames.Length, found);
        if (!found)
        {
            Assert.All(frames, frame => Assert.Equal(default, frame));
            return;
        }

        foreach (Pfn frame in frames)
        {
            Assert.True(placement.Allows(frame.ToAddress(size), size.Bytes));
            foreach (ulong small in Run(frame.Value * each, (int)each)) Assert.True(_used.Add(small), $"{small} was taken");
        }
    }

    private void FreeRange(Random random)
    {
        if (_used.Count == 0) return;
        ulong first = _used.ElementAt(random.Next(_used.Count));
        int count = 1;
        while (random.Next(8) != 0 && _used.Contains(first + (ulong)count)) count++;
        _frames.Free(new Pfn(first), count);
        _used.ExceptWith(Run(first, count));
    }

    private void FreeSeparate(Random random)
    {
        PageSize size = Sizes[random.Next(Sizes.Length)];
        ulong each = (ulong)size.Bytes >> 12;
        Pfn[] frames = [.. All.Where(frame => frame % each == 0 && Run(frame, (int)each).All(_used.Contains)).OrderBy(_ => random.Next()).Take(random.Next(90)).Select(frame => new Pfn(frame / each))];
        if (random.Next(2) == 0) Array.Sort(frames, (a, b) => a.CompareTo(b));
        _frames.Free(frames, size);
        foreach (Pfn frame in frames) _used.ExceptWith(Run(frame.Value * each, (int)each));
    }

    /// <summary>Frames of which some are not allocated: all the others stay so.</summary>
    private void FreeWrongly(Random random)
    {
        ulong first = (ulong)random.Next(15, 260);
        int count = random.Next(1, 30);
        if (Run(first, count).All(_used.Contains)) return;
        ulong wrong = Run(first, count).First(frame => !_used.Contains(frame));
        Assert.Contains(new Pfn(wrong).ToString(), Assert.Throws<InvalidOperationException>(() => _frames.Free(new Pfn(first), count)).Message, StringComparison.Ordinal);
        PageSize size = Sizes[random.Next(Sizes.Length)];
        ulong each = (ulong)size.Bytes >> 12;
        Pfn[] good = [.. All.Where(frame => frame % each == 0 && Run(frame, (int)each).All(_used.Contains)).Select(frame => new Pfn(frame / each))];
        Pfn bad = new(wrong / each);
        Assert.Contains(bad.ToString(), Assert.Throws<InvalidOperationException>(() => _frames.Free([.. good, bad], size)).Message, StringComparison.Ordinal);
        if (good.Length > 0) Assert.Throws<InvalidOperationException>(() => _frames.Free([.. good, good[0]], size));
    }

    private void Restore(Random random)
    {
        if (_fragmentations.Count == 0) return;
        int which = random.Next(_fragmentations.Count);
        _fragmentations[which].Dispose();
        _fragmentations.RemoveAt(which);
    }

    private void Compare()
    {
        Assert.Equal(187 - _used.Count - _fragmentations.Sum(one => one.OccupiedFrames), _frames.FreeFrames);
        if (_fragmentations.Count == 0) Assert.Equal(Zones.Max(zone => LongestOf(zone, IsFree)), _frames.LargestFreeRun(default));
    }

    private bool IsFree(ulong frame) => !_used.Contains(frame);

    /// <summary>Anywhere, around the border of two zones, or in any window.</summary>
    private static Placement Somewhere(Random random) => random.Next(5) switch
    {
        0 or 1 => default,
        2 => new Placement { First = new PhysicalAddress(75 << 12), Last = new PhysicalAddress((91 << 12) | 4095) },
        _ => new Placement
        {
            First = new PhysicalAddress((ulong)random.Next(200 << 12)),
            Last = new PhysicalAddress((ulong)random.Next(60 << 12, 280 << 12)),
            Alignment = 1ul << random.Next(18),
            BoundaryMask = random.Next(2) == 0 ? 0 : (1ul << random.Next(12, 20)) - 1,
        },
    };

    private static IEnumerable<ulong> Run(ulong first, int count) => Enumerable.Range(0, count).Select(i => first + (ulong)i);

    private static IEnumerable<ulong> Starts((ulong First, ulong End) zone, int count) => zone.First + (ulong)count > zone.End ? [] : Run(zone.First, (int)(zone.End - zone.First) - count + 1);

    private static long LongestOf((ulong First, ulong End) zone, Func<ulong, bool> has)
    {
        long longest = 0, run = 0;
        for (ulong frame = zone.First; frame < zone.End; frame++)
        {
            run = has(frame) ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
