using System;

namespace Conformance.Tests;

/// <summary>Bytes that some code allocates on this thread each time, once it is warm.</summary>
internal static class Allocations
{
    private const int Measurements = 8;

    /// <summary>
    /// The least of several measurements: a collection on another thread moves the count by what was left of this
    /// thread's allocation context, but code that allocates does so in every measurement.
    /// </summary>
    internal static long Of(Action code)
    {
        code();
        code();
        long least = long.MaxValue;
        for (int i = 0; i < Measurements; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            code();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
