using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Which home each slot of a pool stands for, and the other way round. This is where I7 is held among bounced mappings:
/// two copies of one byte may live at once only while no device may write either, or if both take turns and are of two mappings. Guarded by its pool's lock.
/// </summary>
internal sealed class BounceSlots
{
    internal const int None = -1;

    private readonly BounceSlot[] _slots;
    private readonly int[] _buckets;
    private readonly int _shift;

    internal BounceSlots(int count)
    {
        _slots = new BounceSlot[count];
        int log = Math.Max(1, Bits.CeilLog2((ulong)count));
        _shift = 64 - log;
        _buckets = new int[1 << log];
        for (int i = 0; i < _buckets.Length; i++) _buckets[i] = None;
    }

    internal ref BounceSlot this[int slot] => ref _slots[slot];

    /// <summary>Enters a filled slot under its home, unless a copy of one of its bytes lives that would diverge from it.</summary>
    internal bool TryEnter(int slot)
    {
        ref BounceSlot entering = ref _slots[slot];
        ref int bucket = ref BucketOf(entering.Home);
        for (int at = bucket; at != None; at = _slots[at].NextInBucket)
        {
            ref BounceSlot other = ref _slots[at];
            bool overlaps = other.Home == entering.Home && other.From < entering.To && entering.From < other.To;
            if (overlaps && (other.DeviceWrites || entering.DeviceWrites) && !(other.TakesTurns && entering.TakesTurns && other.FirstInMapping != entering.FirstInMapping)) return false;
        }

        entering.NextInBucket = bucket;
        bucket = slot;
        return true;
    }

    internal void Leave(int slot)
    {
        ref int link = ref BucketOf(_slots[slot].Home);
        while (link != slot) link = ref _slots[link].NextInBucket;
        link = _slots[slot].NextInBucket;
    }

    private ref int BucketOf(ulong home) => ref _buckets[(int)((home * 0x9E37_79B9_7F4A_7C15) >> _shift)];
}
