using System;
using System.Runtime.CompilerServices;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The IOVA block that one view wants: large enough, aligned so that the device's segment rules cut it least, and, where
/// its frames have runs of 2 MiB or 1 GiB, started so that IOVA and physical address agree below that size, for then
/// the run takes one large page.
/// </summary>
internal readonly struct IovaRequest
{
    private const int LargeShift = 9;
    private const int HugeShift = 18;

    private IovaRequest(int order, ulong lead, long pages)
    {
        Order = order;
        Lead = lead;
        Pages = pages;
    }

    internal int Order { get; }

    /// <summary>Granules left free at the block's start, to agree with the frames' alignment.</summary>
    internal ulong Lead { get; }

    internal long Pages { get; }

    /// <summary>Whether addresses below 4 GiB are preferred.</summary>
    internal bool LowFirst { get; init; }

    internal long Bytes => 1L << (Order + PageSize.Size4K.Shift);

    /// <summary>The block that so many granules want of which no more is known, as a power of 2 in granules.</summary>
    internal static int OrderFor(long pages, in DmaConstraints constraints)
        => Math.Max(Bits.CeilLog2((ulong)pages), AlignmentOf(constraints));

    /// <summary>For a device that takes any segment.</summary>
    internal static IovaRequest For(scoped in PfnView view, bool lowFirst)
    {
        long pages = PageSize.Size4K.FramesFor((view.Offset & (PageSize.Size4K.Bytes - 1)) + view.Length);
        ulong lead = pages < 1L << LargeShift ? 0 : LeadFor(view, pages);
        return new IovaRequest(Bits.CeilLog2((ulong)pages + lead), lead, pages) { LowFirst = lowFirst };
    }

    internal static IovaRequest For(scoped in PfnView view, in DmaConstraints constraints)
    {
        int shift = PageSize.Size4K.Shift;
        long pages = PageSize.Size4K.FramesFor((view.Offset & (PageSize.Size4K.Bytes - 1)) + view.Length);
        int order = Bits.CeilLog2((ulong)pages);
        int alignment = AlignmentOf(constraints);
        int aligned = Math.Max(order, alignment);

        ulong kept = constraints.OffsetPreservingMask >> shift;
        if (kept != 0) return KeepingBits(view, kept, pages, alignment);

        ulong lead = LeadFor(view, pages);
        if (lead == 0 || (lead << shift & (constraints.Alignment - 1)) != 0) return new IovaRequest(aligned, 0, pages);

        // A lead must not push the mapping across a boundary that it would not cross at the block's start.
        int led = Bits.CeilLog2((ulong)pages + lead);
        bool crosses = constraints.SegmentBoundaryMask != 0 && led + shift > Bits.Log2(constraints.SegmentBoundaryMask) + 1;
        return crosses ? new IovaRequest(aligned, 0, pages) : new IovaRequest(Math.Max(led, alignment), lead, pages);
    }

    /// <summary>What a block must be aligned to at least, as a power of 2 in granules; negative where less than a granule would do.</summary>
    private static int AlignmentOf(in DmaConstraints constraints)
    {
        int keptBits = constraints.OffsetPreservingMask == ulong.MaxValue ? 64 : Bits.Log2(constraints.OffsetPreservingMask + 1);
        return Math.Max(Bits.Log2(constraints.Alignment), keptBits) - PageSize.Size4K.Shift;
    }

    /// <summary>A block in which the first granule keeps address bits of its home above those that every granule keeps.</summary>
    private static IovaRequest KeepingBits(scoped in PfnView view, ulong kept, long pages, int alignment)
    {
        ulong lead = view.AddressAt(0).FrameOf(PageSize.Size4K).Value & kept;
        return new IovaRequest(Math.Max(Bits.CeilLog2((ulong)pages + lead), alignment), lead, pages);
    }

    /// <summary>What the first granule's IOVA must be modulo a large page, in granules, for the first long run to get large pages.</summary>
    private static ulong LeadFor(scoped in PfnView view, long pages)
    {
        if (pages < 1L << LargeShift || !(view.KeepsRuns || view.PageSize.Shift > PageSize.Size64K.Shift)) return 0;
        if (view.KeepsRuns && view.TryGetStart(out PhysicalAddress start)) return LeadOf(start.Value >> PageSize.Size4K.Shift, (ulong)pages, 0, out ulong lead) ? lead : 0;
        return LeadOfRuns(view);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong LeadOfRuns(scoped in PfnView view)
    {
        ulong at = 0;
        foreach (FrameRun run in view.Runs)
        {
            ulong count = (ulong)PageSize.Size4K.FramesFor(run.Address.OffsetIn(PageSize.Size4K) + run.Length);
            if (LeadOf(run.Address.FrameOf(PageSize.Size4K).Value, count, at, out ulong lead)) return lead;
            at += count;
        }

        return 0;
    }

    /// <summary>The lead for a run, if any large page fits in it.</summary>
    /// <param name="frame">The run's first frame.</param>
    /// <param name="count">Its granules.</param>
    /// <param name="at">Granules of the view before it.</param>
    /// <param name="lead">Receives the lead.</param>
    private static bool LeadOf(ulong frame, ulong count, ulong at, out ulong lead)
    {
        for (int order = HugeShift; order >= LargeShift; order -= HugeShift - LargeShift)
        {
            ulong size = 1ul << order;
            lead = (frame - at) & (size - 1);
            ulong toAligned = (0 - frame) & (size - 1);
            if (count >= size && toAligned <= count - size) return true;
        }

        lead = 0;
        return false;
    }
}
