using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a device without an IOMMU reaches where it is, to the byte: a window, moved by the bus offset, as far as its mapper names memory.</summary>
public class BounceReachTests
{
    private const long Slot = 4096;
    private const ulong Window = 0x0200_1000;
    private const ulong LastInWindow = 0x02FF_FFFF;

    private readonly SparseMemory _memory = RigMemory.Create();
    private readonly DmaSegment[] _segments = new DmaSegment[4];

    [Theory]
    [InlineData(0x2001, 0, 1, 0)] // the first byte
    [InlineData(0x2000, 4095, 1, 1)] // the one before
    [InlineData(0x2000, 2048, 2048, 2048)]
    [InlineData(0x2000, 2048, 2049, 2048)] // up to the first byte
    [InlineData(0x2001, 2048, 4096, 0)]
    [InlineData(0x2FFF, 4095, 1, 0)] // the last byte
    [InlineData(0x2FFF, 4095, 2, 1)] // and the one behind
    [InlineData(0x2FFF, 0, 4096, 0)]
    [InlineData(0x2FFF, 0, 8192, 4096)]
    [InlineData(0x2FFF, 2048, 2049, 1)]
    [InlineData(0x3000, 0, 1, 1)]
    public void Bytes_outside_the_window_are_copied_and_no_others(ulong frame, long offset, long length, long bounced)
    {
        BounceMapper mapper = Mapper(Window, LastInWindow, 0, 0x0240_0000);
        Copies(mapper, new PfnView(Given.Frames(frame, 3), PageSize.Size4K, offset, length), bounced);
    }

    [Theory]
    [InlineData(0x2001, 2048)] // begins in reach, with the first frame of it
    [InlineData(0x2FFF, 2048)]
    [InlineData(0x2FFF, 0)] // ends with the last one
    public void A_frame_that_is_reached_in_full_stays_beside_one_that_is_not(ulong frame, long offset)
    {
        BounceMapper mapper = Mapper(Window, LastInWindow, 0, 0x0240_0000);
        Copies(mapper, new PfnView([new Pfn(frame), new Pfn(0x10_0000)], PageSize.Size4K, offset, 8192 - offset), 4096);
    }

    [Theory]
    [InlineData(1L << 31, 0, RigMemory.Pool, 0x7_FFFF, 0)]
    [InlineData(1L << 31, 0, RigMemory.Pool, 0x8_0000, 4096)]
    [InlineData(-(1L << 30), 0, 0x5000_0000, 0x3_FFFF, 4096)]
    [InlineData(-(1L << 30), 0, 0x5000_0000, 0x4_0000, 0)]
    [InlineData(-(1L << 30), 0, 0x5000_0000, 0x13_FFFF, 0)]
    [InlineData(-(1L << 30), 0, 0x5000_0000, 0x14_0000, 4096)]
    [InlineData(-4096, 0x1_0000, RigMemory.Pool, 0x10, 4096)]
    [InlineData(-4096, 0x1_0000, RigMemory.Pool, 0x11, 0)]
    [InlineData(-4096, 0x1_0000, RigMemory.Pool, 0x10_0000, 0)]
    [InlineData(-4096, 0x1_0000, RigMemory.Pool, 0x10_0001, 4096)]
    public void A_bus_offset_moves_what_is_reached(long busOffset, ulong first, ulong pool, ulong frame, long bounced)
        => Copies(Mapper(first, uint.MaxValue, busOffset, pool), new PfnView([new Pfn(frame)], PageSize.Size4K), bounced);

    [Theory]
    [InlineData(0, uint.MaxValue, 1L << 33, RigMemory.Pool)]
    [InlineData(ulong.MaxValue - 0xF_FFFF, ulong.MaxValue, -(1L << 32), 0x1_0000_0000)]
    public void A_bus_offset_that_moves_the_window_out_of_memory_leaves_no_pool_in_reach(ulong first, ulong last, long busOffset, ulong start)
        => Assert.Throws<ArgumentException>("pool", () => Mapper(first, last, busOffset, start));

    [Theory]
    [InlineData(0x7_FFFF, 0)]
    [InlineData(0x8_0000, 4096)]
    public void What_a_mapper_cannot_name_is_copied_though_the_device_could_reach_it(ulong frame, long bounced)
    {
        var narrow = new Narrow(new DirectMapper(Device(0, uint.MaxValue)));
        Copies(new BounceMapper(narrow, Pool(RigMemory.Pool)), new PfnView([new Pfn(frame)], PageSize.Size4K), bounced);
    }

    [Fact]
    public void A_pool_does_not_grow_below_what_its_devices_reach()
    {
        FrameAllocator source = Zones(8, 1ul << 28, 4);
        BouncePool pool = Growing(source, default);
        var mapper = new BounceMapper(new DirectMapper(Device(1ul << 28, uint.MaxValue)), pool);
        for (int i = 0; i < 4; i++) PoolRig.Map(mapper, PoolRig.High(2 * i, 1));
        Assert.Equal(MapStatus.NoBounceSpace, PoolRig.Try(mapper, PoolRig.High(100, 1)).Status);
        Assert.Equal((4 * Slot, 8L), (pool.Capacity, source.FreeFrames));
    }

    [Fact]
    public void A_pool_does_not_grow_above_what_its_devices_reach()
    {
        FrameAllocator source = Zones(8, 1ul << 33, 4);
        Assert.True(source.TryAllocate(4, default, out Pfn high));
        Assert.Equal(1ul << 21, high.Value);
        BouncePool pool = Growing(source, default);
        source.Free(high, 4);
        GrowsLow(new BounceMapper(new DirectMapper(Device(0, uint.MaxValue)), pool));
        Assert.Equal((8 * Slot, 4L), (pool.Capacity, source.FreeFrames));
    }

    [Fact]
    public void A_pool_does_not_grow_above_its_placement()
    {
        FrameAllocator source = Zones(8, 1ul << 28, 8);
        BouncePool pool = Growing(source, Placement.Below(26));
        GrowsLow(new BounceMapper(new DirectMapper(Device(0, uint.MaxValue)), pool));
        Assert.Equal((8 * Slot, 8L), (pool.Capacity, source.FreeFrames));
    }

    private static void GrowsLow(BounceMapper mapper)
    {
        for (int i = 0; i < 8; i++)
        {
            PoolRig.Map(mapper, PoolRig.High(2 * i, 1), out ulong[] slot);
            Assert.InRange(slot[0], 1ul << 12, (1ul << 12) + 7);
        }
    }

    private static FrameAllocator Zones(int low, ulong start, int high)
        => new([new MemoryZone("low", new PhysicalAddress(1 << 24), low * Slot), new MemoryZone("high", new PhysicalAddress(start), high * Slot)]);

    private static DmaDevice Device(ulong first, ulong last)
        => new("windowed", new RequesterId(1), new DmaConstraints { Window = new DmaWindow(new DmaAddress(first), new DmaAddress(last)) });

    private BouncePool Growing(FrameAllocator source, Placement placement)
        => new(_memory, source, new BouncePoolOptions { Length = 4 * Slot, MostLength = 8 * Slot, Placement = placement });

    private BouncePool Pool(ulong start) => new(_memory, new FrameAllocator(new PhysicalAddress(start), 8 * Slot), 8 * Slot);

    private BounceMapper Mapper(ulong first, ulong last, long busOffset, ulong pool) => new(new DirectMapper(Device(first, last), busOffset), Pool(pool));

    private void Copies(BounceMapper mapper, scoped in PfnView view, long bounced)
    {
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice);
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Mapped, bounced), (result.Status, result.BouncedBytes));
        Assert.Equal((MapStatus.Mapped, bounced), (plan.Status, plan.BouncedBytes));
        Assert.True(mapper.Profile.Device.Constraints.Satisfies(_segments.AsSpan(0, result.SegmentCount), view));
        mapper.Unmap(result.Token);
    }

    /// <summary>Names no more than 2 GiB.</summary>
    private sealed class Narrow(IDmaMapper inner) : MapperWrapper(inner)
    {
        private const ulong Last = (1ul << 31) - 1;

        public override MapperProfile Profile { get; } = new(inner.Profile) { LastPhysical = new PhysicalAddress(Last) };

        public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
            => view.AddressAt(0).Value > Last ? new MapPlan { Status = MapStatus.UnreachableFrame, FailedFrame = 0 } : base.Plan(view, direction, options, parts);

        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
            => view.AddressAt(0).Value > Last ? new MapResult { Status = MapStatus.UnreachableFrame, FailedFrame = 0 } : base.Map(view, direction, segments, options);
    }
}
