namespace DmaMapping;

/// <summary>2^Order granules of IOVA space, aligned to their number. The default value is no block.</summary>
/// <param name="span">The span that the block was cut out of; null for a block of whole tables.</param>
/// <param name="page">Its first granule.</param>
/// <param name="order">Its size.</param>
internal readonly struct IovaBlock(IovaSpan? span, ulong page, int order)
{
    internal IovaSpan? Span { get; } = span;

    internal ulong Page { get; } = page;

    internal int Order { get; } = order;

    internal long Pages => 1L << Order;
}
