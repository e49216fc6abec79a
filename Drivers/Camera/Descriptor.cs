using System;
using System.Buffers.Binary;
using PfnBuffers;

namespace Drivers;

/// <summary>
/// One entry of the camera's descriptor ring, 16 bytes, little-endian. The driver writes address and length and clears the
/// state; the camera writes the state when it is through with the entry.
/// <code>
///   0        8        12       16
///   | address | length | state |
/// </code>
/// </summary>
internal static class Descriptor
{
    internal const int Size = 16;
    internal const int StateOffset = 12;

    internal const uint Pending = 0;
    internal const uint Done = 1;
    internal const uint Faulted = 2;

    internal static void Write(Span<byte> entry, DmaSegment segment)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(entry, segment.Address.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)segment.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[StateOffset..], Pending);
    }

    internal static DmaSegment SegmentOf(ReadOnlySpan<byte> entry)
        => new(new DmaAddress(BinaryPrimitives.ReadUInt64LittleEndian(entry)), BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
}
