using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Pools are seen by who observes, while they live. The gauges are compiled in from their source, with a meter of the test's own.</summary>
public sealed class PoolMetricsTests : IDisposable
{
    private readonly Meter _meter = new("pool gauges under test");
    private readonly MeterListener _listener = new();
    private readonly List<string> _seen = [];
    private readonly PoolGauges _gauges;

    public PoolMetricsTests()
    {
        _gauges = new PoolGauges(_meter);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _seen.Add($"{instrument.Name} {tags[0].Key}={tags[0].Value}: {value} {instrument.Unit}"));
        _listener.Start();
    }

    [Fact]
    public void A_registered_pool_is_seen_as_it_is_when_it_is_observed()
    {
        var pool = new Pool("low") { Capacity = 65536, Used = 4096, HighWater = 8192 };
        Assert.Empty(Observed());
        _gauges.Register(pool);
        Assert.Equal(
            ["dma.bounce_pool.high_water dma.pool=low: 8192 By", "dma.bounce_pool.size dma.pool=low: 65536 By", "dma.bounce_pool.used dma.pool=low: 4096 By"],
            Observed());
        pool.Used = 0;
        Assert.Contains("dma.bounce_pool.used dma.pool=low: 0 By", Observed());
        _gauges.Unregister(pool);
        _gauges.Unregister(pool);
        Assert.Empty(Observed());
    }

    [Fact]
    public void Each_pool_is_seen_under_its_name()
    {
        Pool low = new("low") { Used = 1 }, high = new("high") { Used = 2 };
        _gauges.Register(low);
        _gauges.Register(high);
        Assert.Equal(["dma.bounce_pool.used dma.pool=high: 2 By", "dma.bounce_pool.used dma.pool=low: 1 By"], Observed().FindAll(one => one.Contains("used", StringComparison.Ordinal)));
        _gauges.Unregister(low);
        Assert.Equal(["dma.bounce_pool.high_water dma.pool=high: 0 By", "dma.bounce_pool.size dma.pool=high: 0 By", "dma.bounce_pool.used dma.pool=high: 2 By"], Observed());
        GC.KeepAlive(high);
    }

    [Fact]
    public void A_pool_that_was_dropped_is_not_kept()
    {
        WeakReference dropped = Drop();
        for (int i = 0; i < 10 && dropped.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(dropped.IsAlive);
        Assert.Empty(Observed());
    }

    [Fact]
    public void A_pool_that_asks_its_own_lock_can_be_made_and_ended_meanwhile()
    {
        var late = new Pool("late");
        var pool = new Pool("asks");
        pool.WhenAsked = () =>
        {
            _gauges.Unregister(pool);
            _gauges.Register(late);
        };
        _gauges.Register(pool);
        Observed();
        pool.WhenAsked = null;
        List<string> left = Observed();
        Assert.NotEmpty(left);
        Assert.All(left, one => Assert.Contains("=late:", one, StringComparison.Ordinal));
        GC.KeepAlive(late);
    }

    [Fact]
    public void A_bounce_pool_is_seen_as_it_is_until_it_is_disposed()
    {
        const string Name = "pool on the library's own meter";
        EmulatedMachine machine = EmulatedMachine.WithRam(16 << 20);
        var seen = new Dictionary<string, long>();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter.Name == DmaMetrics.MeterName) to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags.Length > 0 && tags[0] is { Key: DmaMetrics.PoolTag, Value: Name }) seen[instrument.Name] = value;
        });
        listener.Start();
        BouncePool pool = new(machine, machine.Frames, new BouncePoolOptions { Name = Name, Length = 16 * 4096 });
        var mapper = new BounceMapper(new DirectMapper(new DmaDevice("beside the pool", new RequesterId(1))), pool, BounceMode.Everything);
        MappingToken token = mapper.Map(new PfnView(Given.Frames(0x100, 3), PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[4], MapOptions.None).Token;
        listener.RecordObservableInstruments();
        Assert.Equal((16 * 4096, 3 * 4096, 3 * 4096), (seen[DmaMetrics.BouncePoolSize], seen[DmaMetrics.BouncePoolUsed], seen[DmaMetrics.BouncePoolHighWater]));
        mapper.Unmap(token);
        listener.RecordObservableInstruments();
        Assert.Equal((16 * 4096, 0, 3 * 4096), (seen[DmaMetrics.BouncePoolSize], seen[DmaMetrics.BouncePoolUsed], seen[DmaMetrics.BouncePoolHighWater]));
        pool.Dispose();
        seen.Clear();
        listener.RecordObservableInstruments();
        Assert.Empty(seen);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Drop()
    {
        var pool = new Pool("dropped");
        _gauges.Register(pool);
        return new WeakReference(pool);
    }

    private List<string> Observed()
    {
        _seen.Clear();
        _listener.RecordObservableInstruments();
        _seen.Sort(StringComparer.Ordinal);
        return [.. _seen];
    }

    private sealed class Pool(string name) : IPoolGauge
    {
        private long _used;

        internal Action? WhenAsked { get; set; }

        public string Name => name;

        public long Capacity { get; init; }

        public long HighWater { get; init; }

        public long Used
        {
            get
            {
                WhenAsked?.Invoke();
                return _used;
            }
            set => _used = value;
        }
    }
}
