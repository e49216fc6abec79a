using System;
using System.Diagnostics.Metrics;
using DmaMapping;

namespace Conformance;

/// <summary>A listener to all that the libraries measure, which throws at one measurement that this thread makes.</summary>
internal sealed class ThrowingListener : IDisposable
{
    private readonly MeterListener _listener = new();

    internal ThrowingListener(Injection throws)
    {
        int thread = Environment.CurrentManagedThreadId;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == DmaMetrics.MeterName) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            if (Environment.CurrentManagedThreadId == thread) throws.Throw("a listener");
        });
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();
}
