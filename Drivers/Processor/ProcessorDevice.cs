using System;
using DmaMapping;
using PfnBuffers;

namespace Drivers;

/// <summary>
/// An image processor, emulated: eight pairs of address and length registers, an internal store for what they name, and one
/// operation, <see cref="Weave"/>, in place. Its address counter is 16 bits wide: the upper bits of a segment's address stay as
/// they were written while the lower ones count and wrap. So a segment that crosses a multiple of 64 KiB really comes back
/// to where the 64 KiB began, as on the ISA bus of a PC. Used by one thread.
/// </summary>
/// <param name="port">Its only way to memory.</param>
public sealed class ProcessorDevice(BusPort port)
{
    private const ulong CounterMask = 0xFFFF;

    private byte[] _store = [];

    /// <summary>Pairs of registers: segments in one run.</summary>
    public static int MaxSegments => 8;

    /// <summary>What it can take: 8 segments of whole pixels, of 64 KiB at most and inside one multiple of 64 KiB, below 4 GiB.</summary>
    public static DmaConstraints Constraints { get; } = new()
    {
        Window = DmaWindow.OfBits(32),
        MaxSegmentCount = MaxSegments,
        MaxSegmentSize = 65536,
        SegmentBoundaryMask = CounterMask,
        Alignment = PictureFormat.BytesPerPixel,
        Granularity = PictureFormat.BytesPerPixel,
    };

    /// <summary>Its only way to memory.</summary>
    public BusPort Port { get; } = port;

    /// <summary>Transforms the pixels that some segments hold together.</summary>
    /// <param name="segments">At most <see cref="MaxSegments"/>, written into the registers.</param>
    /// <param name="firstPixel">Index in the picture of the first pixel, for the pattern.</param>
    /// <param name="width">Pixels in a line of the picture.</param>
    /// <returns>False where the bus refused an access; the fault is in the port's log.</returns>
    /// <exception cref="ArgumentOutOfRangeException">More segments than it has registers for.</exception>
    public bool Run(ReadOnlySpan<DmaSegment> segments, long firstPixel, int width)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(segments.Length, MaxSegments);
        long total = 0;
        foreach (DmaSegment segment in segments) total += segment.Length;
        if (_store.Length < total) _store = new byte[total];
        Span<byte> bytes = _store.AsSpan(0, (int)total);
        if (!Move(segments, bytes, write: false)) return false;
        Weave.Apply(bytes, firstPixel, width);
        return Move(segments, bytes, write: true);
    }

    private bool Move(ReadOnlySpan<DmaSegment> segments, Span<byte> bytes, bool write)
    {
        foreach (DmaSegment segment in segments)
        {
            ulong upper = segment.Address.Value & ~CounterMask;
            ulong counter = segment.Address.Value & CounterMask;
            for (long left = segment.Length; left > 0;)
            {
                int piece = (int)Math.Min((ulong)left, CounterMask + 1 - counter);
                var address = new DmaAddress(upper | counter);
                bool moved = write ? Port.TryWrite(address, bytes[..piece], out _) : Port.TryRead(address, bytes[..piece], out _);
                if (!moved) return false;
                bytes = bytes[piece..];
                counter = (counter + (ulong)piece) & CounterMask;
                left -= piece;
            }
        }

        return true;
    }
}
