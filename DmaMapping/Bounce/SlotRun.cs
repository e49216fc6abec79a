namespace DmaMapping;

/// <summary>Consecutive slots.</summary>
internal readonly struct SlotRun(int slot, int count)
{
    internal int Slot { get; } = slot;

    internal int Count { get; } = count;
}
