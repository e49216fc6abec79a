using System;
using System.Threading;

namespace DmaMapping;

/// <summary>
/// The mappings that were made through one lane, in slots that are reused last-in first-out. Slots stand in chunks
/// that never move and are never given back, so that a steady state allocates nothing. Taking and freeing a slot is guarded
/// by the lane; whoever ends a mapping wins its slot by an atomic step of the generation, without the lane.
/// </summary>
internal sealed class MappingRecords
{
    private const int ChunkShift = 8;
    private const int ChunkSize = 1 << ChunkShift;
    private const int MostSlots = 1 << (31 - LaneSet.IndexBits);
    private const int None = -1;

    private MappingRecord[][] _chunks = [];
    private int _free = None;
    private int _used;

    /// <summary>Mappings that are live, or whose end is under way.</summary>
    internal int Live { get; private set; }

    /// <summary>A free slot, to be filled and then made live by its state.</summary>
    internal ref MappingRecord Take(out int slot)
    {
        slot = _free;
        if (slot == None)
        {
            slot = _used;
            if (slot >> ChunkShift == _chunks.Length || _chunks[slot >> ChunkShift] is null) Grow(slot);
            _used++;
            Live++;
            return ref At(slot);
        }

        ref MappingRecord record = ref At(slot);
        _free = record.OwnerOrNext;
        Live++;
        return ref record;
    }

    internal void Free(int slot)
    {
        ref MappingRecord record = ref At(slot);
        record.Span = null;
        record.OwnerOrNext = _free;
        _free = slot;
        Live--;
    }

    /// <summary>Whether a slot was ever used, so that <see cref="At"/> may be asked for it.</summary>
    internal bool Has(int slot)
    {
        MappingRecord[][] chunks = Volatile.Read(ref _chunks);
        return slot >= 0 && slot >> ChunkShift < chunks.Length && chunks[slot >> ChunkShift] is not null;
    }

    internal ref MappingRecord At(int slot) => ref Volatile.Read(ref _chunks)[slot >> ChunkShift][slot & (ChunkSize - 1)];

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

    private void Grow(int slot)
    {
        if (slot >= MostSlots) Throw.Invalid($"A lane of a domain holds at most {MostSlots} mappings.");
        MappingRecord[][] chunks = _chunks;
        if (slot >> ChunkShift == chunks.Length) Array.Resize(ref chunks, Math.Max(4, chunks.Length * 2));
        chunks[slot >> ChunkShift] = new MappingRecord[ChunkSize];
        Volatile.Write(ref _chunks, chunks);
    }
}
