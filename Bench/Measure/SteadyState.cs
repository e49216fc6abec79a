using System;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using DmaMapping;

namespace Bench;

/// <summary>What a contestant allocates and rents once it is warm.</summary>
internal static class SteadyState
{
    private const int Times = 1000;

    /// <summary>Managed bytes that this thread allocates each time.</summary>
    internal static double BytesEach(IContestant contestant)
    {
        // Twice: what is made at the first use, lists that grow among it, is made by then.
        contestant.Run(Times);
        contestant.Run(Times);
        long before = GC.GetAllocatedBytesForCurrentThread();
        contestant.Run(Times);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Times;
    }

    /// <summary>The same while somebody listens to every instrument in the process.</summary>
    /// <param name="contestant">The contestant.</param>
    /// <param name="instruments">How many are listened to.</param>
    /// <param name="ours">How many of them are the library's.</param>
    internal static double BytesEachListened(IContestant contestant, out int instruments, out int ours)
    {
        int heard = 0, heardOfOurs = 0;
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, self) =>
            {
                heard++;
                if (instrument.Meter.Name == DmaMetrics.MeterName) heardOfOurs++;
                self.EnableMeasurementEvents(instrument);
            },
        };
        Hear<byte>(listener);
        Hear<short>(listener);
        Hear<int>(listener);
        Hear<long>(listener);
        Hear<float>(listener);
        Hear<double>(listener);
        Hear<decimal>(listener);
        listener.Start();
        double bytes = BytesEach(contestant);
        instruments = heard;
        ours = heardOfOurs;
        return bytes;
    }

    /// <summary>Arrays rented from the runtime's pools, by the events that these raise.</summary>
    internal static double RentsEach(IContestant contestant)
    {
        contestant.Run(Times);
        using RentListener listener = new();
        contestant.Run(Times);
        return listener.Rents / (double)Times;
    }

    private static void Hear<T>(MeterListener listener)
        where T : struct
        => listener.SetMeasurementEventCallback<T>(static (_, _, _, _) => { });

    private sealed class RentListener : EventListener
    {
        private const int BufferRented = 1;

        internal int Rents { get; private set; }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Buffers.ArrayPoolEventSource") EnableEvents(eventSource, EventLevel.Verbose);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventId == BufferRented) Rents++;
        }
    }
}
