using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A device that is not trusted reaches no byte after a prefix, wherever its segment rules end that.</summary>
public sealed class PrefixReachTests : IDisposable
{
    private const ulong Home = 0x100;

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly DmaDevice _device = new("guest", new RequesterId(1), new DmaConstraints { MaxSegmentSize = 5000, MaxSegmentCount = 2 }) { IsTrusted = false };
    private readonly DmaSegment[] _segments = new DmaSegment[4];
    private readonly EmulatedIommu _iommu;
    private readonly IommuDomain _domain;
    private readonly IommuMapper _translated;
    private readonly BusPort _port;

    public PrefixReachTests()
    {
        _iommu = new EmulatedIommu(_machine);
        _domain = new IommuDomain(_machine, _machine.Frames, _iommu);
        _translated = new IommuMapper(_device, _domain);
        _port = _iommu.Connect(_device, _domain);
        _machine.Fill(new Pfn(Home).ToAddress(PageSize.Size4K), 4 * 4096, 0xAA);
    }

    public void Dispose() => _domain.Dispose();

    [Theory]
    [InlineData(BounceMode.WhatMust, 0, 2)]
    [InlineData(BounceMode.PartialFrames, 0, 2)]
    [InlineData(BounceMode.PartialFrames, 100, 2)]
    [InlineData(BounceMode.PartialFrames, 100, 1)]
    [InlineData(BounceMode.Everything, 0, 1)]
    [InlineData(BounceMode.Everything, 100, 2)]
    public void Nothing_after_a_prefix_is_seen(BounceMode mode, int offset, int room)
    {
        using var pool = new BouncePool(_machine, _machine.Frames, 16 * 4096);
        var mapper = new BounceMapper(_translated, pool, mode);
        var view = new PfnView(Given.Frames(Home, 4), PageSize.Size4K, offset, (4 * 4096) - offset);
        MapPlan plan = mapper.Plan(view, DmaDirection.Bidirectional, MapOptions.Prefix, default);
        MapResult result = mapper.Map(view, DmaDirection.Bidirectional, _segments.AsSpan(0, room), MapOptions.Prefix);
        Assert.True(result.IsMapped);
        Assert.True(plan.Succeeds);
        if (room == 2) Assert.Equal((plan.Length, plan.BouncedBytes), (result.Length, result.BouncedBytes));

        byte[] after = new byte[1];
        DmaAddress past = _segments[0].Address + result.Length;
        Assert.Equal(0, _port.TryRead(past, after, out _) ? after[0] : 0);
        mapper.Unmap(result.Token);
        Assert.Equal((0, 16 * 4096L), (_domain.LiveMappings, pool.FreeBytes));
    }

    [Fact]
    public void A_prefix_without_copies_ends_with_a_granule()
    {
        var view = new PfnView(Given.Frames(Home, 4), PageSize.Size4K);
        MapResult result = _translated.Map(view, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 8192L, 2), (result.Status, result.Length, result.SegmentCount));
        _translated.Unmap(result.Token);
        result = _translated.Map(view, DmaDirection.ToDevice, _segments.AsSpan(0, 1), MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 4096L, 1), (result.Status, result.Length, result.SegmentCount));
        _translated.Unmap(result.Token);
    }

    [Fact]
    public void Where_no_granule_fits_a_prefix_is_refused_or_bounced()
    {
        var device = new DmaDevice("small", new RequesterId(2), new DmaConstraints { MaxSegmentSize = 1000, MaxSegmentCount = 1 }) { IsTrusted = false };
        var small = new IommuMapper(device, _domain);
        using var pool = new BouncePool(_machine, _machine.Frames, 16 * 4096);
        var view = new PfnView(Given.Frames(Home, 2), PageSize.Size4K);
        MapResult refused = small.Map(view, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Unaligned, 0, 0), (refused.Status, refused.FailedFrame, _domain.LiveMappings));

        var slow = new IommuMapper(new DmaDevice("slow", new RequesterId(3), new DmaConstraints { MaxSegmentSize = 1000 }) { IsTrusted = false }, _domain);
        MapResult tooShort = slow.Map(view, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.SpanTooShort, 5, 0), (tooShort.Status, tooShort.SegmentsNeeded, _domain.LiveMappings));

        var bounce = new BounceMapper(small, pool, BounceMode.PartialFrames);
        MapResult copied = bounce.Map(view, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 1000L, 1000L), (copied.Status, copied.Length, copied.BouncedBytes));
        bounce.Unmap(copied.Token);
    }
}
