using System;

namespace DmaMapping;

/// <summary>Lists how the parts of a bounced mapping are treated, from the slots that it holds.</summary>
internal static class BounceParts
{
    /// <summary>Writes as many parts as the span holds, and counts them all.</summary>
    internal static int List(BounceSlots slots, int firstSlot, long length, MapTreatment inPlace, Span<MapPart> parts)
    {
        int count = 0;
        long at = 0;
        int slot = firstSlot;
        while (at < length)
        {
            long start = at;
            bool bounced = slot != BounceSlots.None && slots[slot].ViewOffset == at;
            if (bounced)
            {
                for (; slot != BounceSlots.None && slots[slot].ViewOffset == at; slot = slots[slot].NextInMapping) at += slots[slot].Length;
            }
            else
            {
                at = slot == BounceSlots.None ? length : slots[slot].ViewOffset;
            }

            if (count < parts.Length) parts[count] = new MapPart(start, at - start, bounced ? MapTreatment.Bounced : inPlace);
            count++;
        }

        return count;
    }

    /// <summary>One bounced part, where the wrapped mapper bounces too: which of its bytes is not worth telling apart.</summary>
    internal static int Whole(long length, Span<MapPart> parts)
    {
        if (!parts.IsEmpty) parts[0] = new MapPart(0, length, MapTreatment.Bounced);
        return 1;
    }
}
