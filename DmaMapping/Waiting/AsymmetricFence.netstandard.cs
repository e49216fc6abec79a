using System.Threading;

namespace DmaMapping;

/// <summary>A fence between a store and a later load; the plain form, for netstandard2.0, which costs both sides the same.</summary>
internal static class AsymmetricFence
{
    /// <summary>Between the frequent side's store and its load.</summary>
    internal static void Light() => Interlocked.MemoryBarrier();

    /// <summary>Between the rare side's store and its load.</summary>
    internal static void Heavy() => Interlocked.MemoryBarrier();
}
