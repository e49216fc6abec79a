using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What docs/bounce-pools.md shows.</summary>
public class BounceExample
{
    [Fact]
    public void The_example_of_a_pool_that_grows_does_what_it_says()
    {
        // <growing>
        var machine = EmulatedMachine.WithRam(8L << 30);
        using var pool = new BouncePool(machine, machine.Frames, new BouncePoolOptions
        {
            Name = "nic",
            Length = 4L << 20,
            MostLength = 64L << 20,
            Placement = Placement.Below(32),
        });
        var nic = new DmaDevice("nic", new RequesterId(0, 4, 0), new DmaConstraints { Window = DmaWindow.OfBits(32) });
        var mapper = new BounceMapper(new DirectMapper(nic), pool);

        // 40 MiB above 4 GiB: more than the pool has. It grows, and one run of slots stands in for all of it.
        var frames = new Pfn[10 << 10];
        if (!machine.Frames.TryAllocate(frames, PageSize.Size4K, new Placement { First = new PhysicalAddress(1L << 32) })) throw new InvalidOperationException("out of memory");
        var segments = new DmaSegment[1];
        MapResult mapping = mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, segments);
        mapper.Unmap(mapping.Token);
        // </growing>

        Assert.Equal((MapStatus.Mapped, 40L << 20), (mapping.Status, mapping.BouncedBytes));
        Assert.Equal((4L << 20, true), (pool.Capacity, pool.HighWaterBytes >= 40L << 20));
    }

    [Fact]
    public async Task The_example_of_a_shortage_does_what_it_says()
    {
        var machine = EmulatedMachine.WithRam(8L << 30);
        var pool = new BouncePool(machine, machine.Frames, 64 << 10, Placement.Below(32));
        var mapper = new BounceMapper(new DirectMapper(new DmaDevice("nic", new RequesterId(0, 4, 0), new DmaConstraints { Window = DmaWindow.OfBits(32) })), pool);
        var segments = new DmaSegment[12];
        using var small = new PfnBuffer([.. Enumerable.Range(0x10_0000, 8).Select(pfn => new Pfn((ulong)pfn))], PageSize.Size4K);
        using var large = new PfnBuffer([.. Enumerable.Range(0x20_0000, 12).Select(pfn => new Pfn((ulong)pfn))], PageSize.Size4K);
        MappingToken inTheWay = mapper.Map(small.View, DmaDirection.ToDevice, segments).Token;
        Task unmaps = Task.Run(() =>
        {
            while (pool.Shortages == 0) Thread.Sleep(1);
            mapper.Unmap(inTheWay);
        }, TestContext.Current.CancellationToken);
        // <shortage>
        MapResult refused = mapper.Map(large.View, DmaDirection.ToDevice, segments);
        string why = refused.Shortage!.ToString();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        BounceReservation room = await mapper.ReserveAsync(large.Length, patience.Token);
        MapResult served = mapper.Map(large.View, DmaDirection.ToDevice, segments, MapOptions.None, room);
        // </shortage>

        Assert.Contains(why, File.ReadAllText(Path.Combine(DocumentTests.Root(), "docs", "bounce-pools.md")), StringComparison.Ordinal);
        Assert.Equal((MapStatus.NoBounceSpace, MapStatus.Mapped), (refused.Status, served.Status));
        Assert.Equal((64 << 10) - large.Length, pool.FreeBytes);
        await unmaps;
        mapper.Unmap(served.Token);
        pool.Dispose();
    }
}
