using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Conformance;

/// <summary>The bytes of a view as the CPU sees them at home, reached frame by frame without the library's help.</summary>
public static class HomeBytes
{
    /// <summary>All bytes of a view.</summary>
    public static byte[] Read(IPhysicalMemory memory, MappedView view)
    {
        var bytes = new byte[view.Length];
        foreach ((long offset, ulong address, int length) in view.Pieces())
            memory.Access(new PhysicalAddress(address), length).CopyTo(bytes.AsSpan((int)offset));
        return bytes;
    }

    /// <summary>Overwrites bytes of a view.</summary>
    public static void Write(IPhysicalMemory memory, MappedView view, long at, byte[] bytes)
    {
        foreach ((long offset, ulong address, int length) in view.Pieces())
        {
            long from = Math.Max(offset, at), to = Math.Min(offset + length, at + bytes.Length);
            if (from >= to) continue;
            Span<byte> piece = memory.Access(new PhysicalAddress(address + (ulong)(from - offset)), to - from);
            bytes.AsSpan((int)(from - at), (int)(to - from)).CopyTo(piece);
        }
    }

    /// <summary>The bytes that share a 4 KiB frame with the view's first and last byte and are not in the view.</summary>
    public static byte[] Beside(IPhysicalMemory memory, MappedView view)
    {
        var around = new List<byte>();
        (long _, ulong first, int _) = view.Pieces().First();
        (long _, ulong last, int length) = view.Pieces().Last();
        int before = (int)(first % 4096), after = 4096 - length - (int)(last % 4096);
        if (before > 0) around.AddRange(memory.Access(new PhysicalAddress(first - (ulong)before), before).ToArray());
        if (after > 0) around.AddRange(memory.Access(new PhysicalAddress(last + (ulong)length), after).ToArray());
        return [.. around];
    }

    /// <summary>Fills a view and what is beside it with bytes that a seed chooses, none of them 0.</summary>
    public static void Scribble(IPhysicalMemory memory, MappedView view, int seed)
    {
        foreach ((long _, ulong address, int _) in view.Pieces())
            Noise(4096, seed++).CopyTo(memory.Access(new PhysicalAddress(address & ~4095ul), 4096));
    }

    /// <summary>Where bytes differ from those that are expected from an offset on; null where they do not.</summary>
    public static string? Differ(byte[] bytes, byte[] expected, long at)
    {
        for (int i = 0; i < bytes.Length && at + i < expected.Length; i++)
        {
            if (bytes[i] != expected[at + i]) return $"0x{bytes[i]:x2} at byte {at + i}, where 0x{expected[at + i]:x2} should be";
        }

        return null;
    }

    /// <summary>Bytes that a seed chooses, none of them 0, so that zeroed memory shows.</summary>
    public static byte[] Noise(long length, int seed)
    {
        var bytes = new byte[length];
        ulong state = ((ulong)(uint)seed * 0x9E3779B97F4A7C15) | 1;
        for (int i = 0; i < bytes.Length; i += 8)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            ulong word = state | 0x0101_0101_0101_0101;
            if (i + 8 <= bytes.Length) BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i), word);
            else for (int rest = i; rest < bytes.Length; rest++, word >>= 8) bytes[rest] = (byte)word;
        }

        return bytes;
    }
}
