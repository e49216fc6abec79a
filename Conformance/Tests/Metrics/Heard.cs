using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Globalization;
using DmaMapping;

namespace Conformance.Tests;

/// <summary>
/// What the library says of one device, and of a domain that it maps in, while tests beside it use the same instruments: the device's name
/// is used nowhere else. Hears nothing of other meters. Takes what is not its own without allocating, for that is said on other tests' threads.
/// </summary>
internal sealed class Heard : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<(string Instrument, string Detail), long> _sums = [];
    private readonly string _device;
    private string _domain = "none";

    /// <summary>The meter that names the device. Faulty libraries in the same process have meters of the same name, and domains of the same numbers.</summary>
    private Meter? _meter;

    internal Heard(string device)
    {
        _device = device;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == DmaMetrics.MeterName) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, more, tags, _) => Hear(instrument, more, tags));
        _listener.Start();
    }

    /// <summary>How often an instrument was added to.</summary>
    internal int Calls { get; private set; }

    /// <summary>What was added to an instrument.</summary>
    internal long this[string instrument, string detail = ""]
    {
        get
        {
            lock (_sums) return _sums.GetValueOrDefault((instrument, detail));
        }
    }

    /// <summary>Listens to a domain too, from when something is said of the device on.</summary>
    internal void Follow(IommuDomain domain) => _domain = domain.Number.ToString(CultureInfo.InvariantCulture);

    public void Dispose() => _listener.Dispose();

    private void Hear(Instrument instrument, long more, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string detail = string.Empty;
        bool isMine = false;
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            string value = (string)tag.Value!;
            if (tag.Key == DmaMetrics.DeviceTag) isMine = value == _device;
            else if (tag.Key == DmaMetrics.DomainTag) isMine = value == _domain && instrument.Meter == _meter;
            else detail = value;
        }

        if (!isMine) return;
        lock (_sums)
        {
            _meter = instrument.Meter;
            Calls++;
            _sums[(instrument.Name, detail)] = _sums.GetValueOrDefault((instrument.Name, detail)) + more;
        }
    }
}
