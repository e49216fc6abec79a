using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Decides frame by frame what must bounce for one mapper, what may be copied at all, and where slots are wanted.</summary>
internal sealed class BounceChoice(IPhysicalMemory memory, MapperProfile inner, bool partialFrames)
{
    private readonly ulong _keptFrameBits = inner.Device.Constraints.OffsetPreservingMask >> PageSize.Size4K.Shift;

    /// <summary>Whether partly covered frames are bounced.</summary>
    internal bool BouncesPartialFrames => partialFrames;

    /// <summary>Whether the device wants more address bits kept than those of a byte's offset in its frame.</summary>
    internal bool KeepsFrameBits => _keptFrameBits != 0;

    /// <summary>Whether consecutive slots that keep the wanted bits of a first home also keep those of one so many frames on.</summary>
    internal bool KeepsBits(Pfn first, Pfn home, int distance) => (((first.Value + (ulong)distance) ^ home.Value) & _keptFrameBits) == 0;

    /// <summary>How many slots after an aligned one the slot for a home stands, for the wanted bits to be kept; more than the pool has where it cannot.</summary>
    internal int LeadFor(Pfn home, BouncePool pool) => (int)Math.Min(home.Value & _keptFrameBits, (ulong)(pool.Capacity >> PageSize.Size4K.Shift));

    /// <summary>Whether bytes [from, to) of a 4 KiB frame are out of the device's reach where they are.</summary>
    internal bool MustBounce(Pfn frame, int from, int to)
        => !inner.Reaches(frame.ToAddress(PageSize.Size4K) + from, to - from)
        || (partialFrames && to - from < PageSize.Size4K.Bytes);

    /// <summary>Whether a frame has a page behind it: device memory and protected memory are never copied away.</summary>
    internal bool MayCopy(Pfn frame) => memory.RegionAt(frame.ToAddress(PageSize.Size4K)).Kind == MemoryKind.PageBacked;

    /// <summary>Where a run of slots is best placed, so that the device's segment rules cut it least.</summary>
    internal Placement PlacementOf(int frames)
    {
        DmaConstraints constraints = inner.Device.Constraints;
        ulong kept = !KeepsFrameBits ? 1 : constraints.OffsetPreservingMask == ulong.MaxValue ? 1ul << 63 : constraints.OffsetPreservingMask + 1;
        if (inner.Addressing == Addressing.Translated) return new Placement { Alignment = kept };
        bool fits = ((ulong)frames << PageSize.Size4K.Shift) - 1 <= constraints.SegmentBoundaryMask;
        return new Placement
        {
            Alignment = Math.Max(constraints.Alignment, kept),
            BoundaryMask = fits ? constraints.SegmentBoundaryMask : 0,
        };
    }
}
