using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a token is refused for that names no live mapping, and that no other generation of its slot is taken for one.</summary>
public sealed class EndedTokenTests : IDisposable
{
    private readonly SparseMemory _memory = RigMemory.Create();
    private readonly DmaSegment[] _segments = new DmaSegment[1];
    private readonly IommuDomain _domain;
    private readonly IommuMapper _mapper, _other;

    public EndedTokenTests()
    {
        _domain = new IommuDomain(_memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), new EmulatedIommu(_memory));
        _mapper = new IommuMapper(new DmaDevice("this one", new RequesterId(1)), _domain);
        _other = new IommuMapper(new DmaDevice("that one", new RequesterId(2)), _domain);
    }

    public void Dispose() => _domain.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(600)]
    public void The_generations_around_a_mapping_that_ended_name_nothing(int pages)
    {
        ulong free = _domain.FreeIovaBytes;
        MappingToken token = Map(_mapper, pages);
        _mapper.Unmap(token);
        for (int more = -1; more <= 2; more++)
        {
            var forged = new MappingToken(token.Owner, token.Slot, token.Generation + (uint)more);
            Assert.Equal("token", Assert.Throws<ArgumentException>(() => _mapper.SyncForCpu(forged, 0, 1)).ParamName);
            Assert.Equal("token", Assert.Throws<ArgumentException>(() => _mapper.Unmap(forged)).ParamName);
        }

        Assert.Equal((0, 0, free), (_domain.LiveMappings, _mapper.LiveMappings, _domain.FreeIovaBytes));
    }

    [Fact]
    public void The_refusal_tells_none_from_somebody_elses_from_stale()
    {
        MappingToken ended = Map(_mapper, 1), theirs = Map(_other, 1);
        _mapper.Unmap(ended);
        AssertTold(default, "default value");
        AssertTold(theirs, "somebody else");
        AssertTold(ended, "stale");
        _other.Unmap(theirs);
    }

    private void AssertTold(MappingToken token, string what)
    {
        string message = Assert.Throws<ArgumentException>(() => _mapper.Unmap(token)).Message;
        foreach (string one in new[] { "default value", "somebody else", "stale" }) Assert.Equal(one == what, message.Contains(one, StringComparison.Ordinal));
        Assert.Contains("this one", message, StringComparison.Ordinal);
    }

    private MappingToken Map(IommuMapper mapper, int pages)
    {
        MapResult result = mapper.Map(new PfnView(Given.Frames(0x10000, pages, 2), PageSize.Size4K), DmaDirection.ToDevice, _segments);
        Assert.True(result.IsMapped, result.ToString());
        return result.Token;
    }
}
