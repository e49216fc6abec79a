using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;

namespace DmaMapping;

/// <summary>
/// The gauges of the pools that live. They are read when somebody observes, and cost nothing otherwise. Pools are held weakly: one that
/// is dropped without being disposed is not kept, and not reported any more once it is collected. Thread-safe.
/// </summary>
internal sealed class PoolGauges
{
    private readonly object _lock = new();
    private readonly List<WeakReference<IPoolGauge>> _pools = [];

    /// <summary>Makes the gauges.</summary>
    /// <param name="meter">Whose they are.</param>
    internal PoolGauges(Meter meter)
    {
        meter.CreateObservableUpDownCounter(DmaMetrics.BouncePoolSize, () => Observe(static pool => pool.Capacity), "By", "Bytes of the bounce pool");
        meter.CreateObservableUpDownCounter(DmaMetrics.BouncePoolUsed, () => Observe(static pool => pool.Used), "By", "Bytes of the bounce pool that are taken");
        meter.CreateObservableGauge(DmaMetrics.BouncePoolHighWater, () => Observe(static pool => pool.HighWater), "By", "The most bytes of the bounce pool that were taken at once");
    }

    /// <summary>A pool is reported from now on: the last thing that making it does.</summary>
    internal void Register(IPoolGauge pool)
    {
        lock (_lock)
        {
            _pools.RemoveAll(static known => !known.TryGetTarget(out _));
            _pools.Add(new WeakReference<IPoolGauge>(pool));
        }
    }

    /// <summary>A pool is reported no more: the first thing that disposing it does once nothing can refuse that. One that is not registered is no matter.</summary>
    internal void Unregister(IPoolGauge pool)
    {
        lock (_lock) _pools.RemoveAll(known => !known.TryGetTarget(out IPoolGauge? live) || ReferenceEquals(live, pool));
    }

    /// <summary>One measurement for each pool; asked with nothing held, for a pool takes its own lock to answer.</summary>
    private List<Measurement<long>> Observe(Func<IPoolGauge, long> what)
    {
        WeakReference<IPoolGauge>[] pools;
        lock (_lock) pools = [.. _pools];
        var measured = new List<Measurement<long>>(pools.Length);
        foreach (WeakReference<IPoolGauge> known in pools)
        {
            if (known.TryGetTarget(out IPoolGauge? pool)) measured.Add(new Measurement<long>(what(pool), new KeyValuePair<string, object?>(DmaMetrics.PoolTag, pool.Name)));
        }

        return measured;
    }
}
