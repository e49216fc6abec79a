using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Arrays that are not in use at the moment, by size: rented for a call or for the life of a mapping, returned, and rented
/// again, last returned first. They are never given back, so a steady state allocates nothing. Thread-safe.
/// </summary>
internal sealed class IdleArrays<T>
{
    private const int LeastShift = 4;

    private readonly object _lock = new();

    /// <summary>Stacks of arrays of 2^index elements.</summary>
    private readonly Stack[] _stacks = new Stack[31];

    /// <summary>An array of at least so many elements, with whatever was left in it.</summary>
    internal T[] Rent(int length)
    {
        int shift = Math.Max(LeastShift, Bits.CeilLog2((ulong)length));
        if (shift >= _stacks.Length) return new T[length];
        lock (_lock)
        {
            ref Stack stack = ref _stacks[shift];
            if (stack.Count > 0) return stack.Arrays![--stack.Count];
        }

        return new T[1 << shift];
    }

    internal void Return(T[] array)
    {
        int shift = Bits.Log2((ulong)array.Length);
        if (shift >= _stacks.Length || array.Length != 1 << shift) return;
        lock (_lock)
        {
            ref Stack stack = ref _stacks[shift];
            stack.Arrays ??= new T[4][];
            if (stack.Count == stack.Arrays.Length) Array.Resize(ref stack.Arrays, stack.Count * 2);
            stack.Arrays[stack.Count++] = array;
        }
    }

    private struct Stack
    {
        internal T[][]? Arrays;
        internal int Count;
    }
}
