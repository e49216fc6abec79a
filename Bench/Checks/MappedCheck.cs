using System;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>Every page of a mapping is looked up in the bytes of the tables, and again after the unmap.</summary>
internal static class MappedCheck
{
    /// <summary>Throws unless the segments translate to the frames, in order.</summary>
    internal static void Expect(WarmIotlb hardware, in MapResult mapping, Func<int, DmaSegment> segmentAt, ReadOnlySpan<Pfn> frames, Cell cell)
    {
        int frame = 0;
        PhysicalAddress root = hardware.Domain.RootTable;
        for (int s = 0; s < mapping.SegmentCount; s++)
        {
            DmaSegment segment = segmentAt(s);
            for (long at = 0; at < segment.Length; at += 4096, frame++)
            {
                bool found = TableLookup.TryFind(hardware.Machine, root, segment.Address + at, out ulong physical, out _);
                if (!found || physical != frames[frame].Value << 12) Throw.Invalid($"Self check failed: {cell}: page {frame} does not translate to its frame.");
            }
        }

        if (frame != frames.Length) Throw.Invalid($"Self check failed: {cell}: the segments do not cover all frames.");
    }

    /// <summary>Throws where something of an ended mapping still translates.</summary>
    internal static void ExpectNothing(WarmIotlb hardware, in MapResult mapping, Func<int, DmaSegment> segmentAt, Cell cell)
    {
        PhysicalAddress root = hardware.Domain.RootTable;
        for (int s = 0; s < mapping.SegmentCount; s++)
        {
            DmaSegment segment = segmentAt(s);
            for (long at = 0; at < segment.Length; at += 4096)
            {
                if (TableLookup.TryFind(hardware.Machine, root, segment.Address + at, out _, out _)) Throw.Invalid($"Self check failed: {cell}: something translates after the unmap.");
            }
        }
    }
}
