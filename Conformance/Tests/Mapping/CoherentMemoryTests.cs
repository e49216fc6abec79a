using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Memory for rings: CPU and device see each other's writes at once, under every mapper.</summary>
public class CoherentMemoryTests
{
    public static TheoryData<MapperKind> Kinds => [.. Enum.GetValues<MapperKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Both_sides_see_each_others_writes_at_once(MapperKind kind)
    {
        MapperRig rig = MapperRig.Of(Given.Case(kind));
        RigState before = rig.State();
        FrameAllocator source = Source();
        Assert.Equal(MapStatus.Mapped, CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, source, 10_000, out CoherentMemory? ring));
        Assert.Equal(12288, ring!.Length);
        byte[] bytes = new byte[12288], seen = new byte[12288];
        ring.Read(0, bytes);
        Assert.Equal(new byte[12288], bytes);
        bytes = HomeBytes.Noise(12288, 1);
        ring.Write(0, bytes);
        Assert.True(rig.Port.TryRead(ring.Address, seen, out _));
        Assert.Equal(bytes, seen);
        bytes = HomeBytes.Noise(12288, 2);
        Assert.True(rig.Port.TryWrite(ring.Address, bytes, out _));
        ring.Read(0, seen);
        Assert.Equal(bytes, seen);
        Assert.Equal(before.PoolFree, rig.State().PoolFree);
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Write(12288, [1]));

        ring.Dispose();
        ring.Dispose();
        Assert.Equal(before, rig.State());
        Assert.Equal(source.TotalFrames, source.FreeFrames);
        Assert.Equal(nameof(CoherentMemory), Assert.Throws<ObjectDisposedException>(() => ring.Read(0, seen)).ObjectName);
        Assert.Equal(nameof(CoherentMemory), Assert.Throws<ObjectDisposedException>(() => ring.Write(0, seen)).ObjectName);
        if (rig.Iommu is not null) Assert.False(rig.Port.TryRead(ring.Address, seen, out _));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(0x8000_0000L)]
    [InlineData(-0x0200_0000L)]
    public void It_is_placed_within_reach(long busOffset)
    {
        MapperCase one = Given.Case(MapperKind.Direct) with { BusOffset = busOffset, Rules = new DmaConstraints { SegmentBoundaryMask = 0xFFFF, Alignment = 8192 } };
        MapperRig rig = MapperRig.Of(one);
        FrameAllocator source = Source();

        // The first frames are in the way, so that alignment and boundary have to be looked for.
        Assert.True(source.TryAllocate(3, new Placement { Last = new PhysicalAddress(0x1FFF_FFFF) }, out _));
        long free = source.FreeFrames;
        Assert.Equal(MapStatus.Mapped, CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, source, 65536, out CoherentMemory? ring));
        Assert.True(one.Constraints.Satisfies([new DmaSegment(ring!.Address, ring.Length)]));
        Assert.True(rig.Port.TryWrite(ring.Address + (ring.Length - 1), [9], out _));
        ring.Dispose();
        Assert.Equal(free, source.FreeFrames);
    }

    [Fact]
    public void It_is_refused_where_nothing_is_in_reach()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.BounceEverything));
        var high = new FrameAllocator(new PhysicalAddress(RigMemory.StartOf(HomeArea.High)), 1 << 20);
        Assert.Equal(MapStatus.NoBacking, CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, high, 4096, out CoherentMemory? ring));
        Assert.Null(ring);
        Assert.Equal(high.TotalFrames, high.FreeFrames);
    }

    [Fact]
    public void It_is_refused_where_one_segment_cannot_hold_it()
    {
        MapperCase one = Given.Case(MapperKind.Direct) with { Rules = new DmaConstraints { MaxSegmentSize = 8192 } };
        foreach (MapperKind kind in new[] { MapperKind.Direct, MapperKind.Iommu })
        {
            MapperRig rig = MapperRig.Of(one with { Kind = kind });
            RigState before = rig.State();
            FrameAllocator source = Source();
            Assert.Equal(MapStatus.TooManySegments, CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, source, 8193, out _));
            Assert.Equal(source.TotalFrames, source.FreeFrames);
            Assert.Equal(before, rig.State());
            Assert.Equal(MapStatus.Mapped, CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, source, 8192, out _));
        }
    }

    [Fact]
    public void A_shortage_of_the_mapper_is_its_status()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu) with { Reach = Reach.Tiny });
        FrameAllocator source = Source();
        Assert.Equal(MapStatus.NoIovaSpace, CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, source, 17 * 4096, out _));
        Assert.Equal(source.TotalFrames, source.FreeFrames);
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, source, 0, out _)).ParamName);
    }

    [Fact]
    public void It_lies_between_the_boundaries_that_its_segment_may_not_cross()
    {
        EmulatedMachine machine = EmulatedMachine.WithRam(1 << 20);
        var mapper = new DirectMapper(new DmaDevice("within 64 KiB", new RequesterId(1), new DmaConstraints { SegmentBoundaryMask = 0xFFFF }));

        // Frames 8 to 27, with a boundary before the 16th: twelve fit behind it, and sixteen nowhere but across it.
        var source = new FrameAllocator(new PhysicalAddress(0x8000), 20 * 4096);
        Assert.Equal(MapStatus.Mapped, CoherentMemory.TryAllocate(mapper, machine, source, 12 * 4096, out CoherentMemory? ring));
        Assert.Equal(new DmaAddress(0x1_0000), ring!.Address);
        ring.Dispose();
        Assert.Equal(MapStatus.NoBacking, CoherentMemory.TryAllocate(mapper, machine, source, 16 * 4096, out _));

        // Longer than what lies between two boundaries it is more than one segment wherever it lies.
        Assert.Equal(MapStatus.TooManySegments, CoherentMemory.TryAllocate(mapper, machine, source, 17 * 4096, out _));
        Assert.Equal((20L, 0), (source.FreeFrames, mapper.LiveMappings));
    }

    [Fact]
    public void Behind_an_IOMMU_it_lies_where_its_tables_can_name_the_frames()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu));
        MemoryZone low = new("low", new PhysicalAddress(RigMemory.StartOf(HomeArea.Low)), 1 << 20), huge = new("huge", new PhysicalAddress(RigMemory.StartOf(HomeArea.Huge)), 1 << 20);
        Assert.Equal(MapStatus.Mapped, CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, new FrameAllocator([low, huge]), 8192, out CoherentMemory? ring));
        ring!.Dispose();
        Assert.Equal(MapStatus.NoBacking, CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, new FrameAllocator([huge]), 8192, out _));
    }

    [Fact]
    public void No_frames_are_within_a_window_that_the_bus_never_leads_to()
    {
        var device = new DmaDevice("below the bus", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(32) });
        FrameAllocator source = Source();
        Assert.Equal(MapStatus.NoBacking, CoherentMemory.TryAllocate(new DirectMapper(device, 1L << 32), RigMemory.Create(), source, 4096, out _));
        Assert.Equal(source.TotalFrames, source.FreeFrames);
    }

    [Fact]
    public void It_has_a_byte_at_least_and_at_most_all_frames_that_can_be_counted()
    {
        const long Most = int.MaxValue * 4096L;
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Direct));
        FrameAllocator source = Source();
        Assert.Equal(MapStatus.Mapped, CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, source, 1, out CoherentMemory? ring));
        Assert.Equal(4096, ring!.Length);
        ring.Dispose();
        Assert.Equal(MapStatus.NoBacking, CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, source, Most, out _));
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, source, Most + 1, out _)).ParamName);
    }

    [Fact]
    public void Nothing_in_place_of_something_is_refused()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Direct));
        FrameAllocator source = Source();
        Assert.Equal("mapper", Assert.Throws<ArgumentNullException>(() => CoherentMemory.TryAllocate(null!, rig.Memory, source, 1, out _)).ParamName);
        Assert.Equal("memory", Assert.Throws<ArgumentNullException>(() => CoherentMemory.TryAllocate(rig.Mapper, null!, source, 1, out _)).ParamName);
        Assert.Equal("source", Assert.Throws<ArgumentNullException>(() => CoherentMemory.TryAllocate(rig.Mapper, rig.Memory, null!, 1, out _)).ParamName);
        Assert.Equal(source.TotalFrames, source.FreeFrames);
    }

    /// <summary>Frames in reach of 32 bits, and, handed out first, frames out of it.</summary>
    private static FrameAllocator Source() => new(
    [
        new MemoryZone("low", new PhysicalAddress(RigMemory.StartOf(HomeArea.Low)), 1 << 20),
        new MemoryZone("high", new PhysicalAddress(RigMemory.StartOf(HomeArea.High)), 1 << 20),
    ]);
}
