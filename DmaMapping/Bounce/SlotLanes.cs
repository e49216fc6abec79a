using System;

namespace DmaMapping;

/// <summary>The lanes of one pool.</summary>
/// <param name="table">What stands at its slots.</param>
/// <param name="slots">Slots of the pool: a lane keeps a quarter of them at most, and 4 MiB.</param>
internal sealed class SlotLanes(PieceTable table, long slots) : CoreLanes<SlotLane>
{
    private const int MostKept = 1024;

    /// <inheritdoc/>
    protected override SlotLane Create(int index) => new(index, table, (int)Math.Min(MostKept, slots / 4));
}
