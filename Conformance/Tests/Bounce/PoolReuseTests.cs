using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Which slots of a pool are taken, and that none are lost to the wear of use.</summary>
public class PoolReuseTests
{
    private const int Pool = 16384;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(64)]
    public void The_slots_freed_last_are_taken_again_first(int slots)
    {
        var rig = new PoolRig(4096);
        BounceMapper mapper = rig.Mapper();
        MappingToken[] tokens = new MappingToken[6];
        ulong[][] taken = new ulong[6][];
        for (int i = 0; i < tokens.Length; i++) tokens[i] = PoolRig.Map(mapper, PoolRig.High(i * slots, slots), out taken[i]);
        mapper.Unmap(tokens[1]);
        mapper.Unmap(tokens[4]);
        MappingToken again = PoolRig.Map(mapper, PoolRig.High(4 * slots, slots), out ulong[] slotsAgain);
        Assert.Equal(taken[4], slotsAgain);
        mapper.Unmap(again);
        PoolRig.Map(mapper, PoolRig.High(9000, slots), out slotsAgain);
        Assert.Equal(taken[4], slotsAgain);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(300)]
    public void Mapping_again_takes_the_same_slots(int slots)
    {
        var rig = new PoolRig(4096);
        BounceMapper mapper = rig.Mapper();
        PoolRig.Map(mapper, PoolRig.High(5000, slots));
        mapper.Unmap(PoolRig.Map(mapper, PoolRig.High(0, slots), out ulong[] first));
        for (int i = 0; i < 10; i++)
        {
            mapper.Unmap(PoolRig.Map(mapper, PoolRig.High(i * slots, slots), out ulong[] again));
            Assert.Equal(first, again);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void They_are_where_more_is_freed_than_a_thread_keeps(int slots)
    {
        // Of 256 slots a lane keeps 32.
        int runs = slots == 1 ? 40 : 20;
        var rig = new PoolRig(256);
        BounceMapper mapper = rig.Mapper(DmaConstraints.ContiguousOnly);
        for (int freed = 1; freed < runs; freed++)
        {
            var tokens = new MappingToken[runs];
            var taken = new ulong[runs][];
            for (int i = 0; i < runs; i++) tokens[i] = PoolRig.Map(mapper, PoolRig.High(i * slots, slots), out taken[i]);
            for (int i = 0; i < freed; i++) mapper.Unmap(tokens[i]);
            MappingToken again = PoolRig.Map(mapper, PoolRig.High(9000, slots), out ulong[] slotsAgain);
            Assert.Equal(taken[freed - 1], slotsAgain);
            mapper.Unmap(again);
            for (int i = freed; i < runs; i++) mapper.Unmap(tokens[i]);
        }
    }

    /// <summary>The plan gives back what the threads' lanes then keep; for a longer run these are emptied before the mapping takes what there is.</summary>
    [Fact]
    public void Where_few_slots_are_left_the_mapping_takes_those_of_its_plan_in_the_same_order()
    {
        var rig = new PoolRig(14);
        BounceMapper mapper = rig.Mapper();
        PoolRig.Map(mapper, PoolRig.High(0, 12));
        PfnView view = PoolRig.High(100, 6).View;
        var segments = new DmaSegment[6];
        MapPlan plan = mapper.Plan(view, DmaDirection.Bidirectional, MapOptions.Prefix, default);
        MapResult result = mapper.Map(view, DmaDirection.Bidirectional, segments, MapOptions.Prefix);
        Assert.Equal((1, 2 * PoolRig.Slot), (plan.SegmentCount, plan.Length));
        Assert.Equal((plan.SegmentCount, plan.Length), (result.SegmentCount, result.Length));
    }

    [Theory]
    [InlineData(10240, 0)]
    [InlineData(8192, 4)]
    public void A_large_mapping_is_served_after_much_use(int slots, int live)
    {
        var rig = new PoolRig(Pool);
        BounceMapper mapper = rig.Mapper(), contiguous = rig.Mapper(DmaConstraints.ContiguousOnly, "contiguous");
        var random = new Random(1);
        var tokens = new List<MappingToken>();
        var segments = new DmaSegment[64];
        PfnBuffer homes = PoolRig.High(0, 64 * 100);
        for (int i = 0; i < 100_000; i++)
        {
            if (tokens.Count == 40 || (tokens.Count > 0 && random.Next(2) == 0))
            {
                int at = random.Next(tokens.Count);
                mapper.Unmap(tokens[at]);
                tokens.RemoveAt(at);
            }
            else
            {
                MapResult result = mapper.Map(homes.View.Slice(random.Next(100) * 64L * 4096, (1 + random.Next(64)) * 4096L), DmaDirection.ToDevice, segments);
                Assert.True(result.IsMapped, result.ToString());
                tokens.Add(result.Token);
            }
        }

        for (; tokens.Count > live; tokens.RemoveAt(0)) mapper.Unmap(tokens[0]);
        MapResult large = contiguous.Map(PoolRig.Low(0, slots, 2).View, DmaDirection.ToDevice, segments);
        Assert.True(large.IsMapped, $"{large}");
        Assert.Equal((1, slots * 4096L), (large.SegmentCount, segments[0].Length));
        contiguous.Unmap(large.Token);
        foreach (MappingToken token in tokens) mapper.Unmap(token);
        Assert.Equal(rig.Pool.Capacity, rig.Pool.FreeBytes);
        Assert.Equal(rig.Pool.Capacity, rig.Pool.LargestFreeRun);
    }

    [Fact]
    public void A_mapping_may_take_all_of_a_pool()
    {
        var rig = new PoolRig(300);
        BounceMapper mapper = rig.Mapper(DmaConstraints.ContiguousOnly);
        for (int i = 0; i < 20; i++)
        {
            MappingToken one = PoolRig.Map(mapper, PoolRig.High(0, 1 + i)), all;
            Assert.Equal(MapStatus.NoBounceSpace, PoolRig.Try(mapper, PoolRig.High(100, 300)).Status);
            mapper.Unmap(one);
            all = PoolRig.Map(mapper, PoolRig.High(100, 300));
            Assert.Equal(0, rig.Pool.FreeBytes);
            mapper.Unmap(all);
        }

        Assert.Equal(rig.Pool.Capacity, rig.Pool.HighWaterBytes);
        Assert.Equal(20, rig.Pool.Shortages);
    }
}
