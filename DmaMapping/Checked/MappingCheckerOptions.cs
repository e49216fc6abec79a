using System;

namespace DmaMapping;

/// <summary>How strict a <see cref="MappingChecker"/> is, and whom it tells. Immutable.</summary>
public sealed class MappingCheckerOptions
{
    /// <summary>
    /// Receives each misuse, in the call that commits it, on its thread, with nothing held; what it throws comes out of that call, and undoes
    /// it. If it returns, the call goes on as if unchecked. Null: a <see cref="DmaMisuseException"/> is thrown. A loss found by the garbage
    /// collector is told on its thread; what is thrown there is swallowed.
    /// </summary>
    public Action<MisuseReport>? OnMisuse { get; init; }

    /// <summary>Most live mappings that let devices write one byte, 1 or more; more look like a leak. Linux's limit is 7.</summary>
    public int MostOverlaps { get; init; } = 7;

    /// <summary>
    /// Whether any byte that is mapped twice is a misuse if one mapping lets its device write, as Linux has it. Off, for sharing a buffer is
    /// just that; what is never allowed is a copy among them (invariant I7).
    /// </summary>
    public bool ForbidsSharedWrites { get; init; }

    /// <summary>How many mappings, links and reservations are remembered after their end, 0 or more: of older ones a report cannot tell the sites.</summary>
    public int EndedKept { get; init; } = 256;
}
