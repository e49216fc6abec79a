using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Copies that are easily overlooked: beside a part of the same frame that stays, and in the mapper below.</summary>
public class BounceDivergenceTests
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(16 << 20);
    private readonly DmaSegment[] _segments = new DmaSegment[8];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_frame_does_not_stand_in_a_mapping_both_copied_and_in_part_in_place(bool writes)
    {
        // The window ends inside frame 0x100: its first bytes are within reach, the whole of it is not.
        var window = new DmaWindow(default, new DmaAddress(0x1007ff));
        using var pool = new BouncePool(_machine, _machine.Frames, 8 * 4096, Placement.Below(20));
        var mapper = new BounceMapper(new DirectMapper(new DmaDevice("odd", default, new DmaConstraints { Window = window })), pool);
        var view = new PfnView(Given.Frames(0x100, 2, 0), PageSize.Size4K, 0, 4096 + 100);
        DmaDirection direction = writes ? DmaDirection.Bidirectional : DmaDirection.ToDevice;
        MapResult whole = mapper.Map(view, direction, _segments);
        Assert.Equal(writes ? (MapStatus.WouldDiverge, 1) : (MapStatus.Mapped, -1), (whole.Status, whole.FailedFrame));
        if (whole.IsMapped) mapper.Unmap(whole.Token);

        Pfn[] frames = [new Pfn(0x200), .. Given.Frames(0x100, 2, 0)];
        MapResult prefix = mapper.Map(new PfnView(frames, PageSize.Size4K, 0, 8192 + 100), direction, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, writes ? 8192L : 8292L), (prefix.Status, prefix.Length));
        mapper.Unmap(prefix.Token);
        Assert.Equal(pool.Capacity, pool.FreeBytes);
    }

    [Fact]
    public void A_plan_counts_what_the_wrapped_mapper_copies()
    {
        using BouncePool below = NewPool(), above = NewPool();
        BounceMapper mapper = Nested(below, above);
        var view = new PfnView(Given.Frames(0x100, 3), PageSize.Size4K, 100, 8192);
        var parts = new MapPart[4];
        MapPlan plan = mapper.Plan(view, DmaDirection.Bidirectional, MapOptions.None, parts);
        MapResult result = mapper.Map(view, DmaDirection.Bidirectional, _segments);
        Assert.Equal(result.BouncedBytes, plan.BouncedBytes);
        Assert.Equal([new MapPart(0, 8192, MapTreatment.Bounced)], parts.Take(plan.PartCount));
        mapper.Unmap(result.Token);
    }

    [Fact]
    public void A_shared_buffer_knows_the_copies_of_a_wrapped_mapper()
    {
        using BouncePool below = NewPool(), above = NewPool();
        using var buffer = new SharedBuffer(new SystemMemoryExporter("memory", _machine, 3 * 4096));
        Attachment copies = buffer.Attach(Nested(below, above)).Attachment!;
        Attachment writes = buffer.Attach(new DirectMapper(new DmaDevice("other", default))).Attachment!;
        MapResult live = copies.Map(100, 8192, DmaDirection.Bidirectional, _segments).Mapping;
        Assert.Equal(MapStatus.WouldDiverge, writes.Map(5000, 100, DmaDirection.FromDevice, _segments).Mapping.Status);
        copies.Unmap(live.Token);
    }

    /// <summary>In the first case as one piece, in the other among pieces: the page before it, and the last byte alone.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public void The_very_last_byte_of_memory_is_not_copied_twice_where_one_may_write(int before)
    {
        var memory = new SparseMemory((0, MemoryKind.PageBacked), (1ul << 63, MemoryKind.PageBacked), (3ul << 62, MemoryKind.PageBacked));
        using var pool = new BouncePool(memory, _machine.Frames, 8 * 4096);
        var mapper = new BounceMapper(new DirectMapper(new DmaDevice("isa", default, new DmaConstraints { Window = DmaWindow.OfBits(24) })), pool);
        Pfn last = Pfn.Max(PageSize.Size4K);
        var view = before == 0 ? new PfnView([last], PageSize.Size4K, 4095, 1) : new PfnView([new Pfn(last.Value - 9), last], PageSize.Size4K, 4095, 1 + before);
        MapResult first = mapper.Map(new PfnView([last], PageSize.Size4K, 4095, 1), DmaDirection.ToDevice, _segments);
        MapResult second = mapper.Map(view, DmaDirection.FromDevice, _segments);
        mapper.Unmap(first.Token);
        if (second.IsMapped) mapper.Unmap(second.Token);
        Assert.Equal((MapStatus.Mapped, MapStatus.WouldDiverge, before == 0 ? 0 : 1), (first.Status, second.Status, second.FailedFrame));
        Assert.Equal(pool.Capacity, pool.FreeBytes);
    }

    [Fact]
    public void A_disposed_pool_is_no_shortage_that_waiting_could_mend()
    {
        BouncePool pool = NewPool();
        var mapper = new BounceMapper(new DirectMapper(new DmaDevice("nic", default)), pool, BounceMode.Everything);
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => mapper.Map(new PfnView(Given.Frames(0x100, 1), PageSize.Size4K), DmaDirection.ToDevice, _segments));
        Assert.Equal((pool.Capacity, 0), (pool.FreeBytes, mapper.LiveMappings));
    }

    private BouncePool NewPool() => new(_machine, _machine.Frames, 16 * 4096);

    private static BounceMapper Nested(BouncePool below, BouncePool above)
        => new(new BounceMapper(new DirectMapper(new DmaDevice("nested", default)), below, BounceMode.Everything), above, BounceMode.PartialFrames);
}
