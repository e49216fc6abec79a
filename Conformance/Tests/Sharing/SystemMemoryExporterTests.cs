using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What an allocator could give and gives, to the frame; and of a pool the same in one run.</summary>
public class SystemMemoryExporterTests
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(16 << 20);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((1L << 43) - 4095)]
    public void A_length_that_no_array_holds_is_out_of_range(long length)
    {
        Assert.Throws<ArgumentOutOfRangeException>(nameof(length), () => new SystemMemoryExporter("memory", _machine, length));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(length), () => new ContiguousPoolExporter("memory", _machine, _machine.Frames, length));
    }

    [Theory]
    [InlineData(1)]
    [InlineData((1L << 43) - 4096)]
    public void Any_other_length_may_be_exported(long length)
    {
        Assert.Equal(length, new SystemMemoryExporter("memory", _machine, length).Length);
        Assert.Equal(length, new ContiguousPoolExporter("memory", _machine, _machine.Frames, length).Length);
    }

    [Fact]
    public void It_has_a_name_a_memory_and_frames()
    {
        Assert.Throws<ArgumentException>("name", () => new SystemMemoryExporter(" ", _machine, 1));
        Assert.Throws<ArgumentException>("name", () => new SystemMemoryExporter(null!, _machine, _machine.Frames, 1));
        Assert.Throws<ArgumentException>("name", () => new ContiguousPoolExporter("\t", _machine, _machine.Frames, 1));
        Assert.Throws<ArgumentNullException>("machine", () => new SystemMemoryExporter("memory", null!, 1));
        Assert.Throws<ArgumentNullException>("memory", () => new SystemMemoryExporter("memory", null!, _machine.Frames, 1));
        Assert.Throws<ArgumentNullException>("frames", () => new SystemMemoryExporter("memory", _machine, null!, 1));
        Assert.Throws<ArgumentNullException>("pool", () => new ContiguousPoolExporter("memory", _machine, null!, 1));
        Assert.Throws<ArgumentNullException>("backing", () => new SystemMemoryExporter("memory", _machine, 1).Release(null!));
    }

    [Theory]
    [InlineData(8, false, true, false)]
    [InlineData(9, false, false, false)]
    [InlineData(4, true, true, true)]
    [InlineData(5, true, false, false)]
    [InlineData(4, false, true, true)]
    [InlineData(5, false, true, false)]
    public void All_frames_of_all_zones_count_and_of_a_run_those_of_one_zone(int frames, bool contiguous, bool possible, bool possibleInPool)
    {
        FrameAllocator zones = Zones((0x100, 4), (0x200, 4));
        var demand = new PlacementDemand { Contiguous = contiguous };
        Check(new SystemMemoryExporter("memory", _machine, zones, frames * 4096L), demand, possible, zones);
        Check(new ContiguousPoolExporter("pool", _machine, zones, frames * 4096L), demand, possibleInPool, zones);
    }

    [Fact]
    public void One_frame_is_enough_for_one_and_none_for_what_cannot_be()
    {
        FrameAllocator zones = Zones((0x100, 1));
        var exporter = new SystemMemoryExporter("memory", _machine, zones, 4096);
        Check(exporter, default, true, zones);
        Check(exporter, new PlacementDemand { Contiguous = true }, true, zones);
        Check(exporter, PlacementDemand.Bottom, false, zones);
        Check(new ContiguousPoolExporter("pool", _machine, zones, 4096), PlacementDemand.Bottom, false, zones);
    }

    [Fact]
    public void A_pool_gives_one_run_or_nothing()
    {
        FrameAllocator zones = Zones((0x100, 8));
        Assert.True(zones.TryAllocate(1, new Placement { First = new PhysicalAddress(0x104000), Last = new PhysicalAddress(0x104fff) }, out Pfn middle));
        Assert.False(new ContiguousPoolExporter("pool", _machine, zones, 5 * 4096).TryBack(default, out _));
        Assert.True(new ContiguousPoolExporter("pool", _machine, zones, 4 * 4096).TryBack(default, out PfnBuffer? backing));
        Assert.Equal(1, backing!.RunCount);
        Assert.Equal((0x104ul, 3L), (middle.Value, zones.FreeFrames));
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void A_run_has_room_from_the_first_aligned_frame_on(int frames, bool possible)
    {
        // Of 31 frames the 16th is the first that lies at a multiple of 64 KiB.
        FrameAllocator zones = Zones((0x101, 31));
        var demand = new PlacementDemand { Contiguous = true, Placement = new Placement { Alignment = 0x1_0000 } };
        Check(new SystemMemoryExporter("memory", _machine, zones, frames * 4096L), demand, possible, zones);
    }

    [Fact]
    public void Every_run_is_aligned_as_asked_and_there_are_no_more_than_that()
    {
        FrameAllocator zones = Zones((0x100, 64));
        var demand = new PlacementDemand { Contiguous = true, Placement = new Placement { Alignment = 0x1_0000 } };
        var given = new HashSet<ulong>();
        var exporter = new SystemMemoryExporter("memory", _machine, zones, 4096);
        while (exporter.TryBack(demand, out PfnBuffer? backing)) given.Add(backing!.View.Frames[0].Value);
        Assert.Equal([0x100ul, 0x110ul, 0x120ul, 0x130ul], given.Order());
        Assert.Equal(60, zones.FreeFrames);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void Frames_that_need_not_lie_together_are_aligned_each_by_itself(int frames, bool possible)
    {
        FrameAllocator zones = Zones((0x100, 64));
        var demand = new PlacementDemand { Placement = new Placement { Alignment = 0x1_0000 } };
        Check(new SystemMemoryExporter("memory", _machine, zones, frames * 4096L), demand, possible, zones);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Large_frames_are_whole_ones(int frames, bool possible)
    {
        // From 1 MiB to 5 MiB.
        FrameAllocator zones = Zones((0x100, 1024));
        Check(new SystemMemoryExporter("memory", _machine, zones, (frames * 2L) << 20) { PageSize = PageSize.Size2M }, default, possible, zones);
    }

    [Theory]
    [InlineData(0x1_ffff, true)]
    [InlineData(0xffff, false)]
    public void A_run_needs_room_beside_a_boundary(ulong boundary, bool possible)
    {
        FrameAllocator zones = Zones((0x10c, 8));
        Check(new SystemMemoryExporter("memory", _machine, zones, 5 * 4096), new PlacementDemand { Contiguous = true, Placement = new Placement { BoundaryMask = boundary } }, possible, zones);
    }

    [Fact]
    public void A_run_has_at_most_as_many_frames_as_an_allocator_gives_at_once()
    {
        FrameAllocator zones = Zones((0, 1024));
        var exporter = new SystemMemoryExporter("memory", _machine, zones, (1L << 43) - 4096) { PageSize = PageSize.Size2M };
        Check(exporter, new PlacementDemand { Contiguous = true }, false, zones);
    }

    [Fact]
    public void A_run_of_large_frames_begins_at_a_multiple_of_their_size()
    {
        // From 1 MiB to 5 MiB.
        FrameAllocator zones = Zones((0x100, 1024));
        var demand = new PlacementDemand { Contiguous = true };
        Check(new SystemMemoryExporter("memory", _machine, zones, 4 << 20) { PageSize = PageSize.Size2M }, demand, false, zones);
        var exporter = new SystemMemoryExporter("memory", _machine, zones, 1) { PageSize = PageSize.Size2M };
        Assert.True(exporter.TryBack(demand, out PfnBuffer? backing));
        Assert.Equal((new Pfn(1), 1, PageSize.Size2M), (backing!.View.Frames[0], backing.FrameCount, backing.PageSize));
        Assert.Equal(512, zones.FreeFrames);
        Assert.False(zones.TryAllocate(257, default, out _));
        exporter.Release(backing);
        Assert.Equal(1024, zones.FreeFrames);
    }

    [Fact]
    public void A_backing_that_was_given_back_is_over()
    {
        FrameAllocator zones = Zones((0x100, 2));
        var exporter = new SystemMemoryExporter("memory", _machine, zones, 8192);
        Assert.True(exporter.TryBack(default, out PfnBuffer? backing));
        Assert.False(exporter.TryBack(default, out PfnBuffer? none));
        Assert.Null(none);
        exporter.Release(backing!);
        Assert.Equal(2, zones.FreeFrames);
        Assert.Throws<ObjectDisposedException>(() => backing!.View.Length);
        Assert.Throws<ObjectDisposedException>(() => exporter.Release(backing!));
        Assert.Equal(2, zones.FreeFrames);
    }

    /// <summary>What it says that it can back it backs, while nothing is taken; and takes as many frames, until they are given back.</summary>
    private static void Check(IExporter exporter, PlacementDemand demand, bool possible, FrameAllocator zones)
    {
        long free = zones.FreeFrames;
        Assert.Equal(possible, exporter.CanBack(demand));
        Assert.Equal(possible, exporter.TryBack(demand, out PfnBuffer? backing));
        Assert.Equal(possible, backing is not null);
        if (backing is null) return;
        Assert.Equal(free - ((long)backing.FrameCount << (backing.PageSize.Shift - 12)), zones.FreeFrames);
        exporter.Release(backing);
        Assert.Equal(free, zones.FreeFrames);
    }

    private static FrameAllocator Zones(params (ulong First, int Frames)[] zones)
        => new([.. Array.ConvertAll(zones, zone => new MemoryZone($"{zone.First}", new PhysicalAddress(zone.First << 12), zone.Frames * 4096L))]);
}
