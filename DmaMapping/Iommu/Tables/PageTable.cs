using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The tables of one domain, as its driver writes them. A call is made once a mapping, never once a page. There are no
/// notes beside the tables: what leads where is read from them. Nothing is locked: whoever has an IOVA block has the entries
/// that translate it, and the tables that translate nothing else; those that blocks share are put in place by an atomic exchange, and stay
/// while anybody has a part of what they translate.
/// </summary>
internal abstract class PageTable
{
    /// <summary>The root table.</summary>
    internal abstract PhysicalAddress Root { get; }

    /// <summary>Bits of an output address.</summary>
    internal abstract int OutputBits { get; }

    /// <summary>Tables that stand, the root included.</summary>
    internal abstract int LiveTables { get; }

    /// <summary>Puts a table of some level in place, all zero, with those above it; where it is already, does nothing.</summary>
    /// <returns>False where there is no memory for it.</returns>
    internal abstract bool TryPutPath(ulong page, int level);

    /// <summary>Puts an empty leaf table in place.</summary>
    /// <param name="page">The first granule that it translates.</param>
    /// <param name="leaf">The table.</param>
    internal abstract bool TryLinkLeaf(ulong page, out PhysicalAddress leaf);

    /// <summary>Writes the entries of a view's granules into a leaf table, where there are none.</summary>
    internal abstract void Fill(PhysicalAddress leaf, int index, scoped in PfnView view, MemoryAccess access);

    /// <summary>Writes the entry of one frame of 4 KiB into a leaf table, where there is none.</summary>
    internal abstract void Set(PhysicalAddress leaf, int index, Pfn frame, MemoryAccess access);

    /// <summary>Clears an entry of a leaf table.</summary>
    internal abstract void Clear(PhysicalAddress leaf, int index);

    /// <summary>Clears entries of a leaf table.</summary>
    internal abstract void Clear(PhysicalAddress leaf, int index, int count);

    /// <summary>Takes the table out that translates a whole block, and nothing else, of which no entry is present.</summary>
    /// <param name="page">The block's first granule.</param>
    /// <param name="order">Its size: 9, 18, 27 or 36.</param>
    /// <param name="table">The table; to be returned when the hardware has forgotten it.</param>
    /// <returns>Whether there was one.</returns>
    internal abstract bool TryUnlink(ulong page, int order, out PhysicalAddress table);

    /// <summary>The table that a block of whole tables is mapped in, put in place as needed. It stays where it is as long as somebody has the block.</summary>
    /// <returns>False where there is no memory for it.</returns>
    internal abstract bool TryTable(ulong page, int order, out PhysicalAddress table);

    /// <summary>Maps the granules of a view at consecutive IOVAs in a block of whole tables.</summary>
    /// <param name="table">The table that the block is mapped in.</param>
    /// <param name="page">The first mapped granule.</param>
    /// <param name="order">The size of the block.</param>
    /// <param name="view">The bytes.</param>
    /// <param name="access">What the device may do.</param>
    /// <param name="tables">How many tables that took.</param>
    /// <returns>Granules mapped, from the first on: all of them unless there was no memory for a table.</returns>
    internal abstract long Map(PhysicalAddress table, ulong page, int order, scoped in PfnView view, MemoryAccess access, out int tables);

    /// <summary>Entries of the table that a block of whole tables is mapped in: as many tables as its unmapping can take out.</summary>
    internal static int SlotsOf(int order) => 1 << (order % TableShape.EntryBits);

    /// <summary>Clears the entries that lead to what was mapped in a block of whole tables, without touching what is below.</summary>
    /// <param name="table">The table that the block is mapped in.</param>
    /// <param name="page">The first mapped granule.</param>
    /// <param name="order">The size of the block.</param>
    /// <param name="pages">Granules mapped.</param>
    /// <param name="tables">Receives the tables that were taken out, for <see cref="Return"/>; empty where mapping took none.</param>
    /// <returns>How many.</returns>
    internal abstract int Unmap(PhysicalAddress table, ulong page, int order, long pages, Span<PhysicalAddress> tables);

    /// <summary>Takes tables back that were taken out of a block, with all that is below them; the hardware has forgotten them.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="order">The size of the block.</param>
    /// <param name="count">How many there are with those below.</param>
    internal abstract void Return(ReadOnlySpan<PhysicalAddress> tables, int order, int count);

    /// <summary>Takes a table back of which no entry is present; the hardware has forgotten it.</summary>
    internal abstract void ReturnEmpty(PhysicalAddress table);

    /// <summary>Levels of tables below the one that a block of whole tables has its slots in.</summary>
    internal abstract int LevelsBelow(int order);

    /// <summary>Takes the tables that links into a reservation can need, and puts the one in place that its block lies in.</summary>
    /// <returns>Whether there were enough; otherwise none is taken.</returns>
    internal abstract bool TryReserve(ReservedTables own);

    /// <summary>Writes the entries of a view's granules where there are none, into tables of the reservation.</summary>
    internal abstract void Link(ReservedTables own, ulong page, scoped in PfnView view, MemoryAccess access);

    /// <summary>Clears the entries of whole links. Tables stay where they are.</summary>
    internal abstract void Unlink(ReservedTables own, ulong page, long pages);

    /// <summary>Takes the tables of a reservation out, all at once, of which no entry is a page.</summary>
    internal abstract void TakeOut(ReservedTables own);

    /// <summary>Ends what was taken out, which the hardware has forgotten: the tables are all zero then, and as good as new.</summary>
    internal abstract void EndTables(ReservedTables own);

    /// <summary>Takes a reservation's tables back, none of which is linked.</summary>
    internal abstract void GiveTables(ReservedTables own);

    /// <summary>Takes those tables of a reservation back that are not linked; the others belong to what is mapped from now on.</summary>
    internal abstract void GiveTablesNotLinked(ReservedTables own);

    /// <summary>Gives spare tables back to the allocator.</summary>
    internal abstract void ReleaseSpare();

    /// <summary>Frees every table, the root too.</summary>
    internal abstract void FreeAll();
}
