using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Each call that is refused for a shortage counts once, at the mapper that was short; plans and other refusals do not.</summary>
public sealed class ShortageMetricsTests
{
    private const long Page = 4096;
    private const long Table = 512 * Page;

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly FrameAllocator _tables = new(default, 64 * Page);
    private readonly DmaSegment[] _segments = new DmaSegment[16];

    [Theory]
    [InlineData("no iova, uncut", 0)]
    [InlineData("no iova, cut", 8192)]
    public void A_shortage_of_IOVAs_counts_for_each_call(string name, long largest)
    {
        using Heard heard = new(name);
        IommuDomain domain = Domain(16 * Page);
        var mapper = new IommuMapper(Device(name, new DmaConstraints { MaxSegmentSize = largest }), domain);
        PfnView view = View(0x1000, 16), more = View(0x1000, 17);
        MappingToken token = mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.None).Token;
        Assert.Equal(MapStatus.NoIovaSpace, mapper.Plan(view, DmaDirection.ToDevice).Status);
        Assert.Equal(0, heard[DmaMetrics.Shortages, "NoIovaSpace"]);
        for (int i = 0; i < 2; i++) Assert.Equal(MapStatus.NoIovaSpace, mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.None).Status);
        Assert.Equal(ReserveStatus.NoIovaSpace, mapper.Reserve(Page).Status);
        Assert.Equal(3, heard[DmaMetrics.Shortages, "NoIovaSpace"]);

        // What a prefix makes good was no shortage, and what the device cannot take is none.
        mapper.Unmap(token);
        Assert.Equal(MapStatus.Mapped, mapper.Map(more, DmaDirection.ToDevice, _segments, MapOptions.Prefix).Status);
        Assert.Equal(MapStatus.SpanTooShort, mapper.Map(view, DmaDirection.ToDevice, default, MapOptions.None).Status);
        Assert.Equal(3, heard[DmaMetrics.Shortages, "NoIovaSpace"]);
        Assert.Equal((2 * 2) + 3 + 2, heard.Calls);
        domain.Trim();
    }

    [Fact]
    public void A_shortage_of_table_memory_counts_for_each_call()
    {
        using Heard heard = new("no tables");
        IommuDomain domain = Domain(4 * Table);
        var mapper = new IommuMapper(Device("no tables"), domain);
        List<Pfn> taken = TakeAll();
        Assert.Equal(MapStatus.NoTableMemory, mapper.Map(View(0x1000, 1), DmaDirection.ToDevice, _segments, MapOptions.None).Status);
        Assert.Equal(ReserveStatus.NoTableMemory, mapper.Reserve(Table).Status);
        Assert.Equal((2, 2), (heard[DmaMetrics.Shortages, "NoTableMemory"], heard.Calls));
        Give(taken);
        ReserveResult room = mapper.Reserve(Table);
        Assert.True(room.IsReserved, room.ToString());
        mapper.Release(room.Reservation);
        Assert.Equal(2, heard.Calls);
    }

    [Fact]
    public async Task Waiting_is_no_shortage_and_what_it_ends_in_may_be_one()
    {
        using Heard heard = new("waits");
        IommuDomain domain = Domain(2 * Table);
        var mapper = new IommuMapper(Device("waits"), domain);
        IovaReservation half = mapper.Reserve(Table).Reservation;
        Task<ReserveResult> whole = mapper.ReserveAsync(2 * Table, CancellationToken.None).AsTask();
        Assert.Equal((false, 0), (whole.IsCompleted, heard.Calls));
        List<Pfn> taken = TakeAll();
        mapper.Release(half);
        ReserveResult result = await whole.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(ReserveStatus.NoTableMemory, result.Status);
        Assert.Equal((1, 1), (heard[DmaMetrics.Shortages, "NoTableMemory"], heard.Calls));

        result = await mapper.ReserveAsync(2 * Table, CancellationToken.None);
        Assert.Equal(ReserveStatus.NoTableMemory, result.Status);
        Assert.Equal((2, 2), (heard[DmaMetrics.Shortages, "NoTableMemory"], heard.Calls));
        Give(taken);
    }

    [Fact]
    public void A_shortage_of_bounce_memory_counts_for_each_call()
    {
        using Heard heard = new("no slots");
        BouncePool pool = new(_machine, _machine.Frames, 4 * Page, Placement.Below(24));
        var mapper = new BounceMapper(new DirectMapper(Device("no slots", bits: 24)), pool);
        PfnView view = View(0x2000, 5);
        Assert.Equal(MapStatus.NoBounceSpace, mapper.Plan(view, DmaDirection.ToDevice).Status);
        Assert.Equal(0, heard.Calls);
        for (int i = 0; i < 2; i++) Assert.Equal(MapStatus.NoBounceSpace, mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.None).Status);
        Assert.Equal(MapStatus.UnreachableFrame, mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.ZeroCopy).Status);
        Assert.Equal((2, 2), (heard[DmaMetrics.Shortages, "NoBounceSpace"], heard.Calls));
    }

    [Fact]
    public void A_pool_without_slots_that_lie_together_is_short()
    {
        using Heard heard = new("no slots together");
        BouncePool pool = new(_machine, _machine.Frames, 4 * Page, Placement.Below(24));
        var holes = new BounceMapper(new DirectMapper(Device("makes holes", bits: 24)), pool);
        var tokens = new MappingToken[4];
        for (int i = 0; i < 4; i++) tokens[i] = holes.Map(View(0x2000 + (ulong)i, 1), DmaDirection.ToDevice, _segments, MapOptions.None).Token;
        holes.Unmap(tokens[0]);
        holes.Unmap(tokens[2]);
        var mapper = new BounceMapper(new DirectMapper(Device("no slots together", DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(24) })), pool);
        MapResult result = mapper.Map(View(0x2000, 2), DmaDirection.ToDevice, _segments, MapOptions.None);
        Assert.Equal((MapStatus.NoBounceSpace, 1, 1), (result.Status, heard[DmaMetrics.Shortages, "NoBounceSpace"], heard.Calls));
        holes.Unmap(tokens[1]);
        holes.Unmap(tokens[3]);
    }

    [Fact]
    public void A_shortage_that_is_passed_on_counts_once()
    {
        using Heard heard = new("passed on");
        BouncePool small = new(_machine, _machine.Frames, 4 * Page, Placement.Below(24)), large = new(_machine, _machine.Frames, 16 * Page, Placement.Below(24));
        var inner = new BounceMapper(new DirectMapper(Device("passed on", bits: 24)), small, BounceMode.Everything);
        var outer = new BounceMapper(inner, large, BounceMode.Everything);
        Assert.Equal(MapStatus.NoBounceSpace, outer.Map(View(0x2000, 5), DmaDirection.ToDevice, _segments, MapOptions.None).Status);
        Assert.Equal((1, 1), (heard[DmaMetrics.Shortages, "NoBounceSpace"], heard.Calls));
        var inPlace = new BounceMapper(inner, large);
        Assert.Equal(MapStatus.NoBounceSpace, inPlace.Map(View(0x2000, 5), DmaDirection.ToDevice, _segments, MapOptions.None).Status);
        Assert.Equal((2, 2), (heard[DmaMetrics.Shortages, "NoBounceSpace"], heard.Calls));

        IommuDomain domain = Domain(4 * Page);
        var translated = new BounceMapper(new IommuMapper(Device("passed on"), domain), large, BounceMode.Everything);
        Assert.Equal(MapStatus.NoIovaSpace, translated.Map(View(0x2000, 5), DmaDirection.ToDevice, _segments, MapOptions.None).Status);
        Assert.Equal((1, 3), (heard[DmaMetrics.Shortages, "NoIovaSpace"], heard.Calls));
    }

    private static DmaDevice Device(string name, DmaConstraints constraints = default) => new(name, new RequesterId(1), constraints);

    private static DmaDevice Device(string name, int bits) => Device(name, new DmaConstraints { Window = DmaWindow.OfBits(bits) });

    private static PfnView View(ulong first, int count) => new(Given.Frames(first, count, 2), PageSize.Size4K);

    private IommuDomain Domain(long aperture)
        => new(_machine, _tables, new EmulatedIommu(_machine), new DmaWindow(new DmaAddress(1ul << 32), new DmaAddress((1ul << 32) + (ulong)aperture - 1)));

    private List<Pfn> TakeAll()
    {
        List<Pfn> taken = [];
        while (_tables.TryAllocate(1, default, out Pfn one)) taken.Add(one);
        return taken;
    }

    private void Give(List<Pfn> taken)
    {
        foreach (Pfn one in taken) _tables.Free(one, 1);
    }
}
