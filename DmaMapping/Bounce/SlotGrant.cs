namespace DmaMapping;

/// <summary>Slots that somebody waited for.</summary>
internal readonly struct SlotGrant(ReservedSlots slots)
{
    internal ReservedSlots Slots { get; } = slots;
}
