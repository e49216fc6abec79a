using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// One 4 KiB frame of a bounce pool, and whose copy it holds: bytes [From, To) of the frame at Home. A byte keeps its
/// offset in the frame, so that a mapping is bounced by putting the slot's pfn in the place of the home's.
/// </summary>
internal struct BounceSlot
{
    /// <summary>Frame number of the home, in 4 KiB frames.</summary>
    internal ulong Home;

    /// <summary>Offset in the view of the byte at <see cref="From"/>.</summary>
    internal long ViewOffset;

    internal int From;
    internal int To;
    internal bool DeviceWrites;

    /// <summary>Whether its mapping takes turns with others.</summary>
    internal bool TakesTurns;

    /// <summary>The first slot of the same mapping.</summary>
    internal int FirstInMapping;

    /// <summary>The next slot of the same mapping, in the order of the view; -1 after the last.</summary>
    internal int NextInMapping;

    /// <summary>The next slot whose home falls into the same bucket; -1 after the last.</summary>
    internal int NextInBucket;

    internal readonly int Length => To - From;
}
