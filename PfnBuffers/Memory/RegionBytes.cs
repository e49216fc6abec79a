using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace PfnBuffers;

/// <summary>
/// The bytes behind one region, committed in chunks of 2 MiB when they are first reached. The directory has two levels,
/// so that a region of a terabyte costs 4 KiB before it is used. Thread-safe without a lock.
/// </summary>
internal sealed class RegionBytes
{
    private const int ChunkShift = 21;
    private const int TableShift = 10;
    private const int TableMask = (1 << TableShift) - 1;
    private const long ChunkMask = (1L << ChunkShift) - 1;

    private readonly byte[]?[]?[] _tables;
    private long _committed;

    internal RegionBytes(MemoryRegion region)
    {
        Region = region;
        Start = region.Start.Value;
        Length = (ulong)region.Length;
        _tables = new byte[]?[]?[((region.Length - 1) >> (ChunkShift + TableShift)) + 1];
    }

    internal MemoryRegion Region { get; }

    internal ulong Start { get; }

    internal ulong Length { get; }

    internal long CommittedBytes => Interlocked.Read(ref _committed);

    /// <summary>The bytes from an offset to the end of its chunk, at most so many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> At(ulong offset, long length)
    {
        byte[]?[]? table = _tables[(int)(offset >> (ChunkShift + TableShift))];
        byte[] chunk = table?[(int)(offset >> ChunkShift) & TableMask] ?? Commit(offset);
        int inChunk = (int)offset & (int)ChunkMask;
        int room = chunk.Length - inChunk;
        return chunk.AsSpan(inChunk, length < room ? (int)length : room);
    }

    /// <summary>The last chunk ends where the region does. Of two threads that come first, one throws its chunk away.</summary>
    private byte[] Commit(ulong offset)
    {
        ref byte[]?[]? table = ref _tables[offset >> (ChunkShift + TableShift)];
        if (Volatile.Read(ref table) is null) Interlocked.CompareExchange(ref table, new byte[]?[1 << TableShift], null);

        long start = (long)offset & ~ChunkMask;
        var fresh = new byte[Math.Min(ChunkMask + 1, Region.Length - start)];
        byte[]? before = Interlocked.CompareExchange(ref table![(int)(offset >> ChunkShift) & TableMask], fresh, null);
        if (before is not null) return before;
        Interlocked.Add(ref _committed, fresh.Length);
        return fresh;
    }
}
