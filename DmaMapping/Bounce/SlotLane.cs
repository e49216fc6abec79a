using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Runs of slots that threads of one core have freed and not taken again, by their length, the newest first out: warm memory
/// without a search. What it holds is bounded; the pool empties it where somebody is short.
/// </summary>
internal sealed class SlotLane : CoreLane
{
    /// <summary>Longer runs go straight back to their extent: their copies cost more than finding them does.</summary>
    internal const int LongestRun = 64;

    private readonly PieceTable _table;
    private readonly int _most;
    private int[] _heads = Empty();
    private int[] _spare = Empty();
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
    internal bool Keeps(int count) => count <= LongestRun && count <= _most;

    /// <summary>Takes the run of a length that was freed last, if it is placed as asked.</summary>
    internal bool TryTake(int count, in Placement placement, out int slot)
    {
        slot = count <= LongestRun ? _heads[count] : BouncePiece.None;
        if (slot == BouncePiece.None || !placement.Allows(_table.FrameOf(slot).ToAddress(PageSize.Size4K), (long)count << PageSize.Size4K.Shift)) return false;
        _heads[count] = _table[slot].NextInMapping;
        _slots -= count;
        _used += count;
        return true;
    }

    /// <summary>Keeps a run, if there is room.</summary>
    internal bool TryGive(int slot, int count)
    {
        if (!Keeps(count) || _slots + count > _most) return false;
        _table[slot].NextInMapping = _heads[count];
        _heads[count] = slot;
        _slots += count;
        _used -= count;
        return true;
    }

    /// <summary>Hands out all that it has, to be given back by <see cref="Emptied"/>; one thread at a time may.</summary>
    /// <returns>For each length, the first of a chain of runs; null where there is nothing.</returns>
    internal int[]? TryEmpty()
    {
        if (_slots == 0) return null;
        int[] all = _heads;
        (_heads, _slots) = (_spare, 0);
        return all;
    }

    /// <summary>Takes the array back that was handed out, for the next time.</summary>
    internal void Emptied(int[] heads)
    {
        for (int i = 0; i < heads.Length; i++) heads[i] = BouncePiece.None;
        _spare = heads;
    }

    private static int[] Empty()
    {
        var heads = new int[LongestRun + 1];
        for (int i = 0; i < heads.Length; i++) heads[i] = BouncePiece.None;
        return heads;
    }
}
