using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a pool has grown by goes back to its source.</summary>
public class PoolShrinkTests
{
    private const long Slot = PoolRig.Slot;

    [Fact]
    public void It_goes_back_when_half_of_what_there_was_before_is_used()
    {
        var rig = new PoolRig(32, most: 64);
        BounceMapper mapper = rig.Mapper();
        MappingToken[] tokens = [.. Enumerable.Range(0, 64).Select(i => PoolRig.Map(mapper, PoolRig.High(2 * i, 1)))];
        Assert.Equal((64 * Slot, 0L), (rig.Pool.Capacity, rig.Source.FreeFrames));
        for (int i = 63; i > 16; i--) mapper.Unmap(tokens[i]);
        Assert.Equal((64 * Slot, 0L), (rig.Pool.Capacity, rig.Source.FreeFrames));
        mapper.Unmap(tokens[16]);
        Assert.Equal((32 * Slot, 16 * Slot, 32L), (rig.Pool.Capacity, rig.Pool.FreeBytes, rig.Source.FreeFrames));
        for (int i = 0; i < 16; i++) mapper.Unmap(tokens[i]);
        Assert.Equal((32 * Slot, 32 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        Assert.Equal(64 * Slot, rig.Pool.HighWaterBytes);
    }

    [Fact]
    public void What_is_in_use_stays_until_it_is_not()
    {
        var rig = new PoolRig(8, most: 64);
        BounceMapper mapper = rig.Mapper();
        MappingToken[] tokens = [.. Enumerable.Range(0, 64).Select(i => PoolRig.Map(mapper, PoolRig.High(2 * i, 1)))];
        for (int i = 0; i < 64; i++) if (i != 40) mapper.Unmap(tokens[i]);
        Assert.Equal(16 * Slot, rig.Pool.Capacity);
        mapper.Unmap(tokens[40]);
        Assert.Equal((8 * Slot, 56L), (rig.Pool.Capacity, rig.Source.FreeFrames));
        tokens = [.. Enumerable.Range(0, 64).Select(i => PoolRig.Map(mapper, PoolRig.High(2 * i, 1)))];
        foreach (MappingToken token in tokens) mapper.Unmap(token);
        Assert.Equal((8 * Slot, 8 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
    }

    [Fact]
    public void Trimming_gives_back_what_nobody_uses_whatever_is_used()
    {
        var rig = new PoolRig(8, most: 32);
        BounceMapper mapper = rig.Mapper();
        MappingToken[] tokens = [.. Enumerable.Range(0, 4).Select(i => PoolRig.Map(mapper, PoolRig.High(10 * i, 8)))];
        rig.Pool.Trim();
        Assert.Equal(32 * Slot, rig.Pool.Capacity);
        mapper.Unmap(tokens[2]);
        Assert.Equal(32 * Slot, rig.Pool.Capacity);
        rig.Pool.Trim();
        Assert.Equal((24 * Slot, 0L, 8L), (rig.Pool.Capacity, rig.Pool.FreeBytes, rig.Source.FreeFrames));
        mapper.Unmap(tokens[0]);
        rig.Pool.Trim();
        Assert.Equal((24 * Slot, 8 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        mapper.Unmap(tokens[1]);
        mapper.Unmap(tokens[3]);
        Assert.Equal((8 * Slot, 24L), (rig.Pool.Capacity, rig.Source.FreeFrames));
        rig.Pool.Trim();
        Assert.Equal(8 * Slot, rig.Pool.Capacity);
    }

    [Fact]
    public void Bytes_are_right_in_a_pool_that_grows_and_shrinks()
    {
        var rig = new PoolRig(8, most: 400);
        BounceMapper mapper = rig.Mapper();
        for (int round = 0; round < 30; round++)
        {
            var views = Enumerable.Range(0, 20).Select(i => Given.View(Given.High(i * 20, 1 + ((i * 7 + round) % 19)))).ToArray();
            foreach (MappedView view in views) HomeBytes.Scribble(rig.Memory, view, round);
            MappingToken[] tokens = [.. views.Select(view => mapper.Map(view.View, DmaDirection.FromDevice, new DmaSegment[32]).Token)];
            byte[][] homes = [.. views.Select(view => HomeBytes.Read(rig.Memory, view))];
            for (int i = 0; i < views.Length; i++)
            {
                HomeBytes.Write(rig.Memory, views[i], 0, new byte[views[i].Length]);
                mapper.Unmap(tokens[i]);
                Assert.Equal(homes[i], HomeBytes.Read(rig.Memory, views[i]));
            }

            Assert.Equal((8 * Slot, 8 * Slot), (rig.Pool.Capacity, rig.Pool.FreeBytes));
        }
    }
}
