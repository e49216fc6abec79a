using System;
using System.Threading;

namespace DmaMapping;

/// <summary>A counter that threads count on without meeting: each has a word in cache lines of its own, as far as there are. Exact.</summary>
internal sealed class StripedCounter
{
    private const int Stripes = 32;

    /// <summary>Two cache lines, for they are fetched in pairs.</summary>
    private const int Stride = 128 / sizeof(long);

    private readonly long[] _counts = new long[(Stripes + 1) * Stride];

    /// <summary>The sum; what is counted meanwhile may be missing.</summary>
    internal long Sum
    {
        get
        {
            long sum = 0;
            for (int i = Stride; i < _counts.Length; i += Stride) sum += Interlocked.Read(ref _counts[i]);
            return sum;
        }
    }

    /// <summary>Counts one. A full fence, as every interlocked operation is; callers rely on it.</summary>
    internal void Increment() => Interlocked.Increment(ref _counts[((Environment.CurrentManagedThreadId & (Stripes - 1)) + 1) * Stride]);
}
