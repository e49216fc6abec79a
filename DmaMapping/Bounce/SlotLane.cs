using System;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Runs of slots that threads of one core have freed and not taken again, by their length, the newest first out: warm memory
/// without a search. What it holds is bounded; the pool empties it where somebody is short.
/// </summary>
internal sealed class SlotLane : CoreLane
{
    /// <summary>Up to this length, runs have a chain for each length.</summary>
    internal const int LongestChained = 64;

    /// <summary>Longer runs are kept one by one, these few.</summary>
    private const int MostLong = 4;

    private readonly PieceTable _table;
    private readonly int _most;
    private int[] _heads = Empty();
    private int[] _spare = Empty();
    private readonly SlotRun[] _long = new SlotRun[MostLong];
    private int _longCount;
    private int _slots;
    private long _used;

    // Lanes are made one after the other: this keeps what two cores write out of one cache line.
    private readonly CacheLines _apart;

    /// <summary>A lane that holds nothing.</summary>
    /// <param name="index">Its index.</param>
    /// <param name="table">What stands at slots.</param>
    /// <param name="most">Most slots that it holds.</param>
    internal SlotLane(int index, PieceTable table, int most)
        : base(index)
    {
        _table = table;
        _most = most;
        _apart = default;
        _ = _apart;
    }

    /// <summary>Slots that were taken here, less those that were given back here: a part of a sum.</summary>
    internal long Used => Volatile.Read(ref _used);

    /// <summary>Whether runs of a length are kept at all.</summary>
    internal bool Keeps(int count) => count <= _most;

    /// <summary>Takes the run of a length that was freed last, if it is placed as asked.</summary>
    internal bool TryTake(int count, in Placement placement, out int slot)
    {
        if (count > LongestChained) return TryTakeLong(count, placement, out slot);
        slot = _heads[count];
        if (slot == BouncePiece.None || !IsPlaced(slot, count, placement)) return false;
        _heads[count] = _table[slot].NextInMapping;
        _slots -= count;
        _used += count;
        return true;
    }

    /// <summary>Keeps a run, if there is room.</summary>
    internal bool TryGive(int slot, int count)
    {
        if (_slots + count > _most) return false;
        if (count > LongestChained)
        {
            if (_longCount == MostLong) return false;
            _long[_longCount++] = new SlotRun(slot, count);
        }
        else
        {
            _table[slot].NextInMapping = _heads[count];
            _heads[count] = slot;
        }

        _slots += count;
        _used -= count;
        return true;
    }

    /// <summary>Takes the oldest of the long runs out, for the pool.</summary>
    internal bool TryEmptyLong(out SlotRun run)
    {
        run = default;
        if (_longCount == 0) return false;
        run = _long[0];
        Array.Copy(_long, 1, _long, 0, --_longCount);
        _slots -= run.Count;
        return true;
    }

    /// <summary>Hands out all chains that it has, to be given back by <see cref="Emptied"/>; one thread at a time may.</summary>
    /// <returns>For each length, the first of a chain of runs; null where there is nothing.</returns>
    internal int[]? TryEmpty()
    {
        if (_slots == 0) return null;
        int[] all = _heads;
        (_heads, _slots) = (_spare, 0);
        for (int i = 0; i < _longCount; i++) _slots += _long[i].Count;
        return all;
    }

    /// <summary>Takes the array back that was handed out, for the next time.</summary>
    internal void Emptied(int[] heads)
    {
        for (int i = 0; i < heads.Length; i++) heads[i] = BouncePiece.None;
        _spare = heads;
    }

    private bool TryTakeLong(int count, in Placement placement, out int slot)
    {
        for (int i = _longCount - 1; i >= 0; i--)
        {
            SlotRun run = _long[i];
            if (run.Count != count || !IsPlaced(run.Slot, count, placement)) continue;
            Array.Copy(_long, i + 1, _long, i, _longCount - i - 1);
            _longCount--;
            _slots -= count;
            _used += count;
            slot = run.Slot;
            return true;
        }

        slot = BouncePiece.None;
        return false;
    }

    private bool IsPlaced(int slot, int count, in Placement placement)
        => placement.Allows(_table.FrameOf(slot).ToAddress(PageSize.Size4K), (long)count << PageSize.Size4K.Shift);

    private static int[] Empty()
    {
        var heads = new int[LongestChained + 1];
        for (int i = 0; i < heads.Length; i++) heads[i] = BouncePiece.None;
        return heads;
    }
}
