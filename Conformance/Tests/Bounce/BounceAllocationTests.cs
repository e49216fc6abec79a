using System;
using System.Linq;
using System.Threading;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Bouncing allocates nothing once warm, on any thread.</summary>
public class BounceAllocationTests
{
    public static TheoryData<int, BounceMode, int> Mappings
    {
        get
        {
            var data = new TheoryData<int, BounceMode, int>();
            foreach (int frames in new[] { 1, 3, 16, 64, 300 })
            {
                data.Add(frames, BounceMode.WhatMust, 0);
                data.Add(frames, BounceMode.Everything, 0);
                data.Add(frames, BounceMode.WhatMust, Math.Max(1, frames / 2));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Mappings))]
    public void Mapping_and_unmapping_allocate_nothing(int frames, BounceMode mode, int segments)
    {
        BounceMapper mapper = Mapper(mode, segments);
        PfnBuffer homes = Homes(mode, frames, segments);
        var told = new DmaSegment[frames];
        Assert.Equal(0, Allocations.Of(() => MapOnce(mapper, homes, told)));
        Assert.Equal(0, Allocations.Of(() => mapper.Plan(homes.View, DmaDirection.Bidirectional)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(300)]
    public void Nor_do_they_where_one_thread_maps_and_another_unmaps(int frames)
    {
        BounceMapper mapper = Mapper(BounceMode.WhatMust, 0);
        PfnBuffer homes = PoolRig.High(0, frames);
        var told = new DmaSegment[frames];

        // One thread keeps what the other has taken, so slots wander: what stands at them is made for all.
        MapOnce(mapper, PoolRig.High(0, 4096), new DmaSegment[4096]);
        MapResult mapped = default;
        using Barrier turn = new(2);
        long elsewhere = 0;
        const int Rounds = 64;
        var other = new Thread(() =>
        {
            elsewhere = Allocations.Of(() =>
            {
                for (int i = 0; i < Rounds; i++)
                {
                    turn.SignalAndWait();
                    mapper.Unmap(mapped.Token);
                    MapOnce(mapper, homes, told);
                    turn.SignalAndWait();
                }
            });
        });
        other.Start();
        long here = Allocations.Of(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                mapped = mapper.Map(homes.View, DmaDirection.Bidirectional, told);
                turn.SignalAndWait();
                turn.SignalAndWait();
            }
        });
        other.Join();
        Assert.Equal((0L, 0L), (here, elsewhere));
    }

    private static BounceMapper Mapper(BounceMode mode, int segments) => new PoolRig(4096).Mapper(new DmaConstraints { MaxSegmentCount = segments }, mode: mode);

    private static PfnBuffer Homes(BounceMode mode, int frames, int segments)
        => segments > 0 ? PoolRig.Low(0, frames, 3) : mode == BounceMode.Everything ? PoolRig.Low(0, frames) : PoolRig.High(0, frames, 2);

    private static void MapOnce(BounceMapper mapper, PfnBuffer homes, DmaSegment[] told)
    {
        MapResult result = mapper.Map(homes.View, DmaDirection.Bidirectional, told);
        if (!result.IsMapped) throw new InvalidOperationException(result.ToString());
        mapper.Unmap(result.Token);
    }
}
