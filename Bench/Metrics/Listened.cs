using System.Diagnostics.Metrics;
using DmaMapping;

namespace Bench;

/// <summary>
/// Another contestant's work while somebody listens to all instruments of the library, who adds up what is said. The listener comes and goes with
/// each batch, for the other contestants are to be unheard; that is microseconds of a batch of milliseconds.
/// </summary>
internal sealed class Listened(IContestant inner) : IContestant
{
    private ulong _sum;

    /// <inheritdoc/>
    public string Name => "the same, heard";

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        using MeterListener listener = new()
        {
            InstrumentPublished = static (instrument, self) =>
            {
                if (instrument.Meter.Name == DmaMetrics.MeterName) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, more, _, _) => _sum += (ulong)more);
        listener.Start();
        return inner.Run(times) + _sum;
    }

    /// <summary>Throws unless all that a map and unmap of one page says is heard: one mapping and its end, both of 4096 bytes, and one invalidation.</summary>
    internal void Check()
    {
        Run(1);
        _sum = 0;
        Run(2);
        if (_sum != 2 * (1 + 4096 + 1 + 4096 + 1)) Throw.Invalid($"Self check failed: of two mappings of one page {_sum} was heard.");
    }
}
