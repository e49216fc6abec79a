using System;

namespace Conformance.Tests;

/// <summary>Bytes that some code allocates on this thread, once it is warm.</summary>
internal static class Allocations
{
    internal static long Of(Action code)
    {
        code();
        code();
        long before = GC.GetAllocatedBytesForCurrentThread();
        code();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
