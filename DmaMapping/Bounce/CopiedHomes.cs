using System;

namespace DmaMapping;

/// <summary>
/// Pieces by where their homes are, none of which overlap, to find the one that copies some bytes. Keeps its arrays, so that a steady state
/// allocates nothing.
/// </summary>
internal sealed class CopiedHomes
{
    private ulong[] _homes = new ulong[16];
    private int[] _pieces = new int[16];
    private int _count;

    /// <summary>Takes the homes of some pieces.</summary>
    internal void Sort(ReadOnlySpan<BouncePiece> pieces)
    {
        _count = pieces.Length;
        if (_homes.Length < _count) (_homes, _pieces) = (new ulong[1 << Bits.CeilLog2((ulong)_count)], new int[1 << Bits.CeilLog2((ulong)_count)]);
        for (int i = 0; i < _count; i++)
        {
            _homes[i] = pieces[i].Home;
            _pieces[i] = i;
        }

        Array.Sort(_homes, _pieces, 0, _count);
    }

    /// <summary>The piece that copies one of some bytes; -1 where none does. Of several the highest.</summary>
    /// <param name="pieces">The pieces that were sorted.</param>
    /// <param name="home">Where the bytes are.</param>
    /// <param name="length">How many there are, 1 or more.</param>
    internal int Find(ReadOnlySpan<BouncePiece> pieces, ulong home, int length)
    {
        int at = Array.BinarySearch(_homes, 0, _count, home + (ulong)(length - 1));
        if (at < 0) at = ~at - 1;
        if (at < 0) return -1;
        int piece = _pieces[at];
        return home - pieces[piece].Home < (ulong)pieces[piece].Length || pieces[piece].Home - home < (ulong)length ? piece : -1;
    }
}
