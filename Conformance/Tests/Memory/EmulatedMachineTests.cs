using System;
using System.Threading.Tasks;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class EmulatedMachineTests
{
    private const long Gigabyte = 1L << 30;

    private static MemoryRegion Region(ulong start, long length, MemoryKind kind = MemoryKind.PageBacked) => new(new PhysicalAddress(start), length, kind);

    private static MemoryRegion At(EmulatedMachine machine, ulong address) => machine.RegionAt(new PhysicalAddress(address));

    [Fact]
    public void Ram_is_laid_out_like_a_PC()
    {
        EmulatedMachine machine = EmulatedMachine.WithRam(5 * Gigabyte);
        Assert.Equal(Region(0, 3 * Gigabyte), At(machine, 12345));
        Assert.Equal(Region(3ul << 30, Gigabyte, MemoryKind.Absent), At(machine, 0xfee00000));
        Assert.Equal(Region(4ul << 30, 2 * Gigabyte), At(machine, 5ul << 30));
        Assert.Equal(5 * Gigabyte / 4096, machine.Frames.TotalFrames);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(32)]
    [InlineData(64)]
    public void Frames_lie_where_a_placement_says(int bits)
    {
        EmulatedMachine machine = EmulatedMachine.WithRam(5 * Gigabyte);
        Assert.True(machine.Frames.TryAllocate(16, Placement.Below(bits), out Pfn first));
        ulong lowest = bits switch { 24 => 0, 32 => 16ul << 20, _ => 4ul << 30 };
        Assert.True(first.Value << 12 >= lowest, "Low memory is kept for those that need it.");
        Assert.True(bits == 64 || (first.Value << 12) >> bits == 0);
    }

    [Fact]
    public void Only_page_backed_regions_have_frames()
    {
        var machine = new EmulatedMachine(Region(0, 65536), Region(65536, 65536, MemoryKind.Mmio), Region(1 << 20, 65536, MemoryKind.Protected));
        Assert.Equal(16, machine.Frames.TotalFrames);
        Assert.Equal(0, new EmulatedMachine().Frames.TotalFrames);
    }

    [Fact]
    public void A_terabyte_costs_nothing_until_it_is_used()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        EmulatedMachine machine = EmulatedMachine.WithRam(1024 * Gigabyte);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 65536);
        Assert.Equal(0, machine.CommittedBytes);

        machine.Access(new PhysicalAddress(1000ul << 30), 1)[0] = 7;
        Assert.Equal(2 << 20, machine.CommittedBytes);
        Assert.Equal(7, machine.Access(new PhysicalAddress(1000ul << 30), 1)[0]);
    }

    [Fact]
    public void Bytes_are_zero_at_first_and_the_same_bytes_later()
    {
        var machine = new EmulatedMachine(Region(4096, 3 << 20, MemoryKind.Mmio));
        Span<byte> bytes = machine.Access(new PhysicalAddress(5000), 100);
        Assert.Equal(100, bytes.Length);
        Assert.True(bytes.IndexOfAnyExcept((byte)0) < 0);
        bytes.Fill(3);
        Assert.Equal(3, machine.Access(new PhysicalAddress(5099), 1)[0]);
        Assert.Equal(0, machine.Access(new PhysicalAddress(5100), 1)[0]);
    }

    [Fact]
    public void A_span_covers_whole_frames_unless_the_length_ends_there()
    {
        var machine = new EmulatedMachine(Region(4096, (6 << 20) + 4096));
        for (ulong address = 4096 + 17; address < 6 << 20;)
        {
            int got = machine.Access(new PhysicalAddress(address), long.MaxValue).Length;
            address += (ulong)got;
            Assert.Equal(0ul, address % 4096);
        }
    }

    [Fact]
    public void Absent_memory_cannot_be_reached()
    {
        var machine = new EmulatedMachine(Region(4096, 4096));
        Assert.Throws<ArgumentOutOfRangeException>("address", () => machine.Access(default, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>("address", () => machine.Access(new PhysicalAddress(8192), 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>("address", () => machine.Access(new PhysicalAddress(ulong.MaxValue), 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>("length", () => machine.Access(new PhysicalAddress(4096), 0).Length);
        Assert.Equal(4096, machine.Access(new PhysicalAddress(4096), 5000).Length);
    }

    [Fact]
    public void Every_address_has_a_region_that_contains_it_up_to_the_top()
    {
        ulong top = ulong.MaxValue - 4095;
        EmulatedMachine[] machines = [new(), new(Region(0, 4096)), new(Region(top, 4096)), new(Region(1UL << 63, 8192), Region(top, 4096))];
        foreach (EmulatedMachine machine in machines)
        {
            ulong address = 0;
            for (int parts = 0; ; parts++)
            {
                Assert.True(parts < 10);
                MemoryRegion region = At(machine, address);
                Assert.Equal(address, region.Start.Value);
                ulong last = address + (ulong)region.Length - 1;
                Assert.Equal(region, At(machine, last));
                if (last == ulong.MaxValue) break;
                address = last + 1;
            }
        }

        machines[2].Access(new PhysicalAddress(ulong.MaxValue), 1)[0] = 1;
        Assert.Equal(1, machines[2].Frames.TotalFrames);
    }

    [Fact]
    public void Regions_of_one_kind_that_touch_are_one()
    {
        Assert.Equal(Region(0, 12288), At(new EmulatedMachine(Region(8192, 4096), Region(0, 8192)), 9000));
        Assert.Equal(Region(4096, 12288), At(new EmulatedMachine(Region(4096, 4096), Region(8192, 8192)), 9000));
    }

    [Fact]
    public void A_bad_region_is_named()
    {
        Assert.Contains("Absent", Error(Region(0, 4096, MemoryKind.Absent)), StringComparison.Ordinal);
        Assert.Contains("0x64", Error(Region(100, 4096)), StringComparison.Ordinal);
        Assert.Contains("100", Error(Region(0, 100)), StringComparison.Ordinal);
        Assert.Contains("0x1000", Error(Region(0, 8192), Region(4096, 4096)), StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new EmulatedMachine(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmulatedMachine.WithRam(100));

        static string Error(params MemoryRegion[] regions) => Assert.Throws<ArgumentException>(() => new EmulatedMachine(regions)).Message;
    }

    [Fact]
    public void The_smallest_and_the_largest_machine_can_be()
    {
        Assert.Equal(1, EmulatedMachine.WithRam(4096).Frames.TotalFrames);
        Assert.Equal(1L << 36, EmulatedMachine.WithRam(1L << 48).RegionAt(new PhysicalAddress(4ul << 30)).Length / 4096 + (3L << 18));
        Assert.Equal(Region(0, 1L << 48, MemoryKind.Mmio), At(new EmulatedMachine(Region(0, 1L << 48, MemoryKind.Mmio)), 5));
        foreach (long bytes in new[] { 0, 4095, 4097, (1L << 48) + 4096 }) Assert.Throws<ArgumentOutOfRangeException>("bytes", () => EmulatedMachine.WithRam(bytes));
        Assert.Throws<ArgumentException>(() => new EmulatedMachine(Region(0, (1L << 48) + 4096, MemoryKind.Mmio)));
    }

    [Fact]
    public void Three_gigabytes_lie_below_the_gap()
    {
        EmulatedMachine machine = EmulatedMachine.WithRam(3 * Gigabyte);
        Assert.Equal(Region(0, 3 * Gigabyte), At(machine, 0));
        Assert.Equal(MemoryKind.Absent, At(machine, 4ul << 30).Kind);
    }

    [Fact]
    public void Regions_that_touch_stay_apart_where_they_would_be_too_long_or_of_two_kinds_or_do_not_quite()
    {
        var half = new EmulatedMachine(Region(0, 1L << 47), Region(1ul << 47, 1L << 47));
        Assert.Equal(Region(0, 1L << 48), At(half, 1ul << 47));
        var longer = new EmulatedMachine(Region(0, 1L << 47), Region(1ul << 47, (1L << 47) + 4096));
        Assert.Equal(Region(0, 1L << 47), At(longer, 0));
        Assert.Equal(Region(1ul << 47, (1L << 47) + 4096), At(longer, 1ul << 47));
        var apart = new EmulatedMachine(Region(4096, 4096), Region(12288, 4096), Region(16384, 4096, MemoryKind.Mmio));
        Assert.Equal(Region(4096, 4096), At(apart, 4096));
        Assert.Equal(Region(12288, 4096), At(apart, 12288));
        Assert.Equal(Region(16384, 4096, MemoryKind.Mmio), At(apart, 16384));
    }

    [Fact]
    public void Regions_that_do_not_start_at_0_overlap_by_what_lies_between_their_starts()
    {
        Assert.Throws<ArgumentException>(() => new EmulatedMachine(Region(1 << 20, 8192), Region((1 << 20) + 4096, 4096, MemoryKind.Mmio)));
        Assert.Throws<ArgumentException>(() => new FrameAllocator([new MemoryZone("a", new PhysicalAddress(1 << 20), 8192), new MemoryZone("b", new PhysicalAddress((1 << 20) + 4096), 4096)]));
        Assert.Equal(2, new FrameAllocator([new MemoryZone("a", new PhysicalAddress(1 << 20), 4096), new MemoryZone("none", new PhysicalAddress(1 << 20), 0), new MemoryZone("b", new PhysicalAddress((1 << 20) + 4096), 4096)]).TotalFrames);
    }

    [Fact]
    public void A_region_of_the_last_frame_below_16_MiB_has_one_zone()
        => Assert.Equal(2, new EmulatedMachine(Region((16 << 20) - 4096, 8192)).Frames.TotalFrames);

    [Fact]
    public void A_single_byte_of_the_first_region_is_reached_and_lies_where_it_lay()
    {
        var machine = new EmulatedMachine(Region(0, 4096));
        machine.Access(new PhysicalAddress(7), 1)[0] = 9;
        Assert.Equal(9, machine.Access(default, 8)[7]);
    }

    [Fact]
    public void Threads_that_commit_one_chunk_together_share_it()
    {
        var machine = new EmulatedMachine(Region(0, 64 << 20));
        Parallel.For(0, 4 * 32 * 8, i => machine.Access(new PhysicalAddress((ulong)(i % 32) << 21 | (uint)(i / 32)), 1)[0] = 1);
        Assert.Equal(64 << 20, machine.CommittedBytes);
        for (int i = 0; i < 32 * 32; i++) Assert.Equal(1, machine.Access(new PhysicalAddress((ulong)(i % 32) << 21 | (uint)(i / 32)), 1)[0]);
    }
}
