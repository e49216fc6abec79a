namespace DmaMapping;

/// <summary>
/// What a pool of memory tells of itself when somebody observes its gauges: on any thread, at any time between being registered and
/// unregistered, also while it is being disposed. It answers without throwing, and does not call into the gauges under a lock of its own that answering takes.
/// </summary>
internal interface IPoolGauge
{
    /// <summary>Its name, by which its measurements are told from others': unique among the pools that live.</summary>
    string Name { get; }

    /// <summary>Bytes that it has.</summary>
    long Capacity { get; }

    /// <summary>Bytes that are taken.</summary>
    long Used { get; }

    /// <summary>The most bytes that were taken at once.</summary>
    long HighWater { get; }
}
