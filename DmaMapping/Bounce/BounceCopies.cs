using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Moves the bytes of a mapping's pieces between copy and home. A slot belongs to one mapping at a time, so this needs no
/// lock; ranges are in bytes of the mapping, and a mapping is named by its first piece.
/// </summary>
internal sealed class BounceCopies(BouncePool pool)
{
    private const int FrameBytes = 4096;

    private readonly IPhysicalMemory _memory = pool.Memory;
    private readonly PieceTable _table = pool.Table;

    /// <summary>Home to copy, for a mapping of one run, however many pieces that is, and zeroes beside it.</summary>
    internal void FillRun(in BouncePiece run)
    {
        PhysicalAddress copy = new((_table.FrameOf(run.Slot).Value << PageSize.Size4K.Shift) + (ulong)run.FromInFrame);
        Copy(new PhysicalAddress(run.Home), copy, run.Length);
        if (((run.FromInFrame | run.Length) & (FrameBytes - 1)) != 0) ClearBeside(run.Slot);
    }

    /// <summary>Home to copy.</summary>
    internal void Fill(int first, long offset, long length)
    {
        for (int slot = first; slot != BouncePiece.None; slot = _table[slot].NextInMapping)
        {
            if (TryClip(slot, offset, length, out PhysicalAddress home, out PhysicalAddress copy, out int bytes)) Copy(home, copy, bytes);
        }
    }

    /// <summary>Copy to home.</summary>
    internal void GoHome(int first, long offset, long length)
    {
        for (int slot = first; slot != BouncePiece.None; slot = _table[slot].NextInMapping)
        {
            if (TryClip(slot, offset, length, out PhysicalAddress home, out PhysicalAddress copy, out int bytes)) Copy(copy, home, bytes);
        }
    }

    /// <summary>Zeroes what a device would see in the slots beside the mapped bytes.</summary>
    internal void ClearBeside(int first)
    {
        for (int slot = first; slot != BouncePiece.None; slot = _table[slot].NextInMapping)
        {
            ref BouncePiece piece = ref _table[slot];
            int from = piece.FromInFrame;
            int slack = -(from + piece.Length) & (FrameBytes - 1);
            if ((from | slack) == 0) continue;
            PhysicalAddress start = _table.FrameOf(slot).ToAddress(PageSize.Size4K);
            if (from > 0) _memory.Access(start, from).Clear();
            if (slack > 0) _memory.Access(start + from + piece.Length, slack).Clear();
        }
    }

    /// <summary>The part of a piece inside a range of the mapping, at home and in the copy.</summary>
    private bool TryClip(int slot, long offset, long length, out PhysicalAddress home, out PhysicalAddress copy, out int bytes)
    {
        ref BouncePiece piece = ref _table[slot];
        long from = Math.Max(offset, piece.ViewOffset) - piece.ViewOffset;
        long to = Math.Min(offset + length, piece.EndInView) - piece.ViewOffset;
        home = new PhysicalAddress(piece.Home + (ulong)from);
        copy = new PhysicalAddress((_table.FrameOf(slot).Value << PageSize.Size4K.Shift) + (ulong)piece.FromInFrame + (ulong)from);
        bytes = (int)(to - from);
        return to > from;
    }

    /// <summary>One call of the fastest copy there is for each stretch that host memory has in one place on both sides.</summary>
    private void Copy(PhysicalAddress from, PhysicalAddress to, int bytes)
    {
        while (true)
        {
            Span<byte> source = _memory.Access(from, bytes);
            Span<byte> destination = _memory.Access(to, source.Length);
            int copied = destination.Length;
            source.Slice(0, copied).CopyTo(destination);
            if (copied == bytes) return;
            from += copied;
            to += copied;
            bytes -= copied;
        }
    }
}
