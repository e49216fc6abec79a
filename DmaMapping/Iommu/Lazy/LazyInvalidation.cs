using System;

namespace DmaMapping;

/// <summary>
/// That the IOTLB may go on knowing small mappings for a while after they end, so that many are invalidated at once. Until then
/// a device can reach what was unmapped, at most for <see cref="Window"/>; IOVAs and tables are not used again before. For
/// trusted devices only. A mapping with tables of its own (2 MiB and more) is invalidated strictly even so: beside unmapping it
/// that costs little. Immutable.
/// Source: Linux's flush queues (drivers/iommu/dma-iommu.c), whose numbers these are.
/// </summary>
public sealed class LazyInvalidation
{
    private readonly int _mostPending = 256;
    private readonly TimeSpan _window = TimeSpan.FromMilliseconds(10);
    private readonly TimeProvider _clock = TimeProvider.System;

    /// <summary>Mappings that may wait in one core's batch, at least 1; 256 unless set. The one that fills it invalidates all that wait in the domain.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MostPending
    {
        get => _mostPending;
        init
        {
            if (value < 1) Throw.OutOfRange(nameof(MostPending), value, "a batch holds at least 1 mapping");
            _mostPending = value;
        }
    }

    /// <summary>How long after its unmapping a mapping is invalidated at the latest, more than 0 and at most a minute; 10 ms unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that.</exception>
    public TimeSpan Window
    {
        get => _window;
        init
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromMinutes(1)) Throw.OutOfRange(nameof(Window), value, "it must be more than 0 and at most a minute");
            _window = value;
        }
    }

    /// <summary>The clock of the window; the system's unless set.</summary>
    /// <exception cref="ArgumentNullException">No clock.</exception>
    public TimeProvider Clock
    {
        get => _clock;
        init => _clock = Throw.IfNull(value, nameof(value));
    }
}
