using System.Numerics;

namespace Bench;

/// <summary>
/// One address space of devices: cuts ranges into pages for the table and gathers invalidations, as the kernel's
/// iommu.c does (<c>iommu_map</c>, <c>iommu_map_sg</c>, <c>iommu_unmap</c>).
/// </summary>
internal sealed class LinuxDomain : ITableFlush
{
    private readonly IIotlbInvalidation _iotlb;
    private readonly ushort _id;

    internal LinuxDomain(TablePool tables, IIotlbInvalidation iotlb, ushort id)
    {
        _iotlb = iotlb;
        _id = id;
        Table = new LinuxPageTable(tables, this);
    }

    /// <summary>The translations.</summary>
    internal LinuxPageTable Table { get; }

    /// <summary>Maps a contiguous range, a page size and a table at a time, each from the root.</summary>
    internal bool Map(ulong iova, ulong physical, ulong size, ulong access)
    {
        if (((iova | physical | size) & 0xFFF) != 0) return false;
        while (size != 0)
        {
            ulong page = PageSizeFor(iova, physical, size, out ulong count);
            if (!Table.Map(iova, physical, page, count, access, out ulong mapped)) return false;
            iova += mapped;
            physical += mapped;
            size -= mapped;
        }

        return true;
    }

    /// <summary>Maps the entries of a scatterlist one after another, those that touch in memory together.</summary>
    internal ulong Map(ulong iova, ScatterlistPool pool, int entry, int count, ulong access)
    {
        ulong mapped = 0;
        ulong length = 0;
        ulong start = 0;
        for (int i = 0; i <= count;)
        {
            ref ScatterlistEntry s = ref pool.Entries[entry];
            ulong physical = s.Physical;
            if (length != 0 && physical != start + length)
            {
                if (!Map(iova + mapped, start, length, access)) return mapped;
                mapped += length;
                length = 0;
            }

            if (length == 0) start = physical;
            length += s.Length;
            if (++i < count) entry = pool.Next(entry);
        }

        return mapped;
    }

    /// <summary>Unmaps a range, a page size and a table at a time, each from the root.</summary>
    internal ulong Unmap(ulong iova, ulong size, ref IotlbGather gather)
    {
        ulong unmapped = 0;
        while (unmapped < size)
        {
            ulong page = PageSizeFor(iova, iova, size - unmapped, out ulong count);
            ulong bytes = Table.Unmap(iova, page, count, ref gather);
            if (bytes == 0) break;
            iova += bytes;
            unmapped += bytes;
        }

        return unmapped;
    }

    /// <summary>Invalidates what is gathered (<c>iommu_iotlb_sync</c>); after this the frames may be used for something else.</summary>
    internal void Sync(ref IotlbGather gather)
    {
        if (gather.PageSize != 0) _iotlb.Invalidate(_id, gather.Start, (long)(gather.End - gather.Start + 1));
        gather = IotlbGather.Empty;
    }

    /// <inheritdoc/>
    public void AddPage(ref IotlbGather gather, ulong iova, ulong size)
    {
        if ((gather.PageSize != 0 && gather.PageSize != size) || gather.IsDisjoint(iova, size)) Sync(ref gather);
        gather.PageSize = size;
        gather.Add(iova, size);
    }

    /// <inheritdoc/>
    public void FlushWalk(ulong iova, ulong size) => _iotlb.Invalidate(_id, iova, (long)size);

    /// <summary>
    /// The largest page that address, memory and size allow, and how many of it until a larger one could begin
    /// (<c>iommu_pgsize</c>).
    /// </summary>
    private static ulong PageSizeFor(ulong iova, ulong physical, ulong size, out ulong count)
    {
        ulong merged = iova | physical;
        ulong sizes = LinuxPageTable.PageSizes & (ulong.MaxValue >> BitOperations.LeadingZeroCount(size));
        if (merged != 0) sizes &= merged ^ (merged - 1);
        int shift = BitOperations.Log2(sizes);

        ulong larger = LinuxPageTable.PageSizes & (ulong.MaxValue << shift << 1);
        if (larger != 0)
        {
            ulong next = larger & (0 - larger);
            ulong until = next - (merged & (next - 1));
            if (((iova ^ physical) & (next - 1)) == 0 && until + next <= size) size = until;
        }

        count = size >> shift;
        return 1UL << shift;
    }
}
