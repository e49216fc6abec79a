using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// An IOVA block that a lane has, and the mapping in it while there is one: 48 bytes. The record of a block that is free and
/// warm keeps the block, so that the next mapping of the size finds both.
/// </summary>
internal struct MappingRecord
{
    /// <summary>The span that the block was cut out of, whose table the mapping is in; null for a block of whole tables.</summary>
    internal IovaSpan? Span;

    /// <summary>The IOVA of the mapping's first byte; without a mapping, an address in the block.</summary>
    internal DmaAddress Start;

    /// <summary>Bytes mapped; of a mapping that ended lazily, the number of <see cref="LazyFlush.Note"/>.</summary>
    internal long Length;

    /// <summary>The generation of the slot: odd while a mapping lives in it.</summary>
    internal int State;

    /// <summary>The number of the mapper that made the mapping; in a free slot the next free one of its kind.</summary>
    internal int OwnerOrNext;

    /// <summary>The table that the block is mapped in, where <see cref="HasTable"/>: it stays while the block is taken or warm.</summary>
    internal PhysicalAddress Table;

    /// <summary>Tables that the mapping took, of a block of whole tables.</summary>
    internal int Tables;

    /// <summary>The size of the block, as a power of 2 in granules.</summary>
    internal byte Order;

    /// <summary>Whether the table is known.</summary>
    internal bool HasTable;

    /// <summary>How far the end of the mapping is. Set without the lane.</summary>
    internal MappingEnd End;

    /// <summary>The block's first granule: blocks are aligned to their size.</summary>
    internal readonly ulong Block => First & ~((1ul << Order) - 1);

    /// <summary>The page of the mapping's first byte.</summary>
    internal readonly ulong First => Start.Value >> PageSize.Size4K.Shift;
}
