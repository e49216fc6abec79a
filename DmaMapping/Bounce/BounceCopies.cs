using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Moves the bytes of a mapping's slots between copy and home. A slot belongs to one mapping at a time, so this needs no
/// lock; ranges are in bytes of the mapping, and a mapping is named by its first slot.
/// </summary>
internal sealed class BounceCopies(BouncePool pool)
{
    /// <summary>Home to copy.</summary>
    internal void Fill(int firstSlot, long offset, long length)
    {
        for (int slot = firstSlot; slot != BounceSlots.None; slot = pool.Slots[slot].NextInMapping)
        {
            if (TryClip(slot, offset, length, out PhysicalAddress home, out PhysicalAddress copy, out int bytes))
                pool.Memory.Access(home, bytes).CopyTo(pool.Memory.Access(copy, bytes));
        }
    }

    /// <summary>Copy to home.</summary>
    internal void GoHome(int firstSlot, long offset, long length)
    {
        for (int slot = firstSlot; slot != BounceSlots.None; slot = pool.Slots[slot].NextInMapping)
        {
            if (TryClip(slot, offset, length, out PhysicalAddress home, out PhysicalAddress copy, out int bytes))
                pool.Memory.Access(copy, bytes).CopyTo(pool.Memory.Access(home, bytes));
        }
    }

    /// <summary>Zeroes what a device would see in the slots beside the mapped bytes.</summary>
    internal void ClearBeside(int firstSlot)
    {
        for (int slot = firstSlot; slot != BounceSlots.None; slot = pool.Slots[slot].NextInMapping)
        {
            ref BounceSlot entry = ref pool.Slots[slot];
            if (entry.Length == PageSize.Size4K.Bytes) continue;
            Span<byte> frame = pool.Memory.Access(pool.FrameOf(slot).ToAddress(PageSize.Size4K), PageSize.Size4K.Bytes);
            frame.Slice(0, entry.From).Clear();
            frame.Slice(entry.To).Clear();
        }
    }

    /// <summary>The part of a slot inside a range of the mapping, at home and in the copy; a part never leaves its frame.</summary>
    private bool TryClip(int slot, long offset, long length, out PhysicalAddress home, out PhysicalAddress copy, out int bytes)
    {
        ref BounceSlot entry = ref pool.Slots[slot];
        long from = Math.Max(offset, entry.ViewOffset) - entry.ViewOffset;
        long to = Math.Min(offset + length, entry.ViewOffset + entry.Length) - entry.ViewOffset;
        home = new Pfn(entry.Home).ToAddress(PageSize.Size4K) + (entry.From + from);
        copy = pool.FrameOf(slot).ToAddress(PageSize.Size4K) + (entry.From + from);
        bytes = (int)(to - from);
        return to > from;
    }
}
