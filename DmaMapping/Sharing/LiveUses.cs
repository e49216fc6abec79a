using System;

namespace DmaMapping;

/// <summary>
/// The live uses of one shared buffer. Slots and the arrays for bounced parts are used again, so a steady state
/// allocates nothing. Guarded by the buffer's lock.
/// </summary>
internal sealed class LiveUses
{
    private LiveUse[] _uses = new LiveUse[8];
    private bool[] _live = new bool[8];
    private MapPart[][] _idleParts = new MapPart[8][];
    private int _idleCount;
    private int _used;

    internal int Count { get; private set; }

    /// <summary>The owner of a live use that a new one would conflict with; null where there is none.</summary>
    internal string? FindConflict(in LiveUse use)
    {
        for (int i = 0; i < _used; i++)
        {
            if (_live[i] && _uses[i].ConflictsWith(use)) return _uses[i].Owner;
        }

        return null;
    }

    internal int Add(in LiveUse use)
    {
        int slot = 0;
        while (slot < _used && _live[slot]) slot++;
        if (slot == _uses.Length)
        {
            Array.Resize(ref _uses, slot * 2);
            Array.Resize(ref _live, slot * 2);
        }

        _used = Math.Max(_used, slot + 1);
        _uses[slot] = use;
        _live[slot] = true;
        Count++;
        return slot;
    }

    internal void Remove(int slot)
    {
        ReturnParts(_uses[slot].Bounced);
        _uses[slot] = default;
        _live[slot] = false;
        Count--;
    }

    /// <summary>An array for parts; empty for none.</summary>
    internal MapPart[] RentParts(int count)
    {
        if (count == 0) return [];
        if (_idleCount > 0 && _idleParts[_idleCount - 1].Length >= count) return _idleParts[--_idleCount];
        return new MapPart[Math.Max(16, 1 << Bits.CeilLog2((ulong)count))];
    }

    internal void ReturnParts(MapPart[] parts)
    {
        if (parts is null || parts.Length == 0) return;
        if (_idleCount == _idleParts.Length) Array.Resize(ref _idleParts, _idleCount * 2);
        _idleParts[_idleCount++] = parts;
    }
}
