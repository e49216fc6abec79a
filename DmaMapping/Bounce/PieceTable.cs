using System;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// What stands at each slot of a pool, and which frame the slot is. Numbers are given out in chunks, to an extent as many
/// together as it needs. The notes of a chunk are made when a slot of it is first taken, and stay while the extent does.
/// </summary>
internal sealed class PieceTable
{
    internal const int ChunkShift = 9;
    private const int ChunkSlots = 1 << ChunkShift;

    /// <summary>Replaced when it grows; what is in it stays at its place.</summary>
    private Chunk?[] _chunks = [];

    internal ref BouncePiece this[int slot] => ref _chunks[slot >> ChunkShift]!.Pieces![slot & (ChunkSlots - 1)];

    internal Pfn FrameOf(int slot) => _chunks[slot >> ChunkShift]!.First + (slot & (ChunkSlots - 1));

    internal PoolExtent ExtentOf(int slot) => _chunks[slot >> ChunkShift]!.Extent;

    /// <summary>Gives an extent its numbers. One thread at a time adds and removes.</summary>
    internal void Add(PoolExtent extent)
    {
        int needed = (extent.Count + ChunkSlots - 1) >> ChunkShift;
        int at = FreeChunks(needed);
        Chunk?[] chunks = _chunks;
        if (at + needed > chunks.Length) Array.Resize(ref chunks, at + needed);
        for (int i = 0; i < needed; i++) chunks[at + i] = new Chunk(extent, extent.First + ((long)i << ChunkShift));
        extent.FirstSlot = at << ChunkShift;
        Volatile.Write(ref _chunks, chunks);
    }

    /// <summary>Takes the numbers back of an extent of which nobody has any slot.</summary>
    internal void Remove(PoolExtent extent)
    {
        Chunk?[] chunks = _chunks;
        for (int i = extent.FirstSlot >> ChunkShift; i < chunks.Length && chunks[i]?.Extent == extent; i++) chunks[i] = null;
    }

    /// <summary>Makes room for what will stand at slots that were taken.</summary>
    internal void Prepare(int slot, int count)
    {
        int last = (slot + count - 1) >> ChunkShift;
        for (int i = slot >> ChunkShift; i <= last; i++)
        {
            Chunk chunk = _chunks[i]!;
            if (Volatile.Read(ref chunk.Pieces) is null) Interlocked.CompareExchange(ref chunk.Pieces, new BouncePiece[ChunkSlots], null);
        }
    }

    private int FreeChunks(int needed)
    {
        int free = 0;
        for (int i = 0; i < _chunks.Length; i++)
        {
            free = _chunks[i] is null ? free + 1 : 0;
            if (free == needed) return i + 1 - needed;
        }

        return _chunks.Length - free;
    }

    private sealed class Chunk(PoolExtent extent, Pfn first)
    {
        internal BouncePiece[]? Pieces;

        internal PoolExtent Extent { get; } = extent;

        internal Pfn First { get; } = first;
    }
}
