namespace Conformance;

/// <summary>The arrays behind a world, used again from world to world.</summary>
internal sealed class SpyBytes
{
    /// <summary>What is in memory.</summary>
    internal byte[] Real = [];

    /// <summary>What must be.</summary>
    internal byte[] Model = [];
}
