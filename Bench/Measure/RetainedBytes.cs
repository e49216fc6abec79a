using System;

namespace Bench;

/// <summary>Managed memory that something keeps alive, by what the heap grows by. Several are made at once, so that what others leave behind counts little.</summary>
internal static class RetainedBytes
{
    /// <summary>Bytes that each keeps.</summary>
    internal static double Of(int count, Func<object> make)
    {
        object[] kept = new object[count];
        GC.KeepAlive(make());
        long before = Heap();
        for (int i = 0; i < count; i++) kept[i] = make();
        long after = Heap();
        GC.KeepAlive(kept);
        return (after - before) / (double)count;
    }

    /// <summary>Bytes of the heap that are alive.</summary>
    internal static long Heap()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
