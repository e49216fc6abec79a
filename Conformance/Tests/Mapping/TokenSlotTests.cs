using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Where mappers keep their mappings: slots that are used again, named by tokens that are good once.</summary>
public class TokenSlotTests
{
    private readonly DmaDevice _device = new("device of slots", new RequesterId(1));

    [Theory]
    [InlineData(MapperKind.Direct)]
    [InlineData(MapperKind.Bounce)]
    [InlineData(MapperKind.BounceEverything)]
    public void A_slot_is_used_again_and_its_token_tells_how_often_and_no_older_one_is_taken(MapperKind kind)
    {
        MapperCase one = Given.Case(kind);
        MapperRig rig = MapperRig.Of(one);
        RigState empty = rig.State();
        List<MappingToken> old = [];
        for (uint i = 0; i < 12; i++)
        {
            MappingToken token = rig.Map(one, out _).Token;
            if (i > 0) Assert.Equal((old[0].Owner, old[0].Slot), (token.Owner, token.Slot));
            Assert.Equal(i, token.Generation);
            RigState mapped = rig.State();
            foreach (MappingToken stale in old) AssertRefused(rig.Mapper, stale);
            Assert.Equal(mapped, rig.State());
            rig.Mapper.Unmap(token);
            Assert.Equal(empty, rig.State());
            old.Add(token);
        }
    }

    [Fact]
    public void The_slot_that_was_left_last_is_used_first_and_live_ones_are_not_used()
    {
        var mapper = new DirectMapper(_device);
        MappingToken[] tokens = [.. Enumerable.Range(0, 5).Select(_ => Map(mapper))];
        Assert.Equal(5, tokens.Select(token => token.Slot).Distinct().Count());
        foreach (int i in new[] { 3, 0, 2 }) mapper.Unmap(tokens[i]);
        foreach (int i in new[] { 2, 0, 3 }) Assert.Equal(new MappingToken(tokens[i].Owner, tokens[i].Slot, 1), Map(mapper));
        Assert.DoesNotContain(Map(mapper).Slot, tokens.Select(token => token.Slot));
        mapper.SyncForCpu(tokens[1], 0, 4096);
        mapper.SyncForCpu(tokens[4], 0, 4096);
        Assert.Equal(6, mapper.LiveMappings);
    }

    [Fact]
    public void The_token_that_a_free_slot_will_have_next_names_nothing_yet()
    {
        var mapper = new DirectMapper(_device);
        MappingToken token = Map(mapper), other = Map(mapper), next = new(token.Owner, token.Slot, token.Generation + 1);
        AssertRefused(mapper, next);
        mapper.Unmap(token);
        AssertRefused(mapper, next);
        Assert.Equal(1, mapper.LiveMappings);
        Assert.Equal(next, Map(mapper));
        mapper.Unmap(next);
        mapper.Unmap(other);
    }

    [Fact]
    public void A_slot_that_nobody_has_used_names_nothing_however_many_are_used()
    {
        var mapper = new DirectMapper(_device);
        for (int i = 0; i < 520; i++)
        {
            MappingToken token = Map(mapper), beyond = new(token.Owner, token.Slot + 1, 0);
            Assert.Equal("token", Assert.Throws<ArgumentException>(() => mapper.Unmap(beyond)).ParamName);
        }

        Assert.Equal(520, mapper.LiveMappings);
    }

    [Fact]
    public void New_slots_are_allocated_many_at_a_time()
    {
        var mapper = new DirectMapper(_device);
        Map(mapper);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++) Map(mapper);

        // A slot is some dozens of bytes; were each of them made with others that nobody uses, it would be a megabyte.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public async Task Of_two_who_map_first_at_once_each_has_a_slot_of_its_own()
    {
        const int Rounds = 1000;
        DirectMapper[] mappers = [.. Enumerable.Range(0, Rounds).Select(_ => new DirectMapper(_device))];
        int arrived = 0;
        MappingToken[] MapAll()
        {
            var tokens = new MappingToken[Rounds];
            for (int i = 0; i < Rounds; i++)
            {
                Interlocked.Increment(ref arrived);
                var spin = default(SpinWait);
                while (Volatile.Read(ref arrived) < 2 * (i + 1)) spin.SpinOnce(-1);
                tokens[i] = Map(mappers[i]);
            }

            return tokens;
        }

        MappingToken[][] both = await Task.WhenAll(Task.Run(MapAll, TestContext.Current.CancellationToken), Task.Run(MapAll, TestContext.Current.CancellationToken));
        for (int i = 0; i < Rounds; i++)
        {
            Assert.NotEqual(both[0][i], both[1][i]);
            Assert.Equal(2, mappers[i].LiveMappings);
            foreach (MappingToken[] tokens in both) mappers[i].Unmap(tokens[i]);
            Assert.Equal(0, mappers[i].LiveMappings);
        }
    }

    [Fact]
    public void A_mapping_that_moved_has_the_token_that_it_had()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything("nic", new Obedient());
        MappingToken token = MoveScene.Map(nic).Token;
        Assert.True(scene.Buffer.Move().HasMoved);
        nic.SyncForCpu(token, 0, MoveScene.Length);
        nic.Unmap(token);
        Assert.Equal("token", Assert.Throws<ArgumentException>(() => nic.Unmap(token)).ParamName);
    }

    [Fact]
    public void What_is_wrong_with_a_token_is_told_apart()
    {
        DirectMapper mapper = new(_device), another = new(_device);
        MappingToken mine = Map(mapper), theirs = Map(another);
        mapper.Unmap(mine);
        Assert.Equal((mine.Slot, mine.Generation), (theirs.Slot, theirs.Generation));
        string[] told = [.. new[] { default, mine, theirs }.Select(token => Assert.Throws<ArgumentException>(() => mapper.Unmap(token)).Message)];
        Assert.Equal(3, told.Distinct().Count());
    }

    private static void AssertRefused(IDmaMapper mapper, MappingToken token)
    {
        Assert.Equal("token", Assert.Throws<ArgumentException>(() => mapper.SyncForCpu(token, 0, 1)).ParamName);
        Assert.Equal("token", Assert.Throws<ArgumentException>(() => mapper.SyncForDevice(token, 0, 1)).ParamName);
        Assert.Equal("token", Assert.Throws<ArgumentException>(() => mapper.Unmap(token)).ParamName);
    }

    private static MappingToken Map(DirectMapper mapper)
    {
        ReadOnlySpan<Pfn> frame = [new Pfn(0x100)];
        Span<DmaSegment> segment = stackalloc DmaSegment[1];
        MapResult result = mapper.Map(new PfnView(frame, PageSize.Size4K), DmaDirection.ToDevice, segment);
        Assert.True(result.IsMapped);
        return result.Token;
    }
}
