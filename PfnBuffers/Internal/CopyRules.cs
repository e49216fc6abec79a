using System;
using PfnBuffers;

/// <summary>
/// What a device's segment rules leave to choose: how far one segment reaches, told for cuts between 4 KiB frames.
/// The window does not count here: whatever is out of it is copied anyway, and copies are within.
/// </summary>
internal readonly struct CopyRules
{
    internal const long Frame = 4096;

    internal CopyRules(in DmaConstraints constraints)
    {
        Free = constraints with { Window = default, OffsetPreservingMask = 0 };
        Alignment = constraints.Alignment;
        Boundary = constraints.SegmentBoundaryMask == 0 ? long.MaxValue : (long)Math.Min(constraints.SegmentBoundaryMask, long.MaxValue - 1) + 1;
        Size = constraints.MaxSegmentSize == 0 ? long.MaxValue : constraints.MaxSegmentSize;
        Granularity = constraints.Granularity;
        CopySize = CopySizeOf(Size, Boundary, (long)Math.Min(Math.Max((ulong)Frame, Alignment), 1ul << 62), Granularity);
    }

    /// <summary>The same rules wherever a segment stands.</summary>
    internal DmaConstraints Free { get; }

    internal ulong Alignment { get; }

    /// <summary>Bytes from boundary to boundary; 2^63 - 1 for none.</summary>
    internal long Boundary { get; }

    /// <summary>Most bytes in a segment; 2^63 - 1 for no limit.</summary>
    internal long Size { get; }

    internal long Granularity { get; }

    /// <summary>
    /// Bytes of a run of copies that are sure to fit one segment, wherever in the run at a multiple of them; 0 where the
    /// rules are none that cuts between frames can keep.
    /// </summary>
    internal long CopySize { get; }

    /// <summary>Whether bytes that adjoin are one segment where they stand.</summary>
    internal bool Stays(ulong address, long length) => (address & (Alignment - 1)) == 0 && length <= Size && length <= ToBoundary(address);

    /// <summary>Bytes from an address to the next boundary.</summary>
    internal long ToBoundary(ulong address) => Boundary == long.MaxValue ? long.MaxValue : Boundary - (long)(address & (ulong)(Boundary - 1));

    private static long CopySizeOf(long size, long boundary, long grain, long granularity)
    {
        if (Frame % granularity != 0) return 0;
        if (boundary <= size) return boundary == long.MaxValue ? long.MaxValue : boundary - (boundary % grain);
        size -= size % grain;
        if (size == 0 || boundary == long.MaxValue || boundary % size == 0) return size;
        return Math.Max(1L << Bits.Log2((ulong)size), grain);
    }
}
