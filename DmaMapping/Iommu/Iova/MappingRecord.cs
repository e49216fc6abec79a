using PfnBuffers;

namespace DmaMapping;

/// <summary>What a domain knows of one live mapping: 40 bytes.</summary>
internal struct MappingRecord
{
    /// <summary>The span whose table the mapping is in; null for a mapping that has tables of its own.</summary>
    internal IovaSpan? Span;

    /// <summary>The IOVA of the mapping's first byte.</summary>
    internal DmaAddress Start;

    /// <summary>Bytes mapped.</summary>
    internal long Length;

    /// <summary>The generation of the slot: odd while a mapping lives in it.</summary>
    internal int State;

    /// <summary>The number of the mapper that made the mapping; in a free slot the next free one.</summary>
    internal int OwnerOrNext;

    /// <summary>The size of the IOVA block, as a power of 2 in granules.</summary>
    internal byte Order;

    /// <summary>The block that the mapping lies in: blocks are aligned to their size.</summary>
    internal readonly IovaBlock Block => new(Span, First & ~((1ul << Order) - 1), Order);

    /// <summary>The first mapped granule.</summary>
    internal readonly ulong First => Start.Value >> PageSize.Size4K.Shift;

    /// <summary>Granules mapped.</summary>
    internal readonly long Pages => PageSize.Size4K.FramesFor((long)(Start.Value & (ulong)(PageSize.Size4K.Bytes - 1)) + Length);
}
