using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a checked mapper looks at in each call, and what is so when the mapper inside fails in it.</summary>
public class CheckedCallTests
{
    private readonly MisuseScene _scene = new();
    private readonly MisuseScene _telling = new(throws: false);
    private readonly TamperedMapper _inner;
    private readonly TamperedMapper _innerOfTelling;

    public CheckedCallTests() => (_inner, _innerOfTelling) = (TamperedMapper.Of(_scene), TamperedMapper.Of(_telling));

    [Fact]
    public void A_plan_in_no_direction_is_told_before_the_mapper_is_asked()
    {
        Assert.Equal(MisuseKind.NoDirection, _scene.Caught(() => _scene.Nic.Plan(MisuseScene.Frames(1).View, DmaDirection.None, MapOptions.None, default))?.Kind);
        Assert.Empty(_inner.Asked);
        Assert.True(_scene.Nic.Plan(MisuseScene.Frames(1).View, DmaDirection.ToDevice, MapOptions.None, default).Succeeds);
        Assert.Equal(["Plan"], _inner.Asked);
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(-1, 1)]
    [InlineData(-1, 0)]
    [InlineData(4097, 0)]
    [InlineData(4096, 1)]
    [InlineData(0, 4097)]
    public void A_sync_that_leaves_its_mapping_is_told(long offset, long length)
    {
        MappingToken token = _scene.Map(_scene.Nic);
        MisuseReport? report = _scene.Caught(() => _scene.Nic.SyncForCpu(token, offset, length));
        Assert.Equal((MisuseKind.SyncOutOfRange, $"SyncForCpu of {length} bytes at {offset}"), (report!.Kind, report.Wanted));
        Assert.Equal($"SyncForDevice of {length} bytes at {offset}", _scene.Caught(() => _scene.Nic.SyncForDevice(token, offset, length))!.Wanted);
    }

    [Theory]
    [InlineData(4096, 0)]
    [InlineData(4095, 1)]
    [InlineData(0, 4096)]
    [InlineData(0, 0)]
    public void A_sync_may_end_with_its_mapping(long offset, long length)
    {
        MappingToken token = _scene.Map(_scene.Nic);
        _scene.Nic.SyncForCpu(token, offset, length);
        _scene.Nic.SyncForDevice(token, offset, length);
        _scene.Nic.Unmap(token);
    }

    [Fact]
    public void A_mapping_is_tied_to_somebody()
    {
        MappingToken token = _scene.Map(_scene.Nic);
        Assert.Throws<ArgumentNullException>("owner", () => _scene.Nic.TieTo(token, null!));
        Assert.Throws<ArgumentNullException>("owner", () => _scene.Nic.TieTo(default, null!));
    }

    [Fact]
    public void What_a_mapper_fails_to_unmap_is_mapped_still()
    {
        MappingToken token = _scene.Map(_scene.Nic);
        DmaAddress address = _scene.Segments[0].Address;
        _inner.Before = static _ => throw new TimeoutException();
        Assert.Throws<TimeoutException>(() => _scene.Nic.Unmap(token));
        Assert.Equal(1, _scene.Checker.LiveMappings);
        Assert.Equal(MisuseKind.FreedWhileMapped, _scene.Caught(() => _scene.Checker.CheckFree(MisuseScene.Frames(1).View))?.Kind);
        Assert.True(_scene.NicPort.TryWrite(address, new byte[8], out _));
        _inner.Before = null;
        _scene.Nic.Unmap(token);
        Assert.Equal(0, _scene.Checker.LiveMappings);
        _scene.Checker.CheckFree(MisuseScene.Frames(1).View);
    }

    [Fact]
    public void What_a_mapper_says_is_not_mapped_is_not()
    {
        MappingToken token = _telling.Map(_telling.Nic);
        _innerOfTelling.Unmap(token);
        Assert.Throws<ArgumentException>("token", () => _telling.Nic.Unmap(token));
        Assert.Equal(0, _telling.Checker.LiveMappings);
        Assert.Empty(_telling.Told);
    }

    [Fact]
    public void What_a_mapper_throws_at_a_token_that_nobody_knows_is_thrown()
    {
        _innerOfTelling.Before = static _ => throw new TimeoutException();
        Assert.Throws<TimeoutException>(() => _telling.Nic.Unmap(new MappingToken(7, 3, 1)));
        Assert.Equal(MisuseKind.NeverMapped, Assert.Single(_telling.Told).Kind);
    }

    [Fact]
    public void What_was_mapped_past_the_checker_can_be_used_through_it()
    {
        MappingToken token = _innerOfTelling.Map(MisuseScene.Frames(1).View, DmaDirection.FromDevice, _telling.Segments, MapOptions.None).Token;
        _telling.Nic.SyncForCpu(token, 0, 4096);
        _telling.Nic.SyncForDevice(token, 0, 4096);
        _telling.Nic.Unmap(token);
        Assert.Equal(Enumerable.Repeat(MisuseKind.NeverMapped, 3), _telling.Told.Select(one => one.Kind));
        Assert.Equal((0, 0), (_telling.Checker.LiveMappings, _telling.Domain.LiveMappings));
    }
}
