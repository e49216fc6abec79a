namespace Bench;

/// <summary>What a page table asks of the driver that owns the IOTLB (<c>struct iommu_flush_ops</c>).</summary>
internal interface ITableFlush
{
    /// <summary>One leaf entry was cleared; its invalidation may wait for the others.</summary>
    void AddPage(ref IotlbGather gather, ulong iova, ulong size);

    /// <summary>A table was unlinked and will be freed: walks through it must end now.</summary>
    void FlushWalk(ulong iova, ulong size);
}
