using System;
using System.Threading;

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
    private BriefLock _gate;
    private Entry[][] _chunks = [];
    private int _free = None;
    private int _used;
    private long _weight;

    internal int LiveCount { get; private set; }

    /// <summary>What all live mappings weigh.</summary>
    internal long Weight => Volatile.Read(ref _weight);

    /// <summary>Enters a mapping.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="weight">What it weighs, in a unit of the mapper's.</param>
    internal MappingToken Add(in TRecord record, int weight = 0)
    {
        _gate.Enter();
        int slot = _free;
        if (slot == None) slot = _used < _chunks.Length << ChunkShift ? _used++ : Grow();
        else _free = At(slot).NextFree;
        ref Entry entry = ref At(slot);
        entry.Record = record;
        entry.Live = true;
        entry.Weight = weight;
        _weight += weight;
        LiveCount++;
        var token = new MappingToken(_owner, slot, entry.Generation);
        _gate.Exit();
        return token;
    }

    /// <summary>The record of a live mapping.</summary>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    internal TRecord Get(MappingToken token)
    {
        TRecord record = Find(token).Record;
        _gate.Exit();
        return record;
    }

    /// <summary>Gives a live mapping another record.</summary>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    internal void Set(MappingToken token, in TRecord record)
    {
        Find(token).Record = record;
        _gate.Exit();
    }

    /// <summary>Ends a mapping and gives its record; of two threads that try, one gets it and the other is told.</summary>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    internal TRecord Take(MappingToken token)
    {
        ref Entry entry = ref Find(token);
        TRecord record = entry.Record;
        entry.Record = default;
        entry.Live = false;
        _weight -= entry.Weight;
        entry.Generation++;
        if (entry.Generation != 0)
        {
            // After 2^32 mappings a slot is left alone, so that no old token names a new one.
            entry.NextFree = _free;
            _free = token.Slot;
        }

        LiveCount--;
        _gate.Exit();
        return record;
    }

    /// <summary>Enters the gate, and finds a live mapping.</summary>
    /// <exception cref="ArgumentException">The token is stale, foreign or none. The gate was left.</exception>
    private ref Entry Find(MappingToken token)
    {
        if (token.Owner == _owner)
        {
            _gate.Enter();
            if ((uint)token.Slot < (uint)_used)
            {
                ref Entry entry = ref At(token.Slot);
                if (entry.Live && entry.Generation == token.Generation) return ref entry;
            }

            _gate.Exit();
        }

        ThrowNot(token);
        return ref At(0);
    }

    private void ThrowNot(MappingToken token)
    {
        // Whoever keeps anything but mappings here is given it by a name that is not called a token.
        string parameter = what == "mapping" ? nameof(token) : what;
        if (token.IsNone) Throw.Argument(parameter, $"The {parameter} names no {what} of {mapper}: it is the default value.");
        if (token.Owner != _owner) Throw.Argument(parameter, $"The {parameter} names a {what} of somebody else, not of {mapper}.");
        Throw.Argument(parameter, $"The {parameter} is stale: the {what} that it named ({what} {token.Slot} (generation {token.Generation}) of {mapper}) has ended before.");
    }

    private ref Entry At(int slot) => ref _chunks[slot >> ChunkShift][slot & (ChunkSize - 1)];

    /// <summary>Makes another chunk, with the gate left meanwhile: an allocation may stop the thread.</summary>
    /// <returns>A slot that nobody has used.</returns>
    private int Grow()
    {
        _gate.Exit();
        var chunk = new Entry[ChunkSize];
        while (true)
        {
            Entry[][] known = Volatile.Read(ref _chunks);
            Entry[][] grown = [.. known, chunk];
            _gate.Enter();
            if (_used < _chunks.Length << ChunkShift) return _used++;
            if (_chunks == known)
            {
                _chunks = grown;
                return _used++;
            }

            _gate.Exit();
        }
    }

    private struct Entry
    {
        internal TRecord Record;
        internal uint Generation;
        internal int NextFree;
        internal int Weight;
        internal bool Live;
    }
}
