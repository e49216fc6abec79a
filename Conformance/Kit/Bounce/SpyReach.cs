using System.Collections.Generic;

namespace Conformance;

/// <summary>The granules that a confined device reaches, and some that it no longer should.</summary>
internal sealed class SpyReach
{
    private const int Remembered = 32;

    private readonly HashSet<ulong> _live = [];
    private readonly ulong[] _gone = new ulong[Remembered];
    private int _count;

    internal bool IsLive(ulong address) => _live.Contains(address / SpyMemory.Frame);

    internal void Enter(ulong address) => _live.Add(address / SpyMemory.Frame);

    internal void Leave(ulong address)
    {
        _live.Remove(address / SpyMemory.Frame);
        _gone[_count++ % Remembered] = address;
    }

    /// <summary>An address that was mapped once; 0 where there is none that is not mapped again.</summary>
    internal ulong Gone(ref SpyRandom random)
    {
        ulong address = _gone[random.Below(Remembered)];
        return IsLive(address) ? 0 : address;
    }
}
