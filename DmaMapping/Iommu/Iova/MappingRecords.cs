using System;

namespace DmaMapping;

/// <summary>
/// The records of one lane, in slots. Slots stand in chunks that never move and are never given back, so that a steady state
/// allocates nothing and a record can be written without the lane. Guarded by the lane otherwise.
/// </summary>
internal sealed class MappingRecords
{
    private const int ChunkShift = 8;
    private const int ChunkSize = 1 << ChunkShift;
    private const int MostSlots = 1 << (31 - LaneSet.IndexBits);

    private static readonly MappingRecord[] Never = new MappingRecord[1];

    private MappingRecord[][] _chunks = [];
    private int _blank = -1;
    private int _used;

    /// <summary>The first chunk, which the lane keeps at hand.</summary>
    internal MappingRecord[] First { get; } = new MappingRecord[ChunkSize];

    /// <summary>A record that nobody ever has; not to be written.</summary>
    internal static ref MappingRecord None => ref Never[0];

    /// <summary>Whether there is a slot that has no block.</summary>
    internal bool HasBlank => _blank >= 0 || _used < MostSlots;

    /// <summary>A slot that has no block, where <see cref="HasBlank"/>.</summary>
    internal int TakeBlank()
    {
        int slot = _blank;
        if (slot >= 0)
        {
            _blank = At(slot).OwnerOrNext;
            return slot;
        }

        slot = _used;
        int chunk = (slot >> ChunkShift) - 1;
        if (chunk >= 0 && (chunk == _chunks.Length || _chunks[chunk] is null)) Grow(chunk);
        _used++;
        return slot;
    }

    internal void GiveBlank(int slot)
    {
        ref MappingRecord record = ref At(slot);
        record.Span = null;
        record.OwnerOrNext = _blank;
        _blank = slot;
    }

    /// <summary>Whether a slot was ever used, so that its record may be asked for.</summary>
    internal bool Has(int slot) => (uint)slot < (uint)_used;

    /// <summary>A slot beyond the first chunk that was used; the reference stays good.</summary>
    internal ref MappingRecord AtBeyond(int slot) => ref _chunks[(slot >> ChunkShift) - 1][slot & (ChunkSize - 1)];

    private ref MappingRecord At(int slot)
    {
        if (slot < ChunkSize) return ref First[slot];
        return ref AtBeyond(slot);
    }

    /// <summary>Live mappings of one mapper; reads all slots.</summary>
    internal int CountOf(int owner)
    {
        int count = 0;
        for (int slot = 0; slot < _used; slot++)
        {
            ref MappingRecord record = ref At(slot);
            if ((record.State & 1) != 0 && record.OwnerOrNext == owner) count++;
        }

        return count;
    }

    private void Grow(int chunk)
    {
        if (chunk == _chunks.Length) Array.Resize(ref _chunks, Math.Max(4, _chunks.Length * 2));
        _chunks[chunk] = new MappingRecord[ChunkSize];
    }
}
