using PfnBuffers;

namespace DmaMapping;

/// <summary>IOVAs that one mapping holds: a block of the allocator, and the granules in it that are mapped.</summary>
internal readonly struct IovaRange(ulong block, int order, ulong first, long pages)
{
    internal ulong Block { get; } = block;

    internal int Order { get; } = order;

    /// <summary>The first mapped granule.</summary>
    internal ulong First { get; } = first;

    internal long Pages { get; } = pages;

    internal DmaAddress Address => new(First << PageSize.Size4K.Shift);
}
