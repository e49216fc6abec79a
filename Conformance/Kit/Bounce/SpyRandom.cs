using System;
using System.Runtime.InteropServices;

namespace Conformance;

/// <summary>A stream of numbers that look random, and are the same everywhere.</summary>
internal struct SpyRandom(ulong seed)
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;

    private ulong _state = seed;

    internal ulong Next()
    {
        ulong number = OrderSeed.Next(_state);
        _state += Step;
        return number;
    }

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    internal int Below(int count) => (int)(((Next() >> 32) * (ulong)count) >> 32);

    internal bool OneIn(int count) => Below(count) == 0;

    /// <summary>Bytes none of which is 0, so that none is taken for a cleared one.</summary>
    internal void Fill(Span<byte> bytes)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (int i = 0; i < words.Length; i++) words[i] = Next() | 0x0101_0101_0101_0101;
        for (int i = words.Length * 8; i < bytes.Length; i++) bytes[i] = (byte)(Next() | 1);
    }
}
