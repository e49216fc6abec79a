using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>The bytes of a mapping as the device sees them: in the order of its segments, through its port.</summary>
public static class DeviceBytes
{
    /// <summary>Reads bytes of a mapping.</summary>
    /// <exception cref="LawViolatedException">The device was refused.</exception>
    public static byte[] Read(IDevicePort port, DmaSegment[] segments, long at, long length)
    {
        var bytes = new byte[length];
        foreach ((DmaAddress address, long from, int count) in Pieces(segments, at, length))
        {
            if (!port.TryRead(address, bytes.AsSpan((int)from, count))) throw new LawViolatedException($"The device could not read {count} bytes at {address}, byte {at + from} of the mapping{Fault(port)}");
        }

        return bytes;
    }

    /// <summary>Writes bytes of a mapping.</summary>
    /// <exception cref="LawViolatedException">The device was refused.</exception>
    public static void Write(IDevicePort port, DmaSegment[] segments, long at, byte[] bytes)
    {
        foreach ((DmaAddress address, long from, int count) in Pieces(segments, at, bytes.Length))
        {
            if (!port.TryWrite(address, bytes.AsSpan((int)from, count))) throw new LawViolatedException($"The device could not write {count} bytes at {address}, byte {at + from} of the mapping{Fault(port)}");
        }
    }

    /// <summary>Reads bytes of a mapping through a port of the library's bus.</summary>
    /// <exception cref="LawViolatedException">The device was refused.</exception>
    public static byte[] Read(BusPort port, DmaSegment[] segments, long at, long length) => Read(new BusDevicePort(port), segments, at, length);

    /// <summary>Overwrites bytes of a mapping through a port of the library's bus.</summary>
    /// <exception cref="LawViolatedException">The device was refused.</exception>
    public static void Write(BusPort port, DmaSegment[] segments, long at, byte[] bytes) => Write(new BusDevicePort(port), segments, at, bytes);

    /// <summary>Where the device sees one byte of a mapping.</summary>
    public static ulong AddressOf(DmaSegment[] segments, long offset)
    {
        foreach (DmaSegment segment in segments)
        {
            if (offset < segment.Length) return segment.Address.Value + (ulong)offset;
            offset -= segment.Length;
        }

        throw new LawViolatedException("The segments end before the mapping does.");
    }

    private static string Fault(IDevicePort port)
        => (port as BusDevicePort)?.Port.Faults.Recent() is { Count: > 0 } log ? $": {log[log.Count - 1]}" : ".";

    private static IEnumerable<(DmaAddress Address, long From, int Count)> Pieces(DmaSegment[] segments, long at, long length)
    {
        long offset = 0;
        foreach (DmaSegment segment in segments)
        {
            long from = Math.Max(offset, at), to = Math.Min(offset + segment.Length, at + length);
            if (from < to) yield return (segment.Address + (from - offset), from - at, (int)(to - from));
            offset += segment.Length;
        }

        if (offset < at + length) throw new LawViolatedException($"The segments have {offset} bytes, and byte {at + length - 1} is asked for.");
    }
}
