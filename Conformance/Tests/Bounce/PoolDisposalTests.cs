using System;
using System.Linq;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A pool ends when nobody has anything of it, and gives everything back.</summary>
public class PoolDisposalTests
{
    private const long Slot = PoolRig.Slot;

    [Fact]
    public void A_pool_that_has_grown_gives_all_its_frames_back()
    {
        var rig = new PoolRig(8, most: 64);
        BounceMapper mapper = rig.Mapper();
        MappingToken[] tokens = [.. Enumerable.Range(0, 8).Select(i => PoolRig.Map(mapper, PoolRig.High(10 * i, 8)))];
        for (int i = 0; i < 4; i++) mapper.Unmap(tokens[i]);
        for (int i = 4; i < 8; i++)
        {
            Assert.Contains($"{(8 - i) * 8} of", Assert.Throws<InvalidOperationException>(rig.Pool.Dispose).Message, StringComparison.Ordinal);
            mapper.Unmap(tokens[i]);
        }

        rig.Pool.Dispose();
        Assert.Equal(rig.Source.TotalFrames, rig.Source.FreeFrames);
        rig.Pool.Dispose();
        Assert.Equal(rig.Source.TotalFrames, rig.Source.FreeFrames);
    }

    [Fact]
    public void Disposing_what_is_mapped_or_reserved_throws_and_nothing_has_changed()
    {
        var rig = new PoolRig(16, most: 64);
        BounceMapper mapper = rig.Mapper();
        MappingToken token = PoolRig.Map(mapper, PoolRig.High(0, 20));
        Assert.True(mapper.TryReserve(3 * Slot, out BounceReservation reservation));
        (long capacity, long free, long run, long frames) = (rig.Pool.Capacity, rig.Pool.FreeBytes, rig.Pool.LargestFreeRun, rig.Source.FreeFrames);
        Assert.Throws<InvalidOperationException>(rig.Pool.Dispose);
        Assert.Equal((capacity, free, run, frames), (rig.Pool.Capacity, rig.Pool.FreeBytes, rig.Pool.LargestFreeRun, rig.Source.FreeFrames));
        Assert.True(PoolRig.Try(mapper, PoolRig.High(100, 5)).IsMapped);
        mapper.Unmap(token);
        Assert.Throws<InvalidOperationException>(rig.Pool.Dispose);
        mapper.Release(reservation);
        rig.Pool.Dispose();
        Assert.Equal(rig.Source.TotalFrames, rig.Source.FreeFrames);
    }

    [Fact]
    public async Task Nobody_is_told_of_an_end_that_did_not_come()
    {
        var rig = new PoolRig(64);
        BounceMapper mapper = rig.Mapper();
        MappingToken held = PoolRig.Map(mapper, PoolRig.High(500, 1));
        using var stop = new System.Threading.CancellationTokenSource();
        Task maps = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested) Assert.True(PoolRig.Try(mapper, PoolRig.High(0, 20)).IsMapped);
            },
            TestContext.Current.CancellationToken);
        for (int i = 0; i < 20_000; i++) Assert.Throws<InvalidOperationException>(rig.Pool.Dispose);
        stop.Cancel();
        await maps;
        mapper.Unmap(held);
        rig.Pool.Dispose();
    }

    [Fact]
    public void A_disposed_pool_serves_nobody()
    {
        var rig = new PoolRig(16, most: 64);
        BounceMapper mapper = rig.Mapper();
        rig.Pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => PoolRig.Try(mapper, PoolRig.High(0, 1)));
        Assert.Throws<ObjectDisposedException>(() => mapper.Plan(PoolRig.High(0, 1).View, DmaDirection.ToDevice));
        Assert.Throws<ObjectDisposedException>(() => mapper.TryReserve(Slot, out _));
        Assert.Throws<ObjectDisposedException>(() => { _ = mapper.ReserveAsync(Slot, TestContext.Current.CancellationToken).AsTask(); });
        rig.Pool.Trim();
    }
}
