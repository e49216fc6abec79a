namespace Conformance;

/// <summary>One page that IOMMU tables lead to.</summary>
/// <param name="Iova">Where the device sees it.</param>
/// <param name="Physical">Where it is.</param>
/// <param name="Bytes">4 KiB, 2 MiB or 1 GiB.</param>
/// <param name="Reads">Whether the device may read it.</param>
/// <param name="Writes">Whether the device may write it.</param>
public readonly record struct ReachablePage(ulong Iova, ulong Physical, long Bytes, bool Reads, bool Writes)
{
    /// <summary>The page as <c>1000=>5000+4096 RW</c>.</summary>
    public override string ToString() => $"{Iova:x}=>{Physical:x}+{Bytes} {(Reads ? "R" : "-")}{(Writes ? "W" : "-")}";
}
