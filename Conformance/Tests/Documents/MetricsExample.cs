using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.IO;
using System.Linq;
using System.Threading;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What docs/metrics.md shows, and its table.</summary>
public class MetricsExample
{
    [Fact]
    public void The_listener_of_the_page_on_metrics_does_what_it_says()
    {
        var nic = new DmaDevice("nic of the page on metrics", new RequesterId(0, 3, 0));
        var mapper = new DirectMapper(nic);
        var segments = new DmaSegment[1];
        using var buffer = new PfnBuffer([new Pfn(0x10)], PageSize.Size4K);
        long bytes = 0;
        // <metrics>
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) => { if (instrument.Meter.Name == DmaMetrics.MeterName && instrument.Name == DmaMetrics.MappedSize) self.EnableMeasurementEvents(instrument); };
        listener.SetMeasurementEventCallback<long>((_, more, tags, _) => { if (Equals(tags[0].Value, nic.Name)) Interlocked.Add(ref bytes, more); });
        listener.Start();
        mapper.Unmap(mapper.Map(buffer.View, DmaDirection.ToDevice, segments).Token); // bytes is buffer.Length now
        // </metrics>

        Assert.Equal(buffer.Length, bytes);
    }

    /// <summary>Each instrument stands in the table with its unit, and nothing else does.</summary>
    [Fact]
    public void The_table_of_the_page_on_metrics_has_every_instrument()
    {
        var instruments = new SortedSet<string>(StringComparer.Ordinal);
        new DirectMapper(new DmaDevice("first", new RequesterId(1))).Map(new PfnView([new Pfn(1)], PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1]);
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (instrument, _) =>
            {
                lock (instruments) if (instrument.Meter.Name == DmaMetrics.MeterName) instruments.Add($"| `{instrument.Name}` | `{instrument.Unit}` ");
            };
            listener.Start();
        }

        string[] rows = [.. File.ReadAllLines(Path.Combine(DocumentTests.Root(), "docs", "metrics.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        Assert.Equal(instruments, rows.Select(row => row[..row.IndexOf('|', row.IndexOf('|', 1) + 1)]).Order(StringComparer.Ordinal));
    }
}
