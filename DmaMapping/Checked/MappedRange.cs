using PfnBuffers;

namespace DmaMapping;

/// <summary>A range of physical or of device addresses in one mapping.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">Bytes, at least 1; it may end at 2^64.</param>
/// <param name="Offset">Offset of the first byte in the mapping.</param>
/// <param name="Mapping">The mapping.</param>
internal readonly record struct MappedRange(ulong Start, long Length, long Offset, TrackedMapping Mapping)
{
    internal bool Contains(ulong address) => address >= Start && address - Start < (ulong)Length;
}
