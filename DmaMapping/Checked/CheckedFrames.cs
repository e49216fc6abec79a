using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// A <see cref="FrameAllocator"/> that takes no frames back while something of them is mapped, or in quarantine: freeing what a device can still reach is told to a
/// <see cref="MappingChecker"/>, and where that throws nothing is freed. Thread-safe.
/// </summary>
/// <param name="checker">The machine's checker.</param>
/// <param name="frames">The allocator.</param>
/// <exception cref="ArgumentNullException">No checker or no allocator.</exception>
public sealed class CheckedFrames(MappingChecker checker, FrameAllocator frames)
{
    private readonly MappingChecker _checker = Throw.IfNull(checker, nameof(checker));
    private readonly FrameAllocator _frames = Throw.IfNull(frames, nameof(frames));

    /// <summary>Held by who takes frames and by who gives them back, so that what is known of them is in the order in which they come and go.</summary>
    private readonly object _order = new();

    /// <summary>Takes frames that need not lie together, each placed as asked; all of them or none.</summary>
    /// <inheritdoc cref="FrameAllocator.TryAllocate(Span{Pfn}, PageSize, in Placement)"/>
    public bool TryAllocate(Span<Pfn> frames, PageSize pageSize, in Placement placement)
    {
        lock (_order)
        {
            if (!_frames.TryAllocate(frames, pageSize, placement)) return false;
            _checker.GaveOut(new PfnView(frames, pageSize));
            return true;
        }
    }

    /// <summary>Takes one contiguous range.</summary>
    /// <inheritdoc cref="FrameAllocator.TryAllocate(int, in Placement, out Pfn)"/>
    public bool TryAllocate(int frames, in Placement placement, out Pfn first)
    {
        lock (_order)
        {
            if (!_frames.TryAllocate(frames, placement, out first)) return false;
            _checker.GaveOut(first.ToAddress(PageSize.Size4K), (long)frames << PageSize.Size4K.Shift);
            return true;
        }
    }

    /// <summary>Gives consecutive frames of 4 KiB back.</summary>
    /// <inheritdoc cref="FrameAllocator.Free(Pfn, int)"/>
    /// <exception cref="DmaMisuseException">Something of them is mapped; nothing was freed.</exception>
    public void Free(Pfn first, int frames)
    {
        (PhysicalAddress start, long length) = (first.ToAddress(PageSize.Size4K), (long)frames << PageSize.Size4K.Shift);
        if (frames > 0) _checker.CheckFree(start, length);
        DriverSite here = DriverSites.Find();
        lock (_order)
        {
            _frames.Free(first, frames);
            _checker.GaveBack(start, length, here);
        }
    }

    /// <summary>Gives frames back.</summary>
    /// <inheritdoc cref="FrameAllocator.Free(ReadOnlySpan{Pfn}, PageSize)"/>
    /// <exception cref="DmaMisuseException">Something of them is mapped; nothing was freed.</exception>
    public void Free(ReadOnlySpan<Pfn> frames, PageSize pageSize)
    {
        var view = new PfnView(frames, pageSize);

        // Of frames beyond 2^64 bytes nothing is mapped, and the allocator says what they are.
        if (view.FramesFitIn(64 - pageSize.Shift)) _checker.CheckFree(view);
        lock (_order)
        {
            _frames.Free(frames, pageSize);
            _checker.GaveBack(view);
        }
    }
}
