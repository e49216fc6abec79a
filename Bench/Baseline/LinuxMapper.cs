using System;
using PfnBuffers;

namespace Bench;

/// <summary>
/// Maps scatterlists for a device behind an IOMMU as the kernel's dma-iommu.c does, strictly: one range of
/// I/O addresses a table, and the IOTLB has forgotten it before an unmap returns
/// (<c>iommu_dma_map_sg</c>, <c>iommu_dma_unmap_sg</c>).
/// </summary>
/// <param name="domain">Its translations.</param>
/// <param name="iova">Its addresses.</param>
/// <param name="coherent">Whether the device sees the CPU's caches.</param>
/// <param name="longestSegment">What the device takes at most (<c>max_segment_size</c>); tables are built with it too.</param>
/// <param name="boundaryMask">What its descriptors do not cross: 4 GiB is the kernel's default.</param>
internal sealed partial class LinuxMapper(
    LinuxDomain domain, LinuxIovaAllocator iova, bool coherent = true, uint longestSegment = uint.MaxValue, ulong boundaryMask = uint.MaxValue)
{
    private const int PageShift = 12;
    private const uint PageMask = (1 << PageShift) - 1;
    private const ulong NotMapped = ulong.MaxValue;

    /// <summary>Bytes that had to be written back for a device that is not coherent.</summary>
    internal long WrittenBack { get; private set; }

    /// <summary>Maps every entry.</summary>
    /// <returns>Segments that the device sees; 0 where there was no room.</returns>
    internal int Map(SgTable table, ulong access = TableEntry.Read | TableEntry.Write)
    {
        Sync(table);
        ulong length = Measure(table);
        ulong pages = length >> PageShift;
        ulong start = iova.Allocate(pages) << PageShift;
        if (start == 0) return 0;
        if (domain.Map(start, table.Pool, table.First, table.EntryCount, access) < length)
            Throw.Invalid("The range was mapped already.");
        return table.SegmentCount = Finish(table, start);
    }

    /// <summary>Unmaps the table, invalidates, and frees its addresses.</summary>
    internal void Unmap(SgTable table)
    {
        Sync(table);
        ScatterlistEntry[] entries = table.Pool.Entries;
        ulong start = 0;
        ulong end = 0;
        int entry = table.First;
        for (int i = 0; i < table.EntryCount && entries[entry].DmaLength != 0; i++)
        {
            ref ScatterlistEntry s = ref entries[entry];
            if (i == 0) start = s.DmaAddress;
            end = s.DmaAddress + s.DmaLength;
            entry = table.Pool.Next(entry);
            if (entry < 0) break;
        }

        if (end == 0) return;
        ulong size = (end - start + (start & PageMask) + PageMask) & ~(ulong)PageMask;
        start &= ~(ulong)PageMask;
        IotlbGather gather = IotlbGather.Empty;
        if (domain.Unmap(start, size, ref gather) != size) Throw.Invalid("Part of the range was not mapped.");
        domain.Sync(ref gather);
        iova.Free(start >> PageShift, size >> PageShift);
    }

    /// <summary>
    /// Hands the bytes over between device and CPU (<c>dma_sync_sg_for_cpu</c>, <c>dma_sync_sg_for_device</c>). A coherent
    /// device needs one look at a flag; for another every entry's cache lines are written back, here only counted.
    /// </summary>
    internal void Sync(SgTable table)
    {
        if (coherent) return;
        int entry = table.First;
        for (int i = 0; i < table.EntryCount; i++)
        {
            WrittenBack += table.Pool.Entries[entry].Length;
            entry = table.Pool.Next(entry);
        }
    }

    /// <summary>Copies the segments that the device sees (<c>for_each_sgtable_dma_sg</c>).</summary>
    internal static int CopySegments(SgTable table, Span<DmaSegment> segments)
    {
        int entry = table.First;
        for (int i = 0; i < table.SegmentCount; i++)
        {
            ref ScatterlistEntry s = ref table.Pool.Entries[entry];
            segments[i] = new DmaSegment(new DmaAddress(s.DmaAddress), s.DmaLength);
            entry = table.Pool.Next(entry);
        }

        return table.SegmentCount;
    }
}
