namespace DmaMapping;

/// <summary>How reserving came out. Whatever is not <see cref="Reserved"/> is a shortage, and nothing changed.</summary>
public enum ReserveStatus
{
    /// <summary>Nothing was tried.</summary>
    NotReserved = 0,

    /// <summary>There is a reservation.</summary>
    Reserved,

    /// <summary>The IOVA space has no free block of the size, or somebody waits for one.</summary>
    NoIovaSpace,

    /// <summary>No memory for the page tables that the links may need.</summary>
    NoTableMemory,

    /// <summary>The bounce pool has no slots for the edges, or somebody waits for some.</summary>
    NoBounceSpace,
}
