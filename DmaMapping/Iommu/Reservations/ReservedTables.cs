using System;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The tables that a reservation of whole tables owns: for each part of it that a table translates, of every level below the one
/// that its block lies in, one table, always the same. So links never compete for tables: two that need one at once link the same one.
/// A table that is not linked is all zero, and so is one in which nothing is linked, but for entries that lead to tables.
/// </summary>
internal sealed class ReservedTables(IommuDomain domain)
{
    private PhysicalAddress[] _tables = [];
    private int _linked;
    private int _levels;

    /// <summary>The first granule of the block.</summary>
    internal ulong Block { get; private set; }

    /// <summary>The size of the block.</summary>
    internal int Order { get; private set; }

    /// <summary>Granules that can be linked, from the first on.</summary>
    internal long Pages { get; private set; }

    /// <summary>Tables of all levels.</summary>
    internal long Count { get; private set; }

    /// <summary>How many of them are linked.</summary>
    internal int Linked => Volatile.Read(ref _linked);

    /// <summary>Says what is reserved; the tables are to be put.</summary>
    /// <param name="block">The block.</param>
    /// <param name="pages">Granules of it that can be linked.</param>
    /// <param name="levels">Levels of tables below the one that the block lies in; 0 for a block in one leaf table.</param>
    internal void Begin(in IovaBlock block, long pages, int levels)
    {
        Block = block.Page;
        Order = block.Order;
        Pages = pages;
        _levels = levels;
        _linked = 0;
        Count = 0;
        for (int level = 0; level < levels; level++) Count += CountOf(level);
    }

    /// <summary>Puts a table; grown as they come, so that a reservation for which there is no memory costs none here.</summary>
    internal void Put(int index, PhysicalAddress table)
    {
        if (index == _tables.Length) Array.Resize(ref _tables, (int)Math.Min(Count, Math.Max(16, 2L * index)));
        _tables[index] = table;
    }

    /// <summary>The first so many tables.</summary>
    internal ReadOnlySpan<PhysicalAddress> First(int count) => _tables.AsSpan(0, count);

    /// <summary>Tables of one level.</summary>
    internal ReadOnlySpan<PhysicalAddress> OfLevel(int level) => _tables.AsSpan(StartOf(level), (int)CountOf(level));

    /// <summary>The table of a level that translates a granule.</summary>
    internal PhysicalAddress TableOf(int level, ulong page)
        => _tables[StartOf(level) + (int)((page - Block) >> (TableShape.EntryBits * (level + 1)))];

    internal void CountLinked(int more) => Interlocked.Add(ref _linked, more);

    /// <summary>Makes the hardware forget a part of the reservation.</summary>
    internal void Forget(ulong page, long pages) => domain.Invalidate(page, pages);

    private long CountOf(int level) => ((Pages - 1) >> (TableShape.EntryBits * (level + 1))) + 1;

    private int StartOf(int level)
    {
        long start = 0;
        for (int below = 0; below < level; below++) start += CountOf(below);
        return (int)start;
    }
}
