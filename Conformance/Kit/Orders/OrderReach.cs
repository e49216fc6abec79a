using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What devices reach beyond their bytes (invariant I6): they try, through their ports.</summary>
internal static class OrderReach
{
    private const ulong InFrame = OrderSetting.Frame - 1;

    /// <summary>A new mapping: granules beside it fault, and so does the wrong direction; beside a copied end are zeros.</summary>
    internal static void CheckMapped(OrderActor actor, OrderTally tally)
    {
        PaperDevice paper = actor.Paper;
        if (paper.Facts.IsRaw) return;
        ReadOnlySpan<DmaSegment> segments = actor.Segments;
        DmaSegment last = segments[segments.Length - 1];
        ulong end = last.Address.Value + (ulong)last.Length;
        ulong granuleEnd = (end + InFrame) & ~InFrame;
        if (paper.Facts.IsTranslated)
        {
            MustFault(actor, granuleEnd, writes: false, tally);
            MustFault(actor, granuleEnd, writes: true, tally);
            MustFault(actor, (segments[0].Address.Value & ~InFrame) - 1, paper.Writes, tally);
            if (!paper.Reads) MustFault(actor, segments[0].Address.Value, writes: false, tally);
            if (!paper.Writes) MustFault(actor, segments[0].Address.Value, writes: true, tally);
        }

        // Only a device that is confined, or works on a copy, is promised zeros; behind an IOMMU it may read only in its direction.
        bool isCopied = paper.CopiesFrom < paper.Length;
        if (!isCopied || granuleEnd == end || (paper.Facts.IsTranslated && !paper.Reads)) return;
        int length = (int)(granuleEnd - end);
        Span<byte> beside = stackalloc byte[OrderSetting.Frame];
        beside = beside.Slice(0, length);
        beside.Fill(0xFF);
        if (!actor.Hardware.Port.TryRead(new DmaAddress(end), beside, out DmaFault fault)) throw new LawViolatedException($"{actor.Device.Name} does not reach the rest of its granule: {fault}");
        foreach (byte one in beside)
        {
            if (one != 0) throw new LawViolatedException($"{actor.Device.Name} sees what is no part of the buffer, beside its end (I6)");
        }
    }

    /// <summary>After a mapping ended, the device that an IOMMU stands before reaches nothing of it.</summary>
    internal static void CheckUnmapped(OrderActor actor, OrderTally tally)
    {
        if (!actor.Paper.Facts.IsTranslated) return;
        foreach (DmaSegment segment in actor.Segments)
        {
            MustFault(actor, segment.Address.Value, writes: false, tally);
            MustFault(actor, segment.Address.Value + (ulong)segment.Length - 1, writes: true, tally);
        }
    }

    private static void MustFault(OrderActor actor, ulong address, bool writes, OrderTally tally)
    {
        Span<byte> one = stackalloc byte[1];
        bool reached = writes ? actor.Hardware.Port.TryWrite(new DmaAddress(address), one, out _) : actor.Hardware.Port.TryRead(new DmaAddress(address), one, out _);
        if (reached) throw new LawViolatedException($"{actor.Device.Name} {(writes ? "writes" : "reads")} 0x{address:x}, which is not mapped for that (I6)");
        tally.Faults++;
    }
}
