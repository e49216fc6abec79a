using System;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>
/// No mapping is cached behind an unmap: the device reads, is translated, and faults as soon as the unmap has returned, again
/// and again. The frames have no memory behind them, so an access that is translated ends with that fault instead.
/// </summary>
internal static class RemapCheck
{
    private const int Rounds = 3;
    private const int Reads = 16;

    /// <summary>Throws where the device still gets through.</summary>
    /// <returns>Leaf entries that a mapping has, of 4 KiB and of more.</returns>
    internal static (int Small, int Large) Run(Pfn[] frames, RemapCase one)
    {
        var life = new PfnWholeLife(frames);
        using var buffer = new PfnBuffer(frames, PageSize.Size4K);
        (int Small, int Large) leaves = default;
        for (int round = 0; round < Rounds; round++)
        {
            MapResult mapping = life.Map(buffer);
            if (mapping.SegmentCount != 1) Throw.Invalid($"Self check failed: {one}: a mapping through the IOMMU is one segment.");
            DmaSegment segment = life.Segment(0);
            leaves = TableLookup.CountLeaves(life.Hardware, segment.Address, segment.Length);
            Expect(life.Hardware, segment, FaultReason.NoMemory, one);
            life.Hardware.Mapper.Unmap(mapping.Token);
            Expect(life.Hardware, segment, FaultReason.NotMapped, one);
        }

        return leaves;
    }

    private static void Expect(WarmIotlb hardware, DmaSegment segment, FaultReason expected, RemapCase one)
    {
        Span<byte> bytes = stackalloc byte[1];
        for (int i = 0; i < Reads; i++)
        {
            DmaAddress address = segment.Address + (segment.Length / Reads * i);
            bool read = hardware.Port.TryRead(address, bytes, out DmaFault fault);
            if (read || fault.Reason != expected) Throw.Invalid($"Self check failed: {one}: {expected} expected at {address}, not {fault}.");
        }
    }
}
