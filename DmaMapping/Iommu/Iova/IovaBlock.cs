namespace DmaMapping;

/// <summary>2^Order granules of IOVA space, aligned to their number.</summary>
/// <param name="page">Its first granule.</param>
/// <param name="order">Its size.</param>
internal readonly struct IovaBlock(ulong page, int order)
{
    internal ulong Page { get; } = page;

    internal int Order { get; } = order;
}
