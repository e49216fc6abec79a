using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// One live use of a shared buffer's bytes: a mapping by a device, pfns that it holds, or an open access by the CPU.
/// Two uses conflict on a byte if either holds a copy of it and either may write it, unless both take turns (invariant I7).
/// </summary>
internal struct LiveUse
{
    /// <summary>Whose it is; null for the CPU.</summary>
    internal Attachment? Attachment { get; init; }

    internal HoldingKind Kind { get; init; }

    internal long Offset { get; init; }

    internal long Length { get; init; }

    internal DmaDirection Direction { get; init; }

    /// <summary>How it was mapped, but for <see cref="MapOptions.Prefix"/>: the length is what came of that.</summary>
    internal MapOptions Options { get; init; }

    internal bool Writes { get; init; }

    internal bool TakesTurns { get; init; }

    /// <summary>Bounced parts, at offsets in the buffer; a pooled array.</summary>
    internal MapPart[] Bounced { get; set; }

    internal int BouncedCount { get; set; }

    /// <summary>The attachment's own name for it.</summary>
    internal MappingToken Token { get; set; }

    /// <summary>The mapper's name for it; none where nothing is mapped.</summary>
    internal MappingToken Inner { get; set; }

    internal readonly string Owner => Attachment?.Name ?? SharingState.Cpu;

    internal readonly bool ConflictsWith(in LiveUse other)
    {
        if ((!Writes && !other.Writes) || (TakesTurns && other.TakesTurns)) return false;
        long from = Math.Max(Offset, other.Offset);
        long to = Math.Min(Offset + Length, other.Offset + other.Length);
        return from < to && (HoldsCopyIn(from, to) || other.HoldsCopyIn(from, to));
    }

    private readonly bool HoldsCopyIn(long from, long to)
    {
        for (int i = 0; i < BouncedCount; i++)
        {
            ref MapPart part = ref Bounced[i];
            if (part.Offset < to && from < part.Offset + part.Length) return true;
        }

        return false;
    }
}
