using System.Threading;

namespace DmaMapping;

/// <summary>
/// A fence between a store and a later load that costs the frequent side nothing and the rare side much: Light, Heavy; of two threads that each store, fence
/// and load what the other stored, one light and one heavy, at least one sees the other's store.
/// </summary>
internal static class AsymmetricFence
{
    /// <summary>Between the frequent side's store and its load.</summary>
    internal static void Light()
    {
    }

    /// <summary>Between the rare side's store and its load: every core of the process is made to have a fence there; microseconds.</summary>
    internal static void Heavy() => Interlocked.MemoryBarrierProcessWide();
}
