using System;
using System.Diagnostics.Metrics;
using System.Threading;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Recording allocates nothing, whatever it is that is recorded.</summary>
public sealed class MetricsAllocationTests : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly DmaSegment[] _segments = new DmaSegment[4];
    private readonly Pfn[] _frames = Given.Frames(0x2000, 4, 2);
    private readonly EmulatedIommu _iommu;
    private long _heard;

    public MetricsAllocationTests()
    {
        _iommu = new EmulatedIommu(_machine);
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == DmaMetrics.MeterName) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, more, _, _) => Interlocked.Add(ref _heard, more));
        _listener.Start();
    }

    [Theory]
    [InlineData("direct")]
    [InlineData("translated")]
    [InlineData("lazy")]
    [InlineData("bounced")]
    public void Mapping_and_unmapping_allocates_nothing_while_somebody_listens(string kind)
    {
        using BouncePool pool = new(_machine, _machine.Frames, 16 * 4096, Placement.Below(24));
        using IommuDomain domain = new(_machine, _machine.Frames, _iommu, new IommuDomainOptions { Lazy = kind == "lazy" ? new LazyInvalidation { MostPending = 8 } : null });
        var device = new DmaDevice("listened", new RequesterId(1), kind == "bounced" ? new DmaConstraints { Window = DmaWindow.OfBits(24) } : default);
        IDmaMapper mapper = kind switch
        {
            "direct" => new DirectMapper(device),
            "bounced" => new BounceMapper(new DirectMapper(device), pool),
            _ => new IommuMapper(device, domain),
        };
        AssertAllocatesNothing(() =>
        {
            for (int i = 0; i < 20; i++) mapper.Unmap(mapper.Map(new PfnView(_frames, PageSize.Size4K), DmaDirection.ToDevice, _segments, MapOptions.None).Token);
        });
    }

    [Fact]
    public void Links_shortages_and_faults_allocate_nothing_while_somebody_listens()
    {
        IommuDomain domain = new(_machine, _machine.Frames, _iommu, new DmaWindow(new DmaAddress(1ul << 32), new DmaAddress((1ul << 32) + 0xFFFF)));
        var device = new DmaDevice("listened", new RequesterId(1));
        var mapper = new IommuMapper(device, domain);
        BusPort port = _iommu.Connect(device, domain);
        IovaReservation room = mapper.Reserve(16 * 4096).Reservation;
        byte[] one = new byte[1];
        AssertAllocatesNothing(() =>
        {
            mapper.Link(room, 0, new PfnView(_frames, PageSize.Size4K), DmaDirection.ToDevice, MapOptions.None);
            mapper.Map(new PfnView(_frames, PageSize.Size4K), DmaDirection.ToDevice, _segments);
            port.TryWrite(room.Address, one, out _);
            mapper.Unlink(room, 0, 4 * 4096);
        });
        mapper.Release(room);
    }

    public void Dispose() => _listener.Dispose();

    private void AssertAllocatesNothing(Action code)
    {
        long before = Interlocked.Read(ref _heard);
        Assert.Equal(0, Allocations.Of(code));
        Assert.True(Interlocked.Read(ref _heard) > before);
    }
}
