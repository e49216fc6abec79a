using System;

/// <summary>
/// The bytes of a view, piece by piece in order: where the device sees each, how far it goes, and what may become of it.
/// The arrays grow, and are kept. Used by one thread.
/// <code>
///   From      0        4096   12288      20480      the last entry is the end
///             | piece 0 | piece 1 | piece 2 |
/// </code>
/// </summary>
internal sealed class CopyPieces
{
    private ulong[] _address = new ulong[64];
    private long[] _from = new long[65];
    private CopyFate[] _fate = new CopyFate[64];

    internal int Count { get; private set; }

    /// <summary>Where each piece starts in the view, and behind the last one where the view ends.</summary>
    internal ReadOnlySpan<long> From => _from.AsSpan(0, Count + 1);

    internal ReadOnlySpan<ulong> Address => _address.AsSpan(0, Count);

    internal Span<CopyFate> Fate => _fate.AsSpan(0, Count);

    internal long Length => _from[Count];

    internal void Clear() => Count = 0;

    internal void Add(ulong address, long length, CopyFate fate)
    {
        if (Count == _address.Length)
        {
            Array.Resize(ref _address, Count * 2);
            Array.Resize(ref _from, (Count * 2) + 1);
            Array.Resize(ref _fate, Count * 2);
        }

        _address[Count] = address;
        _fate[Count] = fate;
        _from[Count + 1] = _from[Count] + length;
        Count++;
    }

    /// <summary>Makes the last piece longer.</summary>
    internal void Extend(long length) => _from[Count] += length;

    /// <summary>Whether the device sees a piece right behind the one before.</summary>
    internal bool Adjoins(int piece)
        => piece > 0 && Follows(piece - 1, _address[piece]);

    /// <summary>Whether an address is the one right behind a piece.</summary>
    internal bool Follows(int piece, ulong address)
        => address != 0 && _address[piece] + (ulong)(_from[piece + 1] - _from[piece]) == address;
}
