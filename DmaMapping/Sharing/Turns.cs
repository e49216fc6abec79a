using System;
using System.Collections.Generic;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The open turns of one shared buffer: many readers of a byte, or one writer, among the mappings that take turns and the CPU.
/// A turn refreshes the copies that it begins on, and brings home what was written when it ends; nothing is copied outside.
/// Guarded by the buffer's lock. Slots are used again, so a steady state allocates nothing.
/// </summary>
internal sealed class Turns
{
    private readonly MappingTable<Turn> _table = new("turns");
    private MappingToken[] _open = new MappingToken[8];
    private int _count;

    /// <summary>Who has a turn that a new one, or an access by the CPU, would conflict with; null where nobody has.</summary>
    internal string? FindConflict(in PlanePieces bytes, bool writes)
    {
        for (int i = 0; i < _count; i++)
        {
            Turn turn = _table.Get(_open[i]);
            if (!turn.IsRevoked && (turn.Writes || writes) && turn.Bytes.Overlaps(bytes)) return turn.Owner;
        }

        return null;
    }

    /// <summary>Begins a turn on a mapping.</summary>
    /// <param name="slot">The mapping's use.</param>
    /// <param name="use">The same.</param>
    /// <param name="offset">Offset in the mapping.</param>
    /// <param name="length">Bytes from there.</param>
    /// <param name="writes">Whether the device may write them.</param>
    internal AccessTurn Begin(int slot, in LiveUse use, long offset, long length, bool writes)
    {
        use.SyncForDevice(offset, length);
        MappingToken token = _table.Add(new Turn(use.Owner, slot, use.PiecesOf(offset, length), offset, length, writes));
        if (_count == _open.Length) Array.Resize(ref _open, _count * 2);
        _open[_count++] = token;
        return new AccessTurn(token);
    }

    /// <summary>Whose turn it is: the slot of the mapping's use.</summary>
    /// <exception cref="ArgumentException">The turn is over, foreign or none.</exception>
    internal int UseOf(AccessTurn turn) => _table.Get(turn.Token).Slot;

    /// <summary>Ends a turn.</summary>
    internal void End(AccessTurn turn, in LiveUse use)
    {
        BringHome(_table.Get(turn.Token), use);
        _table.Take(turn.Token);
        int at = Array.IndexOf(_open, turn.Token, 0, _count);
        _open[at] = _open[--_count];
    }

    /// <summary>Ends all turns on a mapping that is about to end.</summary>
    internal void EndAll(int slot, in LiveUse use)
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            if (_table.Get(_open[i]).Slot == slot) End(new AccessTurn(_open[i]), use);
        }
    }

    /// <summary>Brings home what was written in the turns on a mapping that is revoked: they hinder nobody any more, and their owner may end them.</summary>
    internal void Revoke(int slot, in LiveUse use)
    {
        for (int i = 0; i < _count; i++)
        {
            Turn turn = _table.Get(_open[i]);
            if (turn.Slot != slot) continue;
            BringHome(turn, use);
            _table.Set(_open[i], turn with { IsRevoked = true });
        }
    }

    /// <summary>Brings home what was written so far in the open turns on a mapping.</summary>
    internal void BringHome(int slot, in LiveUse use)
    {
        for (int i = 0; i < _count; i++)
        {
            Turn turn = _table.Get(_open[i]);
            if (turn.Slot == slot) BringHome(turn, use);
        }
    }

    /// <summary>The open turns on a mapping, for a report.</summary>
    internal IReadOnlyList<TurnReport> OpenOn(int slot)
    {
        var open = new List<TurnReport>();
        for (int i = 0; i < _count; i++)
        {
            Turn turn = _table.Get(_open[i]);
            if (turn.Slot == slot && !turn.IsRevoked) open.Add(new TurnReport(turn.Offset, turn.Length, turn.Writes));
        }

        return open.AsReadOnly();
    }

    private static void BringHome(in Turn turn, in LiveUse use)
    {
        if (turn.Writes) use.SyncForCpu(turn.Offset, turn.Length);
    }

    /// <param name="owner">Whose it is.</param>
    /// <param name="slot">The use of its mapping.</param>
    /// <param name="bytes">Where in the buffer it is.</param>
    /// <param name="offset">Offset in the mapping.</param>
    /// <param name="length">Bytes from there.</param>
    /// <param name="writes">Whether the device may write them.</param>
    private readonly struct Turn(string owner, int slot, PlanePieces bytes, long offset, long length, bool writes)
    {
        internal string Owner => owner;

        internal int Slot => slot;

        internal PlanePieces Bytes => bytes;

        internal long Offset => offset;

        internal long Length => length;

        internal bool Writes => writes;

        internal bool IsRevoked { get; init; }
    }
}
