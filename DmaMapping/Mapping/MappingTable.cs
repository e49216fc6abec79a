using System;

namespace DmaMapping;

/// <summary>
/// The live mappings of one mapper: records in slots that are reused last-in first-out, named by tokens with generations.
/// Slots stand in chunks that never move and are never given back, so a steady state allocates nothing. Thread-safe.
/// </summary>
internal sealed class MappingTable<TRecord>(string mapper, string what = "mapping")
    where TRecord : struct
{
    private const int ChunkShift = 8;
    private const int ChunkSize = 1 << ChunkShift;
    private const int None = -1;

    private readonly int _owner = MappingTableOwners.Next();
    private readonly object _lock = new();
    private Entry[][] _chunks = [];
    private int _free = None;
    private int _used;

    internal int LiveCount { get; private set; }

    internal MappingToken Add(in TRecord record)
    {
        lock (_lock)
        {
            if (_free == None)
            {
                if (_used >> ChunkShift == _chunks.Length) Grow();
                At(_used).NextFree = None;
                _free = _used++;
            }

            int slot = _free;
            ref Entry entry = ref At(slot);
            _free = entry.NextFree;
            entry.Record = record;
            entry.Live = true;
            LiveCount++;
            return new MappingToken(_owner, slot, entry.Generation);
        }
    }

    /// <summary>The record of a live mapping.</summary>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    internal TRecord Get(MappingToken token)
    {
        lock (_lock) return Find(token).Record;
    }

    /// <summary>Gives a live mapping another record.</summary>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    internal void Set(MappingToken token, in TRecord record)
    {
        lock (_lock) Find(token).Record = record;
    }

    /// <summary>Ends a mapping and gives its record; of two threads that try, one gets it and the other is told.</summary>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    internal TRecord Take(MappingToken token)
    {
        lock (_lock)
        {
            ref Entry entry = ref Find(token);
            TRecord record = entry.Record;
            entry.Record = default;
            entry.Live = false;
            entry.Generation++;
            entry.NextFree = _free;
            _free = token.Slot;
            LiveCount--;
            return record;
        }
    }

    private ref Entry Find(MappingToken token)
    {
        if (token.IsNone) Throw.Argument(nameof(token), $"The token names no {what} of {mapper}: it is the default value.");
        if (token.Owner != _owner) Throw.Argument(nameof(token), $"The token names a {what} of somebody else, not of {mapper}.");
        ref Entry entry = ref At(token.Slot);
        if (!entry.Live || entry.Generation != token.Generation)
            Throw.Argument(nameof(token), $"The token is stale: the {what} that it named ({token} of {mapper}) has ended before.");
        return ref entry;
    }

    private ref Entry At(int slot) => ref _chunks[slot >> ChunkShift][slot & (ChunkSize - 1)];

    private void Grow()
    {
        Array.Resize(ref _chunks, _chunks.Length + 1);
        _chunks[_chunks.Length - 1] = new Entry[ChunkSize];
    }

    private struct Entry
    {
        internal TRecord Record;
        internal uint Generation;
        internal int NextFree;
        internal bool Live;
    }
}
