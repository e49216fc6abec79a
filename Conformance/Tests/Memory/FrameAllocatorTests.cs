using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class FrameAllocatorTests
{
    private static FrameAllocator Ram(long frames, ulong firstFrame = 0) => new(Address(firstFrame), frames << 12);

    private static PhysicalAddress Address(ulong frame) => new(frame << 12);

    private static Placement Window(ulong first, ulong last) => new() { First = Address(first), Last = new PhysicalAddress((last << 12) | 4095) };

    private static ulong Take(FrameAllocator frames, int count, in Placement placement = default)
    {
        Assert.True(frames.TryAllocate(count, placement, out Pfn first));
        return first.Value;
    }

    [Fact]
    public void All_of_an_odd_region_can_be_one_range()
    {
        FrameAllocator frames = Ram(37, firstFrame: 3);
        Assert.Equal(3ul, Take(frames, 37));
        Assert.Equal(0, frames.FreeFrames);
        Assert.False(frames.TryAllocate(1, default, out _));
    }

    [Fact]
    public void The_tail_of_a_rounded_block_stays_free()
    {
        FrameAllocator frames = Ram(64);
        Take(frames, 33);
        Assert.Equal(31, frames.FreeFrames);
        Assert.Equal(31, frames.LargestFreeRun(default));
    }

    [Fact]
    public void A_window_inside_a_large_free_block_is_served()
    {
        FrameAllocator frames = Ram(1024);
        Assert.Equal(500ul, Take(frames, 3, Window(500, 502)));
        Assert.Equal(1021, frames.FreeFrames);
    }

    [Theory]
    [InlineData(1UL << 12)]
    [InlineData(1UL << 16)]
    [InlineData(1UL << 21)]
    public void A_range_starts_at_its_alignment(ulong alignment)
    {
        FrameAllocator frames = Ram(2048, firstFrame: 7);
        for (int i = 0; i < 3; i++) Assert.Equal(0ul, (Take(frames, 3, new Placement { Alignment = alignment }) << 12) % alignment);
    }

    [Fact]
    public void A_small_block_at_a_rare_alignment_is_found()
    {
        FrameAllocator frames = Ram(64);
        Take(frames, 64);
        frames.Free(new Pfn(7), 3);
        Assert.Equal(8ul, Take(frames, 1, new Placement { Alignment = 8 << 12 }));
    }

    [Fact]
    public void A_range_never_crosses_its_boundary()
    {
        FrameAllocator frames = Ram(256, firstFrame: 5);
        var within = new Placement { BoundaryMask = (8 << 12) - 1 };
        while (frames.TryAllocate(3, within, out Pfn first)) Assert.Equal(first.Value / 8, (first.Value + 2) / 8);
        Assert.True(frames.LargestFreeRun(within) < 3);
    }

    [Fact]
    public void A_boundary_smaller_than_the_range_cannot_be_met()
    {
        FrameAllocator frames = Ram(256);
        Assert.False(frames.TryAllocate(9, new Placement { BoundaryMask = (8 << 12) - 1 }, out _));
        Assert.False(frames.TryAllocate(1, new Placement { BoundaryMask = 2047 }, out _));
    }

    [Fact]
    public void An_unaligned_run_is_found_when_no_block_has_room()
    {
        FrameAllocator frames = Ram(16);
        Take(frames, 16);
        frames.Free(new Pfn(3), 6);
        Assert.Equal(3ul, Take(frames, 6));
    }

    [Fact]
    public void A_block_that_a_window_cuts_gives_way_to_the_next_of_its_size()
    {
        FrameAllocator frames = Ram(16);
        Take(frames, 16);
        frames.Free(new Pfn(0), 4);
        frames.Free(new Pfn(8), 4);
        Assert.False(frames.TryAllocate(8, default, out _));
        Placement window = Window(2, 15) with { Alignment = 4 << 12 };
        Assert.Equal(8ul, Take(frames, 4, window));
    }

    [Fact]
    public void Blocks_of_every_size_that_were_freed_last_are_joined_for_a_larger_one()
    {
        FrameAllocator frames = Ram(1024);
        var taken = new List<(ulong First, int Count)> { (Take(frames, 1), 1) };
        for (int count = 1; count <= 512; count *= 2) taken.Add((Take(frames, count), count));
        Assert.Equal(0, frames.FreeFrames);
        foreach ((ulong first, int count) in taken)
        {
            Assert.Equal(0ul, first % (ulong)count);
            frames.Free(new Pfn(first), count);
        }

        Assert.Equal(0ul, Take(frames, 1024, new Placement { Alignment = 1024 << 12 }));
    }

    [Fact]
    public void High_zones_are_used_up_before_low_ones()
    {
        var frames = new FrameAllocator([new MemoryZone("low", Address(0), 4 << 12), new MemoryZone("high", Address(100), 4 << 12)]);
        Assert.All(Enumerable.Range(0, 4).Select(_ => Take(frames, 1)).ToArray(), frame => Assert.InRange(frame, 100ul, 103ul));
        Assert.InRange(Take(frames, 1), 0ul, 3ul);
        Assert.InRange(Take(frames, 2, Placement.Below(14)), 0ul, 2ul);
    }

    [Fact]
    public void Zones_at_the_top_of_the_address_space_work()
    {
        ulong top = 1UL << 52;
        FrameAllocator frames = Ram(8, top - 8);
        Assert.Equal(top - 8, Take(frames, 8));
        frames.Free(new Pfn(top - 1), 1);
        Assert.Equal(top - 1, Take(frames, 1));
        frames.Free([new Pfn(top - 1)], PageSize.Size4K);
        Assert.Equal(1, frames.FreeFrames);
    }

    [Fact]
    public void What_was_freed_last_is_handed_out_first()
    {
        FrameAllocator frames = Ram(1024);
        ulong[] taken = Enumerable.Range(0, 10).Select(_ => Take(frames, 1)).ToArray();
        frames.Free(new Pfn(taken[4]), 1);
        frames.Free(new Pfn(taken[2]), 1);
        Assert.Equal(taken[2], Take(frames, 1));
        Assert.Equal(taken[4], Take(frames, 1));
    }

    [Fact]
    public void Frames_freed_together_come_back_in_their_order()
    {
        FrameAllocator frames = Ram(1024);
        var before = new Pfn[40];
        var after = new Pfn[40];
        Assert.True(frames.TryAllocate(before, PageSize.Size4K, default));
        frames.Free(before, PageSize.Size4K);
        Assert.True(frames.TryAllocate(after, PageSize.Size4K, default));
        Assert.Equal(before, after);
    }

    [Fact]
    public void Separate_frames_have_their_page_size_and_placement()
    {
        FrameAllocator frames = Ram(1000, firstFrame: 9);
        var pfns = new Pfn[20];
        Placement window = Window(100, 500);
        Assert.True(frames.TryAllocate(pfns, PageSize.Size64K, window));
        Assert.Equal(20, pfns.Distinct().Count());
        Assert.All(pfns, pfn => Assert.True(window.Allows(pfn.ToAddress(PageSize.Size64K), 65536)));
        Assert.Equal(1000 - 320, frames.FreeFrames);
    }

    [Fact]
    public void Too_many_separate_frames_take_nothing()
    {
        FrameAllocator frames = Ram(100);
        var pfns = new Pfn[51];
        Assert.False(frames.TryAllocate(pfns, PageSize.Size4K, Window(0, 49)));
        Assert.Equal(100, frames.FreeFrames);
        Assert.All(pfns, pfn => Assert.Equal(default, pfn));
    }

    [Fact]
    public void Freeing_twice_throws_and_changes_nothing()
    {
        FrameAllocator frames = Ram(64);
        ulong first = Take(frames, 8);
        frames.Free(new Pfn(first + 5), 1);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => frames.Free(new Pfn(first), 8));
        Assert.Contains(new Pfn(first + 5).ToString(), error.Message, StringComparison.Ordinal);
        Assert.Equal(57, frames.FreeFrames);
        frames.Free(new Pfn(first), 5);
        frames.Free(new Pfn(first + 6), 2);
        Assert.Equal(64, frames.LargestFreeRun(default));
    }

    [Fact]
    public void A_frame_that_stands_twice_in_one_free_throws_and_changes_nothing()
    {
        FrameAllocator frames = Ram(64);
        ulong first = Take(frames, 4);
        Assert.Throws<InvalidOperationException>(() => frames.Free([new Pfn(first), new Pfn(first + 1), new Pfn(first)], PageSize.Size4K));
        Assert.Equal(60, frames.FreeFrames);
    }

    [Theory]
    [InlineData(64ul)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    public void Freeing_what_no_zone_has_throws(ulong frame)
    {
        FrameAllocator frames = Ram(64);
        Take(frames, 64);
        Assert.Throws<InvalidOperationException>(() => frames.Free(new Pfn(frame), 1));
        Assert.Throws<InvalidOperationException>(() => frames.Free([new Pfn(frame)], PageSize.Size64K));
    }

    [Fact]
    public void Ranges_agree_with_brute_force_in_random_histories()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            ulong start = (ulong)random.Next(100);
            int count = random.Next(1, 150);
            FrameAllocator frames = Ram(count, start);
            var used = new HashSet<ulong>();
            for (int step = 0; step < 100; step++)
            {
                var placement = new Placement
                {
                    First = new PhysicalAddress((ulong)random.Next(2) * (ulong)random.Next(100 << 12)),
                    Last = new PhysicalAddress(random.Next(2) == 0 ? ulong.MaxValue : (ulong)random.Next(250 << 12)),
                    Alignment = 1UL << random.Next(17),
                    BoundaryMask = random.Next(2) == 0 ? 0 : (1UL << random.Next(11, 20)) - 1,
                };
                int wanted = random.Next(1, 20);
                bool possible = Enumerable.Range(0, count).Any(i => Free(start + (ulong)i, wanted)
                    && placement.Allows(Address(start + (ulong)i), (long)wanted << 12));
                Assert.Equal(possible, frames.LargestFreeRun(placement) >= wanted);
                Assert.Equal(possible, frames.TryAllocate(wanted, placement, out Pfn first));
                if (possible)
                {
                    Assert.True(placement.Allows(Address(first.Value), (long)wanted << 12));
                    Assert.True(Free(first.Value, wanted));
                    for (int i = 0; i < wanted; i++) used.Add(first.Value + (ulong)i);
                }

                foreach (ulong frame in used.Where(_ => random.Next(4) == 0).ToArray())
                {
                    frames.Free(new Pfn(frame), 1);
                    used.Remove(frame);
                }
            }

            foreach (ulong frame in used) frames.Free(new Pfn(frame), 1);
            Assert.Equal(start, Take(frames, count));

            bool Free(ulong first, int length)
                => first >= start && first + (ulong)length <= start + (ulong)count
                && Enumerable.Range(0, length).All(i => !used.Contains(first + (ulong)i));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void Fragmented_memory_has_no_longer_run_and_scatters_frames(int longestRun)
    {
        FrameAllocator frames = Ram(1 << 16);
        using (FrameFragmentation fragmentation = frames.Fragment(longestRun, seed: 1))
        {
            Assert.InRange(frames.LargestFreeRun(default), 1, longestRun);
            Assert.InRange(frames.FreeFrames, 1 << 14, 3 << 14);
            Assert.Equal(1 << 16, frames.FreeFrames + fragmentation.OccupiedFrames);
            Assert.False(frames.TryAllocate(longestRun + 1, default, out _));

            var pfns = new Pfn[1000];
            Assert.True(frames.TryAllocate(pfns, PageSize.Size4K, default));
            Assert.InRange(new PfnView(pfns, PageSize.Size4K).CountRuns(), 1000 / longestRun, 1000);
            Assert.True(pfns.Max(pfn => pfn.Value) - pfns.Min(pfn => pfn.Value) > 1 << 14);
            frames.Free(pfns, PageSize.Size4K);
        }

        Assert.Equal(1 << 16, frames.LargestFreeRun(default));
    }

    [Fact]
    public void Frames_that_fragmentation_holds_cannot_be_freed_by_others()
    {
        FrameAllocator frames = Ram(1024);
        using (frames.Fragment(1, seed: 1))
        {
            for (ulong frame = 0; frame < 1024; frame++) Assert.Throws<InvalidOperationException>(() => frames.Free(new Pfn(frame), 1));
        }

        Assert.Equal(1024, frames.LargestFreeRun(default));
    }

    [Fact]
    public void Allocating_and_freeing_costs_no_managed_memory()
    {
        FrameAllocator frames = Ram(4096);
        var pfns = new Pfn[100];
        Round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Round()
        {
            frames.TryAllocate(1, default, out Pfn one);
            frames.TryAllocate(5, default, out Pfn five);
            frames.TryAllocate(pfns, PageSize.Size4K, default);
            frames.Free(pfns, PageSize.Size4K);
            frames.Free(five, 5);
            frames.Free(one, 1);
        }
    }

    [Fact]
    public async Task Threads_never_share_a_frame()
    {
        FrameAllocator frames = Ram(500);
        var owners = new int[500];
        await Task.WhenAll(Enumerable.Range(1, 4).Select(id => Task.Run(() => Work(id))));
        Assert.Equal(500, frames.LargestFreeRun(default));

        void Work(int id)
        {
            var random = new Random(id);
            var mine = new Queue<(ulong First, int Count)>();
            for (int step = 0; step < 20_000; step++)
            {
                int count = random.Next(1, 9);
                if (frames.TryAllocate(count, default, out Pfn first))
                {
                    for (int i = 0; i < count; i++) Assert.Equal(0, Interlocked.Exchange(ref owners[(int)first.Value + i], id));
                    mine.Enqueue((first.Value, count));
                }

                if (mine.Count > 10 || step > 19_000) Release();
            }

            while (mine.Count > 0) Release();

            void Release()
            {
                if (mine.Count == 0) return;
                (ulong first, int count) = mine.Dequeue();
                for (int i = 0; i < count; i++) Assert.Equal(id, Interlocked.Exchange(ref owners[(int)first + i], 0));
                frames.Free(new Pfn(first), count);
            }
        }
    }

    [Fact]
    public void Wrong_numbers_and_overlapping_zones_throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Ram(8).TryAllocate(0, default, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ram(8).Free(default, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ram(8).Fragment(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrameAllocator(new PhysicalAddress(1), 4096));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryZone("z", default, 100));
        Assert.Throws<ArgumentNullException>(() => new FrameAllocator(null!));
        Assert.Throws<ArgumentException>(() => new FrameAllocator([new MemoryZone("a", default, 8192), new MemoryZone("b", Address(1), 4096)]));
        Assert.Equal(0, new FrameAllocator([default(MemoryZone)]).TotalFrames);
    }
}
