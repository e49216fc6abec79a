using System;
using DmaMapping;
using PfnBuffers;

namespace Drivers;

/// <summary>
/// A display controller, emulated: one base address register and no scatter-gather. It scans out a picture line by line
/// through its bus port, each line right after the one before. Used by one thread.
/// </summary>
/// <param name="port">Its only way to memory.</param>
public sealed class DisplayDevice(BusPort port)
{
    /// <summary>What it can take: one segment, below 4 GiB.</summary>
    public static DmaConstraints Constraints { get; } = DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(32) };

    /// <summary>Its only way to memory.</summary>
    public BusPort Port { get; } = port;

    /// <summary>Reads a picture for the screen.</summary>
    /// <param name="picture">Where its first byte lies.</param>
    /// <param name="format">Its size.</param>
    /// <param name="screen">Receives what is shown; as long as the picture.</param>
    /// <returns>False where the bus refused an access; the fault is in the port's log.</returns>
    /// <exception cref="ArgumentException">The screen has another size than the picture.</exception>
    public bool ScanOut(DmaAddress picture, PictureFormat format, Span<byte> screen)
    {
        if (screen.Length != format.Length) throw new ArgumentException($"a picture of {format} has {format.Length} bytes, not {screen.Length}", nameof(screen));
        for (int y = 0; y < format.Height; y++)
        {
            if (!Port.TryRead(picture + ((long)y * format.Stride), screen.Slice(y * format.Stride, format.Stride), out _)) return false;
        }

        return true;
    }
}
