using PfnBuffers;

namespace DmaMapping;

/// <summary>Decides frame by frame what must bounce for one mapper, what may be copied at all, and where slots are wanted.</summary>
internal sealed class BounceChoice(IPhysicalMemory memory, MapperProfile inner, bool partialFrames)
{
    /// <summary>Whether bytes [from, to) of a 4 KiB frame are out of the device's reach where they are.</summary>
    internal bool MustBounce(Pfn frame, int from, int to)
        => !inner.Reaches(frame.ToAddress(PageSize.Size4K) + from, to - from)
        || (partialFrames && to - from < PageSize.Size4K.Bytes);

    /// <summary>Whether a frame has a page behind it: device memory and protected memory are never copied away.</summary>
    internal bool MayCopy(Pfn frame) => memory.RegionAt(frame.ToAddress(PageSize.Size4K)).Kind == MemoryKind.PageBacked;

    /// <summary>Where a run of slots is best placed, so that the device's segment rules cut it least.</summary>
    internal Placement PlacementOf(int frames)
    {
        if (inner.Addressing == Addressing.Translated) return default;
        DmaConstraints constraints = inner.Device.Constraints;
        bool fits = ((ulong)frames << PageSize.Size4K.Shift) - 1 <= constraints.SegmentBoundaryMask;
        return new Placement
        {
            Alignment = constraints.Alignment,
            BoundaryMask = fits ? constraints.SegmentBoundaryMask : 0,
        };
    }
}
