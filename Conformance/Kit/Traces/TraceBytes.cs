using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Conformance;

/// <summary>The arrays behind a machine, used again from one to the next: what is in memory, and what must be.</summary>
internal sealed class TraceBytes
{
    [ThreadStatic]
    private static TraceBytes? _ofThisThread;

    private readonly List<int> _touched = [];
    private bool[] _isTouched = [];

    /// <summary>Those of the calling thread, which plays one trace at a time.</summary>
    internal static TraceBytes OfThisThread => _ofThisThread ??= new TraceBytes();

    /// <summary>What is in memory.</summary>
    internal byte[] Real { get; private set; } = [];

    /// <summary>What must be; meaningless for page tables.</summary>
    internal byte[] Model { get; private set; } = [];

    /// <summary>Frames, by index, that may not hold their noise any more.</summary>
    internal IReadOnlyList<int> Touched => _touched;

    /// <summary>Everything is noise again.</summary>
    internal void Begin(int length)
    {
        if (Real.Length != length)
        {
            (Real, Model, _isTouched) = (new byte[length], new byte[length], new bool[length / TraceMemory.Frame]);
            _touched.Clear();
            for (int frame = 0; frame < _isTouched.Length; frame++) FillWithNoise(frame);
            return;
        }

        foreach (int frame in _touched)
        {
            FillWithNoise(frame);
            _isTouched[frame] = false;
        }

        _touched.Clear();
    }

    internal void Touch(int at, int count)
    {
        for (int frame = at / TraceMemory.Frame, last = (at + count - 1) / TraceMemory.Frame; frame <= last; frame++)
        {
            if (_isTouched[frame]) continue;
            _isTouched[frame] = true;
            _touched.Add(frame);
        }
    }

    private void FillWithNoise(int frame)
    {
        Span<byte> real = Real.AsSpan(frame * TraceMemory.Frame, TraceMemory.Frame);
        ulong state = ((ulong)frame * 0x9E37_79B9_7F4A_7C15) | 1;
        foreach (ref ulong word in MemoryMarshal.Cast<byte, ulong>(real))
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;

            // No byte is 0, so that none is taken for a cleared one.
            word = state | 0x0101_0101_0101_0101;
        }

        real.CopyTo(Model.AsSpan(frame * TraceMemory.Frame));
    }
}
