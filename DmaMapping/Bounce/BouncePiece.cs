using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Bytes that lie together at home and in consecutive slots: what a mapping's copy is made of. A piece lies in one home block of
/// <see cref="BlockBytes"/>, so those that could overlap are found under one key. A byte keeps its offset in its frame, so that a
/// mapping is bounced by putting the slot's pfn in the place of the home's. A live piece stands at its first slot.
/// </summary>
internal struct BouncePiece
{
    internal const int BlockShift = 16;
    internal const int BlockBytes = 1 << BlockShift;
    internal const int None = -1;

    /// <summary>Physical address of the first byte.</summary>
    internal ulong Home;

    /// <summary>Offset in the view of the first byte.</summary>
    internal long ViewOffset;

    /// <summary>Bytes, 1 to <see cref="BlockBytes"/>.</summary>
    internal int Length;

    /// <summary>The slot of the first byte.</summary>
    internal int Slot;

    /// <summary>The first piece of the same mapping.</summary>
    internal int FirstInMapping;

    /// <summary>The next piece of the same mapping, in the order of the view; -1 after the last. In a lane, the next run that is free.</summary>
    internal int NextInMapping;

    /// <summary>The next piece whose home falls into the same bucket; -1 after the last.</summary>
    internal int NextInBucket;

    /// <summary>Whether its slots are the first of a run that was taken as one, and is freed as one.</summary>
    internal bool BeginsRun;

    internal bool DeviceWrites;

    /// <summary>Whether its mapping takes turns with others.</summary>
    internal bool TakesTurns;

    internal readonly ulong Block => Home >> BlockShift;

    /// <summary>Offset of the first byte in its frame.</summary>
    internal readonly int FromInFrame => (int)Home & (int)(PageSize.Size4K.Bytes - 1);

    internal readonly int SlotCount => (FromInFrame + Length + (int)PageSize.Size4K.Bytes - 1) >> PageSize.Size4K.Shift;

    internal readonly long EndInView => ViewOffset + Length;

    /// <summary>The slot after its last one.</summary>
    internal readonly int EndSlot => Slot + SlotCount;
}
