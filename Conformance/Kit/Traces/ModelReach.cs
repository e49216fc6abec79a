using PfnBuffers;

namespace Conformance;

/// <summary>IOVAs at which a device reaches whole granules.</summary>
/// <param name="Start">The IOVA of the first byte that was asked for.</param>
/// <param name="View">What is there.</param>
/// <param name="Access">What the device may do to it.</param>
internal sealed record ModelReach(ulong Start, ModelView View, MemoryAccess Access)
{
    internal ulong First => Start / TraceMemory.Frame;

    internal ulong Count => (ulong)View.Granules;

    /// <summary>The first granule that nobody else has meanwhile: of a spent reservation, all that was reserved.</summary>
    internal ulong RoomFirst { get; set; } = Start / TraceMemory.Frame;

    /// <summary>How many of those there are.</summary>
    internal ulong RoomCount { get; set; } = (ulong)View.Granules;

    internal bool Holds(ulong address) => (address / TraceMemory.Frame) - First < Count;

    internal bool Overlaps(ulong first, ulong count) => first < RoomFirst + RoomCount && RoomFirst < first + count;
}
