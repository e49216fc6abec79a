namespace Bench;

/// <summary>The range of an unmap that is still to be invalidated, all of one page size (<c>struct iommu_iotlb_gather</c>).</summary>
internal struct IotlbGather
{
    /// <summary>First byte.</summary>
    public ulong Start;

    /// <summary>Last byte; 0 for nothing gathered.</summary>
    public ulong End;

    /// <summary>Page size of what is gathered; 0 for nothing gathered.</summary>
    public ulong PageSize;

    /// <summary>Nothing gathered.</summary>
    internal static IotlbGather Empty => new() { Start = ulong.MaxValue };

    /// <summary>Whether a range neither overlaps nor touches what is gathered.</summary>
    internal readonly bool IsDisjoint(ulong start, ulong size)
        => End != 0 && (End + 1 < Start || start > End + 1 || start + size < Start);

    /// <summary>Takes a range in.</summary>
    internal void Add(ulong start, ulong size)
    {
        ulong end = start + size - 1;
        if (Start > start) Start = start;
        if (End < end) End = end;
    }
}
