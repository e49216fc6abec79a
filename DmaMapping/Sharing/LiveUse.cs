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

    /// <summary>Offset in the buffer; of a plane's first byte.</summary>
    internal long Offset { get; init; }

    /// <summary>Bytes; those of a plane's lines.</summary>
    internal long Length { get; init; }

    /// <summary>The plane that the bytes are part of; empty for a range.</summary>
    internal Plane Plane { get; init; }

    /// <summary>The first byte of the plane that is used.</summary>
    internal long From { get; init; }

    /// <summary>What its owner does to the bytes, the CPU too.</summary>
    internal DmaDirection Direction { get; init; }

    /// <summary>How it was mapped, but for <see cref="MapOptions.Prefix"/>: the length is what came of that.</summary>
    internal MapOptions Options { get; init; }

    internal bool Writes { get; init; }

    internal bool TakesTurns { get; init; }

    /// <summary>Bounced parts, at offsets in the buffer; a pooled array.</summary>
    internal MapPart[] Bounced { get; set; }

    internal int BouncedCount { get; set; }

    /// <summary>Whether every byte counts as a copy.</summary>
    internal bool IsAllBounced { get; set; }

    /// <summary>How many bytes are copies, as the mapper told.</summary>
    internal long BouncedBytes { get; set; }

    /// <summary>The attachment's own name for it.</summary>
    internal MappingToken Token { get; set; }

    /// <summary>The mapper's name for it; none where nothing is mapped.</summary>
    internal MappingToken Inner { get; set; }

    /// <summary>Whether the mapping was ended under its owner, who has yet to unmap it.</summary>
    internal bool IsRevoked { get; set; }

    /// <summary>Whether it was revoked and its copies are still within reach of the device, which nothing confines.</summary>
    internal bool KeepsSlots { get; set; }

    private readonly bool IsMapped => Kind == HoldingKind.Mapping && !IsRevoked;

    internal readonly string Owner => Attachment?.Name ?? SharingState.Cpu;

    internal readonly bool ConflictsWith(in LiveUse other)
    {
        if ((!Writes && !other.Writes) || (TakesTurns && other.TakesTurns)) return false;
        if (Length == 0 || other.Length == 0) return false;
        if (!Plane.IsEmpty || !other.Plane.IsEmpty) return ConflictsInLines(other);
        long from = Math.Max(Offset, other.Offset);
        long to = Math.Min(Offset + Length, other.Offset + other.Length);
        return from < to && (HoldsCopyIn(from, to) || other.HoldsCopyIn(from, to));
    }

    /// <summary>The ranges of the buffer that it is about.</summary>
    internal readonly PlanePieces Pieces => PiecesOf(0, Length);

    /// <summary>The ranges of the buffer that some of its bytes are.</summary>
    internal readonly PlanePieces PiecesOf(long offset, long length)
        => Plane.IsEmpty ? new PlanePieces(Offset + offset, length) : new PlanePieces(Plane, From + offset, length);

    internal readonly bool HoldsCopies => IsAllBounced || BouncedCount > 0;

    /// <summary>Ends the mapping at its mapper.</summary>
    internal readonly void Unmap()
    {
        if (!IsMapped && !KeepsSlots) return;
        if (Plane.IsEmpty) Attachment!.Mapper!.Unmap(Inner);
        else Attachment!.Planes.Unmap(Inner);
    }

    internal readonly void SyncForCpu(long offset, long length)
    {
        if (!IsMapped) return;
        if (Plane.IsEmpty) Attachment!.Mapper!.SyncForCpu(Inner, offset, length);
        else Attachment!.Planes.SyncForCpu(Inner, offset, length);
    }

    internal readonly void SyncForDevice(long offset, long length)
    {
        if (!IsMapped) return;
        if (Plane.IsEmpty) Attachment!.Mapper!.SyncForDevice(Inner, offset, length);
        else Attachment!.Planes.SyncForDevice(Inner, offset, length);
    }

    private readonly bool ConflictsInLines(in LiveUse other)
    {
        if (!HoldsCopies && !other.HoldsCopies) return false;
        PlanePieces mine = Pieces, others = other.Pieces;
        for (int i = 0; i < mine.Count; i++)
        {
            long start = mine.OffsetOf(i), end = start + mine.LengthOf(i);
            for (int j = others.PieceFrom(start); j < others.Count && others.OffsetOf(j) < end; j++)
            {
                long from = Math.Max(start, others.OffsetOf(j)), to = Math.Min(end, others.OffsetOf(j) + others.LengthOf(j));
                if (HoldsCopyIn(from, to) || other.HoldsCopyIn(from, to)) return true;
            }
        }

        return false;
    }

    private readonly bool HoldsCopyIn(long from, long to)
    {
        if (IsAllBounced) return true;
        for (int i = 0; i < BouncedCount; i++)
        {
            ref MapPart part = ref Bounced[i];
            if (part.Offset < to && from < part.Offset + part.Length) return true;
        }

        return false;
    }
}
