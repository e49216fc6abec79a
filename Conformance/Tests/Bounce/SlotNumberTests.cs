using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Slots have numbers, 512 of them together: each names another frame, and those of what went back to the source are given out again.</summary>
public sealed class SlotNumberTests
{
    [Fact]
    public void Each_slot_of_a_large_pool_is_another_frame()
    {
        var rig = new PoolRig(520);
        BounceMapper mapper = rig.Mapper();
        ulong[][] slots = new ulong[520][];
        MappingToken[] tokens = [.. Enumerable.Range(0, slots.Length).Select(i => PoolRig.Map(mapper, PoolRig.High(2 * i, 1), out slots[i]))];
        Assert.Equal(Enumerable.Range(0, slots.Length).Select(i => (RigMemory.Pool >> 12) + (ulong)i), slots.Select(one => Assert.Single(one)).Order());
        Assert.Equal(0, rig.FreeSlots);
        foreach (MappingToken token in tokens) mapper.Unmap(token);
        Assert.Equal(rig.Pool.Capacity, rig.Pool.LargestFreeRun);
    }

    [Fact]
    public void Growing_and_giving_back_costs_no_more_however_often_it_is_done()
    {
        var rig = new PoolRig(4, most: 604, growBy: 600);
        BounceMapper mapper = rig.Mapper();
        MappingToken held = PoolRig.Map(mapper, PoolRig.High(0, 4));
        var segments = new DmaSegment[1];
        PfnBuffer one = PoolRig.High(10, 1);
        Allocated(20);
        long first = Allocated(50);
        Allocated(400);
        Assert.InRange(Allocated(50), 0, first + (first / 10));
        mapper.Unmap(held);

        long Allocated(int times)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < times; i++)
            {
                MapResult result = mapper.Map(one.View, DmaDirection.ToDevice, segments, MapOptions.None);
                if (rig.Pool.Capacity != 604 * PoolRig.Slot) Assert.Fail("it has not grown");
                mapper.Unmap(result.Token);
                rig.Pool.Trim();
                if (rig.Pool.Capacity != 4 * PoolRig.Slot) Assert.Fail("it has not given back what it grew by");
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
