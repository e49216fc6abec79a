using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// What a thread keeps of the runs that it frees: a quarter of the pool at most. It shows in the high water of the pool, which counts what is
/// kept where a run of another length is taken beside it.
/// </summary>
public sealed class WarmRunTests
{
    private const long Slot = PoolRig.Slot;

    [Theory]
    [InlineData(64, 1)]
    [InlineData(64, 16)]
    [InlineData(256, 64)]
    [InlineData(1024, 65)]
    [InlineData(1024, 256)]
    public void A_run_that_was_freed_is_kept_and_taken_again(int pool, int slots)
    {
        var rig = new PoolRig(pool);
        BounceMapper mapper = rig.Mapper();
        mapper.Unmap(PoolRig.Map(mapper, PoolRig.High(0, slots), out ulong[] first));
        Assert.Equal(pool, rig.FreeSlots);
        MappingToken token = PoolRig.Map(mapper, PoolRig.High(0, slots), out ulong[] again);
        Assert.Equal(first, again);
        Assert.Equal((pool - slots, slots * Slot), (rig.FreeSlots, rig.Pool.HighWaterBytes));
        mapper.Unmap(token);
        Assert.Equal((slots + 17) * Slot, OutWith(rig, mapper, 17));
        EndWithNothingLost(rig);
    }

    [Fact]
    public void Where_more_is_freed_than_is_kept_the_last_is_kept_and_the_others_go_back()
    {
        // Of 64 slots 16 are kept.
        var rig = new PoolRig(64);
        BounceMapper mapper = rig.Mapper();
        ulong[][] slots = new ulong[20][];
        MappingToken[] tokens = [.. Enumerable.Range(0, 20).Select(i => PoolRig.Map(mapper, PoolRig.High(2 * i, 1), out slots[i]))];
        for (int i = 0; i < 17; i++) mapper.Unmap(tokens[i]);
        Assert.Equal((3 + 1 + 30) * Slot, OutWith(rig, mapper, 30));
        tokens[0] = PoolRig.Map(mapper, PoolRig.High(0, 1), out ulong[] again);
        Assert.Equal(slots[16], again);
        mapper.Unmap(tokens[0]);
        for (int i = 17; i < 20; i++) mapper.Unmap(tokens[i]);
        EndWithNothingLost(rig);
    }

    [Fact]
    public void A_run_as_long_as_all_that_is_kept_takes_the_place_of_what_was()
    {
        var rig = new PoolRig(64);
        BounceMapper mapper = rig.Mapper();
        MappingToken one = PoolRig.Map(mapper, PoolRig.High(0, 1)), run = PoolRig.Map(mapper, PoolRig.High(10, 16));
        mapper.Unmap(one);
        mapper.Unmap(run);
        Assert.Equal((16 + 17) * Slot, OutWith(rig, mapper, 17));
        EndWithNothingLost(rig);
    }

    [Theory]
    [InlineData(64, 4)]
    [InlineData(1024, 65)]
    public void Taking_and_freeing_one_run_over_and_over_drives_no_other_out(int pool, int slots)
    {
        var rig = new PoolRig(pool);
        BounceMapper mapper = rig.Mapper();
        MappingToken other = PoolRig.Map(mapper, PoolRig.High(500, 1)), run = PoolRig.Map(mapper, PoolRig.High(0, slots));
        mapper.Unmap(other);
        mapper.Unmap(run);
        for (int i = 0; i < 3; i++) mapper.Unmap(PoolRig.Map(mapper, PoolRig.High(0, slots)));
        Assert.Equal((slots + 1 + 2) * Slot, OutWith(rig, mapper, 2));
        EndWithNothingLost(rig);
    }

    [Fact]
    public void Of_long_runs_four_are_kept_and_a_fifth_drives_them_out()
    {
        // Of 1400 slots 350 are kept: five runs of 65 were not too many slots.
        var rig = new PoolRig(1400);
        BounceMapper mapper = rig.Mapper();
        MappingToken[] tokens = [.. Enumerable.Range(0, 5).Select(i => PoolRig.Map(mapper, PoolRig.High(100 * i, 65)))];
        for (int i = 0; i < 4; i++) mapper.Unmap(tokens[i]);
        Assert.Equal(((5 * 65) + 360) * Slot, OutWith(rig, mapper, 360));
        mapper.Unmap(tokens[4]);
        Assert.Equal(1400, rig.FreeSlots);
        Assert.Equal((65 + 640) * Slot, OutWith(rig, mapper, 640));
        EndWithNothingLost(rig);
    }

    [Fact]
    public void A_long_run_is_taken_by_its_length_and_the_others_stay()
    {
        var rig = new PoolRig(1024);
        BounceMapper mapper = rig.Mapper();
        ulong[][] slots = new ulong[3][];
        MappingToken[] tokens = [.. Enumerable.Range(0, 3).Select(i => PoolRig.Map(mapper, PoolRig.High(100 * i, 65 + i), out slots[i]))];
        foreach (MappingToken token in tokens) mapper.Unmap(token);
        int taken = 0;
        foreach (int i in new[] { 1, 2, 0 })
        {
            tokens[i] = PoolRig.Map(mapper, PoolRig.High(100 * i, 65 + i), out ulong[] again);
            Assert.Equal(slots[i], again);
            taken += 65 + i;
            Assert.Equal((1024L - taken, (65 + 66 + 67) * Slot), (rig.FreeSlots, rig.Pool.HighWaterBytes));
        }

        foreach (MappingToken token in tokens) mapper.Unmap(token);
        EndWithNothingLost(rig);
    }

    [Fact]
    public void A_long_run_that_is_not_placed_as_wanted_is_left_for_one_that_is()
    {
        // What is free after the first 193 of 260 slots has no block of 128, so that the run begins where they end.
        var rig = new PoolRig(260);
        BounceMapper mapper = rig.Mapper(), aligned = rig.Mapper(new DmaConstraints { Alignment = 8192 }, "aligned");
        MappingToken most = PoolRig.Map(mapper, PoolRig.High(0, 193)), odd = PoolRig.Map(mapper, PoolRig.High(300, 65), out ulong[] oddSlots);
        mapper.Unmap(most);
        mapper.Unmap(odd);
        MappingToken even = PoolRig.Map(aligned, PoolRig.High(300, 65), out ulong[] evenSlots);
        Assert.Equal((1ul, 0ul), (oddSlots[0] & 1, evenSlots[0] & 1));
        MappingToken again = PoolRig.Map(mapper, PoolRig.High(400, 65), out ulong[] slotsAgain);
        Assert.Equal(oddSlots, slotsAgain);
        aligned.Unmap(even);
        mapper.Unmap(again);
        EndWithNothingLost(rig);
    }

    [Fact]
    public void As_much_is_kept_as_before_once_all_was_given_back()
    {
        var rig = new PoolRig(1024);
        BounceMapper mapper = rig.Mapper();
        MappingToken run = PoolRig.Map(mapper, PoolRig.High(0, 65)), one = PoolRig.Map(mapper, PoolRig.High(100, 1));
        mapper.Unmap(run);
        mapper.Unmap(one);
        Assert.Equal(1024 * Slot, rig.Pool.LargestFreeRun);
        MappingToken[] tokens = [.. Enumerable.Range(0, 4).Select(i => PoolRig.Map(mapper, PoolRig.High(100 * i, 64)))];
        foreach (MappingToken token in tokens) mapper.Unmap(token);
        Assert.Equal((256 + 70) * Slot, OutWith(rig, mapper, 70));
        EndWithNothingLost(rig);
    }

    [Fact]
    public void Trimming_a_pool_that_has_not_grown_takes_nothing_from_threads()
    {
        var rig = new PoolRig(64);
        BounceMapper mapper = rig.Mapper();
        mapper.Unmap(PoolRig.Map(mapper, PoolRig.High(0, 1)));
        rig.Pool.Trim();
        Assert.Equal((1 + 2) * Slot, OutWith(rig, mapper, 2));
    }

    /// <summary>What is out at most while a run is mapped, of a length that nothing kept has.</summary>
    private static long OutWith(PoolRig rig, BounceMapper mapper, int slots)
    {
        mapper.Unmap(PoolRig.Map(mapper, PoolRig.High(5000, slots)));
        return rig.Pool.HighWaterBytes;
    }

    private static void EndWithNothingLost(PoolRig rig)
    {
        Assert.Equal((rig.Pool.Capacity, rig.Pool.Capacity), (rig.Pool.FreeBytes, rig.Pool.LargestFreeRun));
        rig.Pool.Dispose();
        Assert.Equal(rig.Source.TotalFrames, rig.Source.FreeFrames);
    }
}
