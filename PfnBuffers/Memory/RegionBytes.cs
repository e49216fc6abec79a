using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace PfnBuffers;

/// <summary>
/// The bytes behind one region, committed in chunks of 2 MiB when they are first reached. The directory has two levels,
/// so that a region of a terabyte costs 4 KiB before it is used. Thread-safe: a lock is held while a chunk is committed, and none to reach it.
/// </summary>
internal sealed class RegionBytes
{
    private const int ChunkShift = 21;
    private const int TableShift = 10;
    private const int TableMask = (1 << TableShift) - 1;
    private const long ChunkMask = (1L << ChunkShift) - 1;

    private readonly Chunk[]?[] _tables;
    private long _committed;

    internal RegionBytes(MemoryRegion region)
    {
        Region = region;
        Start = region.Start.Value;
        Length = (ulong)region.Length;
        _tables = new Chunk[]?[((region.Length - 1) >> (ChunkShift + TableShift)) + 1];
    }

    internal MemoryRegion Region { get; }

    internal ulong Start { get; }

    internal ulong Length { get; }

    internal long CommittedBytes => Interlocked.Read(ref _committed);

    /// <summary>The bytes from an offset to the end of its chunk, at most so many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> At(ulong offset, long length)
    {
        Chunk[]? table = _tables[(int)(offset >> (ChunkShift + TableShift))];
        if (table is not null)
        {
            ref Chunk chunk = ref table[(int)(offset >> ChunkShift) & TableMask];
            if (Volatile.Read(ref chunk.Bytes) is { } bytes)
            {
                int inChunk = (int)offset & (int)ChunkMask;
                int room = chunk.Length - inChunk;
                return bytes.AsSpan(chunk.First + inChunk, length < room ? (int)length : room);
            }
        }

        return AtFirst(offset, length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Span<byte> AtFirst(ulong offset, long length)
    {
        Commit(offset);
        return At(offset, length);
    }

    /// <summary>The last chunk ends where the region does.</summary>
    private void Commit(ulong offset)
    {
        lock (_tables)
        {
            ref Chunk[]? table = ref _tables[(int)(offset >> (ChunkShift + TableShift))];
            if (table is null) Volatile.Write(ref table, new Chunk[1 << TableShift]);
            ref Chunk chunk = ref table![(int)(offset >> ChunkShift) & TableMask];
            if (chunk.Bytes is not null) return;
            long start = (long)offset & ~ChunkMask;
            chunk.Length = (int)Math.Min(ChunkMask + 1, Region.Length - start);
            byte[] bytes = AlignedBytes.Allocate(chunk.Length, out chunk.First);
            Interlocked.Add(ref _committed, chunk.Length);
            Volatile.Write(ref chunk.Bytes, bytes);
        }
    }

    private struct Chunk
    {
        /// <summary>Written last, for whoever sees it does not look whether the others are there.</summary>
        internal byte[]? Bytes;

        /// <summary>Index of the chunk's first byte.</summary>
        internal int First;

        internal int Length;
    }
}
