using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Drivers;

/// <summary>
/// Drives a <see cref="ProcessorDevice"/>: it takes few and small segments, so the buffer is mapped in windows, each the longest
/// that fits its registers. Used by one thread.
/// </summary>
/// <param name="device">The processor.</param>
/// <param name="mapper">Maps for it.</param>
/// <param name="buffer">The buffer that holds the picture.</param>
/// <exception cref="InvalidOperationException">The processor is refused.</exception>
public sealed class ProcessorDriver(ProcessorDevice device, IDmaMapper mapper, SharedBuffer buffer) : IDisposable
{
    /// <summary>What eight full segments hold: no window is longer, so no more need be looked at for one.</summary>
    private static readonly long LongestWindow = ProcessorDevice.MaxSegments * ProcessorDevice.Constraints.MaxSegmentSize;

    /// <summary>The processor's hold on the buffer.</summary>
    public BufferClient Client { get; } = new(buffer, mapper, new Importer(mapper.Profile) { MapsWindows = true });

    /// <summary>Transforms a picture in place.</summary>
    /// <param name="format">How the picture lies in the buffer.</param>
    /// <exception cref="DmaMapException">A window cannot be mapped; those before it are transformed.</exception>
    /// <exception cref="DeviceFaultException">The processor stopped.</exception>
    public void Process(PictureFormat format)
    {
        for (long at = 0; at < format.Length;)
        {
            Transfer window = Client.Map(at, Math.Min(LongestWindow, format.Length - at), DmaDirection.Bidirectional, MapOptions.Prefix);
            try
            {
                if (!device.Run(window.Segments.ToArray(), at / PictureFormat.BytesPerPixel, format.Width)) throw Faults.LastOf(device.Port);
            }
            finally
            {
                Client.Unmap();
            }

            at += window.Length;
        }
    }

    /// <summary>Detaches the processor.</summary>
    public void Dispose() => Client.Dispose();
}
