using System;
using DmaMapping;
using PfnBuffers;

namespace Drivers;

/// <summary>Drives a <see cref="DisplayDevice"/>: maps the whole picture as the one segment that it takes. Used by one thread.</summary>
/// <param name="device">The display controller.</param>
/// <param name="mapper">Maps for it.</param>
/// <param name="buffer">The buffer that holds the picture.</param>
/// <exception cref="InvalidOperationException">The display is refused.</exception>
public sealed class DisplayDriver(DisplayDevice device, IDmaMapper mapper, SharedBuffer buffer) : IDisposable
{
    /// <summary>The display's hold on the buffer.</summary>
    public BufferClient Client { get; } = new(buffer, mapper, new Importer(mapper.Profile) { Access = MemoryAccess.Read });

    /// <summary>Shows a picture once.</summary>
    /// <param name="format">How the picture lies in the buffer, from its first byte on.</param>
    /// <returns>What the display's port read.</returns>
    /// <exception cref="DmaMapException">The picture cannot be mapped.</exception>
    /// <exception cref="DeviceFaultException">The display stopped.</exception>
    public byte[] Show(PictureFormat format)
    {
        Transfer transfer = Client.Map(0, format.Length, DmaDirection.ToDevice);
        try
        {
            byte[] screen = new byte[format.Length];
            return device.ScanOut(transfer.Segments[0].Address, format, screen) ? screen : throw Faults.LastOf(device.Port);
        }
        finally
        {
            Client.Unmap();
        }
    }

    /// <summary>Detaches the display.</summary>
    public void Dispose() => Client.Dispose();
}
