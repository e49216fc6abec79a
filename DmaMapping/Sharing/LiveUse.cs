using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// One live use of a shared buffer's bytes: a mapping by a device, or an open access by the CPU.
/// Two uses conflict on a byte if either holds a copy of it and either may write it (invariant I7).
/// </summary>
internal readonly struct LiveUse(string owner, long offset, long length, bool writes, MapPart[] bounced, int bouncedCount)
{
    internal string Owner { get; } = owner;

    internal long Offset { get; } = offset;

    internal long Length { get; } = length;

    internal bool Writes { get; } = writes;

    /// <summary>Bounced parts, at offsets in the buffer; a pooled array.</summary>
    internal MapPart[] Bounced { get; } = bounced;

    internal int BouncedCount { get; } = bouncedCount;

    internal bool ConflictsWith(in LiveUse other)
    {
        if (!Writes && !other.Writes) return false;
        long from = Math.Max(Offset, other.Offset);
        long to = Math.Min(Offset + Length, other.Offset + other.Length);
        return from < to && (HoldsCopyIn(from, to) || other.HoldsCopyIn(from, to));
    }

    private bool HoldsCopyIn(long from, long to)
    {
        for (int i = 0; i < BouncedCount; i++)
        {
            ref MapPart part = ref Bounced[i];
            if (part.Offset < to && from < part.Offset + part.Length) return true;
        }

        return false;
    }
}
