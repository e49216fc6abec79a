using System;
using System.Runtime.InteropServices;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>
/// Ours is held to the same: before anything is timed, every page of every layout is looked up in the bytes of the tables,
/// and again after the unmap. The walk is written for this check and shares no code with the library.
/// </summary>
internal static class PfnArrayCheck
{
    /// <summary>Throws where the library does not do its work.</summary>
    internal static void Run(Pfn[] frames, Cell cell)
    {
        var life = new PfnWholeLife(frames);
        using var buffer = new PfnBuffer(frames, PageSize.Size4K);
        MapResult mapping = life.Map(buffer);
        int frame = 0;
        for (int s = 0; s < mapping.SegmentCount; s++)
        {
            DmaSegment segment = life.Segment(s);
            for (long at = 0; at < segment.Length; at += 4096, frame++)
                Expect(Lookup(life.Hardware, segment.Address + at) == frames[frame].Value << 12, $"{cell}: page {frame} translates to its frame");
        }

        Expect(frame == frames.Length, $"{cell}: the segments cover all frames");
        life.Hardware.Mapper.Unmap(mapping.Token);
        for (int s = 0; s < mapping.SegmentCount; s++)
        {
            DmaSegment segment = life.Segment(s);
            for (long at = 0; at < segment.Length; at += 4096)
                Expect(Lookup(life.Hardware, segment.Address + at) is null, $"{cell}: nothing translates after the unmap");
        }
    }

    /// <summary>VT-d second stage: four levels of nine bits, present where bit 0 or 1 is set, a large page where bit 7 is.</summary>
    private static ulong? Lookup(WarmIotlb hardware, DmaAddress address)
    {
        ulong table = hardware.Domain.RootTable.Value;
        for (int shift = 39; ; shift -= 9)
        {
            ulong index = (address.Value >> shift) & 511;
            Span<byte> bytes = hardware.Machine.Access(new PhysicalAddress(table + (index * 8)), 8);
            ulong entry = MemoryMarshal.Read<ulong>(bytes);
            if ((entry & 3) == 0) return null;
            ulong target = entry & 0x000F_FFFF_FFFF_F000;
            if (shift == 12 || (entry & 0x80) != 0)
            {
                ulong inPage = (1ul << shift) - 1;
                return (target & ~inPage) | (address.Value & inPage & ~0xFFFul);
            }

            table = target;
        }
    }

    private static void Expect(bool holds, string what)
    {
        if (!holds) Throw.Invalid($"Self check failed: {what}.");
    }
}
