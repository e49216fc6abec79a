using System;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>Bounced bytes arrive: the device reads what is home, and what it writes is home after the unmap.</summary>
internal static class BounceCheck
{
    /// <summary>Throws where they do not.</summary>
    internal static void Run(BounceMachine machine, PfnBuffer buffer, DmaDirection direction)
    {
        Random random = new(buffer.View.Frames.Length);
        Span<byte> home = machine.Bytes(buffer.View.Frames.Length);
        random.NextBytes(home);
        Span<DmaSegment> segments = new DmaSegment[buffer.View.Frames.Length];
        MapResult mapping = machine.Mapper.Map(buffer.View, direction, segments);
        Expect(mapping.IsMapped && mapping.BouncedBytes == home.Length, "everything is bounced");

        byte[] bytes = new byte[home.Length];
        if (direction == DmaDirection.ToDevice)
        {
            Move(machine.Port, segments[..mapping.SegmentCount], bytes, writes: false);
            Expect(home.SequenceEqual(bytes), "the device reads what is home");
        }
        else
        {
            random.NextBytes(bytes);
            Move(machine.Port, segments[..mapping.SegmentCount], bytes, writes: true);
        }

        machine.Mapper.Unmap(mapping.Token);
        Expect(home.SequenceEqual(bytes), "what the device has and what is home agree after the unmap");
        Expect(machine.Pool.FreeBytes == machine.Pool.Capacity, "every slot is free again");
    }

    private static void Move(BusPort port, ReadOnlySpan<DmaSegment> segments, Span<byte> bytes, bool writes)
    {
        foreach (DmaSegment segment in segments)
        {
            Span<byte> part = bytes[..(int)segment.Length];
            bool moved = writes ? port.TryWrite(segment.Address, part, out DmaFault fault) : port.TryRead(segment.Address, part, out fault);
            Expect(moved, $"the device reaches its segment, without {fault}");
            bytes = bytes[part.Length..];
        }
    }

    private static void Expect(bool holds, string what)
    {
        if (!holds) Throw.Invalid($"Self check failed: bounce: {what}.");
    }
}
