using System;

namespace Conformance.Tests;

/// <summary>Bytes that some code allocates on this thread, once it is warm.</summary>
internal static class Allocations
{
    private const int MostAttempts = 50;

    internal static long Of(Action code)
    {
        code();
        code();

        // A collection moves the count by what was left of the thread's allocation context: such a measurement says nothing.
        for (int attempt = 1; ; attempt++)
        {
            int collections = GC.CollectionCount(0);
            long before = GC.GetAllocatedBytesForCurrentThread();
            code();
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (GC.CollectionCount(0) == collections || attempt == MostAttempts) return allocated;
        }
    }
}
