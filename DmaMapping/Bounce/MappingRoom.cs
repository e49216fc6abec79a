namespace DmaMapping;

/// <summary>What is reserved for one mapping; the default value says nothing is.</summary>
/// <param name="slots">The only slots that it takes; null for the pool's.</param>
/// <param name="into">The IOVAs that it takes; none for any.</param>
internal readonly struct MappingRoom(ReservedSlots? slots, IovaReservation into)
{
    internal bool IsNone => Slots is null;

    internal ReservedSlots? Slots { get; } = slots;

    internal IovaReservation Into { get; } = into;
}
