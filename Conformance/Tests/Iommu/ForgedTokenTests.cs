using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Tokens that a mapper did not issue, or issued for something else, are told from its own, and do nothing.</summary>
public sealed class ForgedTokenTests : IDisposable
{
    private static readonly int[] Numbers = [0, 1, -1, 2, 63, 64, 65, 4096, 1 << 20, 65535, 65536, int.MaxValue, int.MaxValue - 63, int.MinValue, int.MinValue + 1, -64, -65];

    private readonly SparseMemory _memory = RigMemory.Create();
    private readonly DmaSegment[] _segments = new DmaSegment[1];
    private readonly FrameAllocator _tables = new(new PhysicalAddress(RigMemory.Tables), 1 << 20);
    private readonly IommuDomain _domain;
    private readonly IommuMapper _mapper, _other;

    public ForgedTokenTests()
    {
        _domain = new IommuDomain(_memory, _tables, new EmulatedIommu(_memory));
        _mapper = new IommuMapper(new DmaDevice("device", new RequesterId(1)), _domain);
        _other = new IommuMapper(new DmaDevice("other", new RequesterId(2)), _domain);
    }

    public void Dispose() => _domain.Dispose();

    [Fact]
    public void No_number_in_a_token_does_anything_but_throw_an_argument_exception()
    {
        MappingToken mine = Map(_mapper, 3), theirs = Map(_other, 600), ended = Map(_mapper, 2);
        _mapper.Unmap(ended);
        string before = State();
        var random = new Random(1);
        int[] owners = [.. Numbers, mine.Owner, theirs.Owner], slots = [.. Numbers, mine.Slot, theirs.Slot, ended.Slot];
        uint[] generations = [.. Numbers.Select(n => (uint)n), mine.Generation, theirs.Generation, ended.Generation];
        List<MappingToken> forged = [.. from owner in owners from slot in slots from generation in generations select new MappingToken(owner, slot, generation)];
        for (int i = 0; i < 3000; i++) forged.Add(new MappingToken(mine.Owner, random.Next(-1 << 20, 1 << 20), (uint)random.Next(64)));
        foreach (MappingToken token in forged.Where(token => token != mine)) AssertRefused(_mapper, token);
        foreach (MappingToken token in forged.Where(token => token != theirs)) AssertRefused(_other, token);
        Assert.Equal(before, State());
        _mapper.Unmap(mine);
        _other.Unmap(theirs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(600)]
    public void A_token_is_stale_however_often_its_slot_is_used_again(int pages)
    {
        var old = new List<MappingToken>();
        for (int i = 0; i < 50; i++)
        {
            MappingToken token = Map(_mapper, pages);
            Assert.DoesNotContain(token, old);
            string before = State();
            foreach (MappingToken stale in old) AssertRefused(_mapper, stale);
            Assert.Equal(before, State());
            _mapper.Unmap(token);
            old.Add(token);
        }
    }

    [Fact]
    public void A_token_of_another_domain_is_refused()
    {
        using var domain = new IommuDomain(_memory, _tables, new EmulatedIommu(_memory));
        var mapper = new IommuMapper(new DmaDevice("device", new RequesterId(1)), domain);
        MappingToken here = Map(_mapper, 1), there = Map(mapper, 1);
        AssertRefused(_mapper, there);
        AssertRefused(mapper, here);
        _mapper.Unmap(here);
        mapper.Unmap(there);
        Assert.Equal((0, 0), (_domain.LiveMappings, domain.LiveMappings));
    }

    private static void AssertRefused(IommuMapper mapper, MappingToken token)
    {
        Assert.Equal("token", Assert.Throws<ArgumentException>(() => mapper.Unmap(token)).ParamName);
        if ((token.Slot & 7) != 0) return; // Exceptions are slow.
        Assert.Throws<ArgumentException>(() => mapper.SyncForCpu(token, 0, 1));
        Assert.Throws<ArgumentException>(() => mapper.SyncForDevice(token, 0, 1));
    }

    private MappingToken Map(IommuMapper mapper, int pages)
    {
        MapResult result = mapper.Map(new PfnView(Given.Frames(0x10000, pages, 2), PageSize.Size4K), DmaDirection.ToDevice, _segments);
        Assert.True(result.IsMapped);
        return result.Token;
    }

    private string State()
    {
        _domain.Trim();
        return $"{_domain.FreeIovaBytes} {_domain.LiveMappings} {_mapper.LiveMappings} {_other.LiveMappings} {_domain.TableBytes} {string.Join(";", KnownFormat.Default.Walker.List(_memory, _domain.RootTable))}";
    }
}
