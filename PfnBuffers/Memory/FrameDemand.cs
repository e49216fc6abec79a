using System;

namespace PfnBuffers;

/// <summary>
/// A <see cref="Placement"/> in frames of 4 KiB, for one number of frames: the allocator's inner currency.
/// Frame numbers stay below 2^52, so ends do not overflow a long.
/// </summary>
internal readonly struct FrameDemand
{
    private const int Shift = 12;
    private const ulong FrameMask = (1UL << Shift) - 1;

    private readonly long _boundary;

    /// <param name="frames">Consecutive frames wanted, at least 1.</param>
    /// <param name="leastAlignOrder">Base-2 logarithm of the alignment in frames that the frames' own size asks for.</param>
    /// <param name="placement">Where they may lie.</param>
    internal FrameDemand(long frames, int leastAlignOrder, in Placement placement)
    {
        Frames = frames;
        Order = Bits.CeilLog2((ulong)frames);
        First = (long)((placement.First.Value >> Shift) + ((placement.First.Value & FrameMask) != 0 ? 1UL : 0));
        End = (long)((placement.Last.Value >> Shift) + ((placement.Last.Value & FrameMask) == FrameMask ? 1UL : 0));
        AlignOrder = Math.Max(leastAlignOrder, Bits.Log2(placement.Alignment) - Shift);
        ulong boundary = placement.BoundaryMask;
        _boundary = boundary == 0 ? long.MaxValue : (long)((boundary >> Shift) + ((boundary & FrameMask) == FrameMask ? 1UL : 0));
    }

    /// <summary>Consecutive frames wanted.</summary>
    internal long Frames { get; }

    /// <summary>Order of the smallest block that holds them.</summary>
    internal int Order { get; }

    /// <summary>The lowest frame allowed.</summary>
    internal long First { get; }

    /// <summary>The frame after the highest one allowed.</summary>
    internal long End { get; }

    /// <summary>Base-2 logarithm of the alignment in frames.</summary>
    internal int AlignOrder { get; }

    /// <summary>Whether it asks for one whole block, so that a free block of that order is all it needs.</summary>
    internal bool IsBlock => Frames == 1L << Order;

    /// <summary>Whether looking at free blocks misses nothing: every range that would do is a naturally aligned block.</summary>
    internal bool IsNatural => IsBlock && AlignOrder == Order;

    /// <summary>No range of so many frames keeps off every boundary, or none fits the window.</summary>
    internal bool IsImpossible => Frames > _boundary || End - First < Frames;

    /// <summary>Whether the wanted frames may start here, alignment and window considered; boundaries are kept by natural alignment.</summary>
    internal bool AllowsBlock(long frame)
        => frame >= First && frame + Frames <= End && (frame & ((1L << AlignOrder) - 1)) == 0;

    /// <summary>The lowest place for the wanted frames in a free range, at an alignment of at least <see cref="AlignOrder"/>.</summary>
    internal bool TryFit(long start, long end, int alignOrder, out long first)
    {
        first = AlignUp(Math.Max(start, First), alignOrder);
        long inside = first & (_boundary - 1);
        if (inside > _boundary - Frames) first += _boundary - inside;
        return first + Frames <= Math.Min(end, End);
    }

    /// <summary>Most frames that a range could have in a free range, under this placement; the number wanted does not matter.</summary>
    internal long LongestIn(long start, long end)
    {
        end = Math.Min(end, End);
        long first = AlignUp(Math.Max(start, First), AlignOrder);
        if (first >= end) return 0;
        if (_boundary == long.MaxValue) return end - first;
        if (_boundary == 0) return 0;

        // Of the starts before the first boundary the lowest is best; after it, the one on the boundary.
        long boundary = (first | (_boundary - 1)) + 1;
        return Math.Max(Math.Min(end, boundary) - first, Math.Min(end - boundary, _boundary));
    }

    /// <summary>How often the wanted frames have a place in a range, each aligned by itself to their own size at least.</summary>
    internal long CountIn(long start, long end)
    {
        long first = AlignUp(Math.Max(start, First), AlignOrder), last = Math.Min(end, End) - Frames;
        return IsImpossible || first > last ? 0 : ((last - first) >> AlignOrder) + 1;
    }

    private static long AlignUp(long frame, int order) => (frame + (1L << order) - 1) >> order << order;
}
