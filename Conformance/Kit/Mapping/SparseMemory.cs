using System;
using System.Collections.Concurrent;
using System.Linq;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// Physical memory of a whole 64-bit address space, frame by frame as it is touched: small, slow, and as spiteful as
/// <see cref="IPhysicalMemory"/> allows: no span ever leaves its 4 KiB frame, and a frame is full of garbage at first. Thread-safe.
/// </summary>
/// <param name="ranges">Where each kind of memory starts, from address 0 up; it ends where the next one starts.</param>
public sealed class SparseMemory(params (ulong First, MemoryKind Kind)[] ranges) : IPhysicalMemory
{
    private const int Frame = 4096;
    private const ulong Longest = (1UL << 63) - Frame;

    private static readonly byte[] Garbage = [.. Enumerable.Repeat((byte)0xAA, Frame)];

    private readonly ConcurrentDictionary<ulong, byte[]> _frames = new();

    /// <inheritdoc/>
    public MemoryRegion RegionAt(PhysicalAddress address)
    {
        int i = ranges.Length - 1;
        while (ranges[i].First > address.Value) i--;
        ulong last = i + 1 < ranges.Length ? ranges[i + 1].First - 1 : ulong.MaxValue;

        // A length is a long: what is longer is told in parts.
        ulong start = ranges[i].First + ((address.Value - ranges[i].First) / Longest * Longest);
        return new MemoryRegion(new PhysicalAddress(start), (long)Math.Min(Longest - 1, last - start) + 1, ranges[i].Kind);
    }

    /// <inheritdoc/>
    public Span<byte> Access(PhysicalAddress address, long length)
    {
        if (length < 1) throw new ArgumentOutOfRangeException(nameof(length), length, "at least 1");
        if (RegionAt(address).Kind == MemoryKind.Absent) throw new ArgumentOutOfRangeException(nameof(address), address, "nothing is there");
        byte[] frame = _frames.GetOrAdd(address.Value / Frame, static _ => [.. Garbage]);
        int offset = (int)(address.Value % Frame);
        return frame.AsSpan(offset, (int)Math.Min(length, Frame - offset));
    }
}
