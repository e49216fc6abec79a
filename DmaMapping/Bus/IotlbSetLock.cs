using System.Threading;

namespace DmaMapping;

/// <summary>
/// The lock of one IOTLB set, in one word: the tag of the granule that an access is under way to, so that an invalidation
/// sees at once whether it must wait for that; <see cref="IotlbRange.NoTag"/> where nobody holds it. Not re-entrant.
/// </summary>
internal static class IotlbSetLock
{
    /// <summary>Held by an invalidation; lies in no range.</summary>
    internal const long Invalidating = -2;

    /// <summary>Takes the lock. A full fence, as every compare-exchange is.</summary>
    internal static void Take(ref long word, long holder)
    {
        if (Interlocked.CompareExchange(ref word, holder, IotlbRange.NoTag) != IotlbRange.NoTag) Wait(ref word, holder);
    }

    /// <summary>Gives the lock back, and with it all that was written under it.</summary>
    internal static void Release(ref long word) => Volatile.Write(ref word, IotlbRange.NoTag);

    private static void Wait(ref long word, long holder)
    {
        SpinWait spin = default;
        do spin.SpinOnce();
        while (Volatile.Read(ref word) != IotlbRange.NoTag || Interlocked.CompareExchange(ref word, holder, IotlbRange.NoTag) != IotlbRange.NoTag);
    }
}
