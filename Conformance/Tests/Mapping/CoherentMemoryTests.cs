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
        Assert.Throws<ObjectDisposedException>(() => ring.Read(0, seen));
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

    /// <summary>Frames in reach of 32 bits, and, handed out first, frames out of it.</summary>
    private static FrameAllocator Source() => new(
    [
        new MemoryZone("low", new PhysicalAddress(RigMemory.StartOf(HomeArea.Low)), 1 << 20),
        new MemoryZone("high", new PhysicalAddress(RigMemory.StartOf(HomeArea.High)), 1 << 20),
    ]);
}
