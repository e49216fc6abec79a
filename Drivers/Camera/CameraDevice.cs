using System;
using System.Buffers.Binary;
using DmaMapping;
using PfnBuffers;

namespace Drivers;

/// <summary>
/// A camera with a scatter-gather DMA engine, emulated: it fetches descriptors from a ring in memory, writes the next bytes
/// of what its sensor sees to the addresses that they name, and marks each as done, all through its bus port.
/// Used by one thread.
/// </summary>
/// <param name="port">Its only way to memory.</param>
public sealed class CameraDevice(BusPort port)
{
    private ReadOnlyMemory<byte> _scene;
    private int _position;

    /// <summary>What the engine can take: any number of segments, of 64 KiB at most, for the length field of a burst has 16 bits.</summary>
    public static DmaConstraints Constraints { get; } = new() { MaxSegmentSize = 65536 };

    /// <summary>Its only way to memory.</summary>
    public BusPort Port { get; } = port;

    /// <summary>Points the sensor at a picture, and goes back to its first byte.</summary>
    /// <param name="scene">The picture's bytes.</param>
    public void Expose(ReadOnlyMemory<byte> scene)
    {
        _scene = scene;
        _position = 0;
    }

    /// <summary>The doorbell: works through so many descriptors, and stops at the first that faults or at the picture's end.</summary>
    /// <param name="ring">Where the first descriptor lies.</param>
    /// <param name="count">How many there are, 0 or more.</param>
    public void Start(DmaAddress ring, int count)
    {
        Span<byte> entry = stackalloc byte[Descriptor.Size];
        for (int i = 0; i < count; i++, ring += Descriptor.Size)
        {
            if (!Port.TryRead(ring, entry, out _)) return;
            DmaSegment segment = Descriptor.SegmentOf(entry);
            int length = (int)Math.Min(segment.Length, _scene.Length - _position);
            bool done = Port.TryWrite(segment.Address, _scene.Span.Slice(_position, length), out _);
            BinaryPrimitives.WriteUInt32LittleEndian(entry, done ? Descriptor.Done : Descriptor.Faulted);
            if (!Port.TryWrite(ring + Descriptor.StateOffset, entry[..sizeof(uint)], out _) || !done) return;
            _position += length;
        }
    }
}
