using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What is released from quarantine is there until it is released indeed.</summary>
public class QuarantineReleaseTests
{
    private readonly MisuseScene _scene = new(throws: false);
    private readonly TamperedMapper _inner;

    public QuarantineReleaseTests() => _inner = TamperedMapper.Of(_scene);

    [Fact]
    public void Nothing_is_no_entry()
        => Assert.Throws<ArgumentNullException>("entry", () => _scene.Checker.Quarantine.Release(null!));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_mapper_fails_to_end_stays_in_quarantine(bool isLinked)
    {
        if (isLinked) _scene.Link(_scene.Reserve(), 0, 1);
        else _scene.Map(_scene.Nic);
        _scene.Nic.Dispose();
        Quarantine quarantine = _scene.Checker.Quarantine;
        QuarantineEntry entry = Assert.Single(quarantine.Entries);
        _inner.Before = static _ => throw new TimeoutException();
        Assert.Throws<TimeoutException>(() => quarantine.Release(entry));
        Assert.Same(entry, Assert.Single(quarantine.Entries));
        Assert.Equal((1, 1), (quarantine.Count, _scene.Checker.LiveMappings));
        _inner.Before = null;
        quarantine.Release(entry);
        Assert.Equal((0, 0), (quarantine.Count, _scene.Checker.LiveMappings));
        Assert.Throws<ArgumentException>("entry", () => quarantine.Release(entry));
    }

    [Fact]
    public void What_was_mapped_without_segments_has_no_address()
    {
        var inner = new GivingMapper(default);
        var mapper = new CheckedMapper(_scene.Checker, inner);
        Assert.True(mapper.Map(MisuseScene.Frames(1).View, DmaDirection.ToDevice, default, MapOptions.None).IsMapped);
        mapper.Dispose();
        QuarantineEntry entry = Assert.Single(_scene.Checker.Quarantine.Entries);
        Assert.Equal(("giver", 4096L, default(DmaAddress)), (entry.Device, entry.Length, entry.Address));
        Assert.Equal($"giver: 4096 bytes ToDevice, mapped by {entry.Created}; Leak", entry.ToString());
        _scene.Checker.Quarantine.Release(entry);
        Assert.Equal(0, inner.Live);
    }
}
