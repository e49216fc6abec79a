using System.Collections.Generic;

namespace DmaMapping;

/// <summary>What came of a move, for one holder. Immutable.</summary>
public sealed class MoveOutcome
{
    internal MoveOutcome(Attachment attachment, bool hasMoved, IReadOnlyList<MovedMapping> mappings)
    {
        Attachment = attachment;
        HasMoved = hasMoved;
        Mappings = mappings;
    }

    /// <summary>The attachment that is told.</summary>
    public Attachment Attachment { get; }

    /// <summary>Whether the bytes have moved. If not, everything is as it was: DMA may go on with the segments of before.</summary>
    public bool HasMoved { get; }

    /// <summary>After a move, every live mapping and hold of the attachment on the new frames; else empty.</summary>
    public IReadOnlyList<MovedMapping> Mappings { get; }
}
