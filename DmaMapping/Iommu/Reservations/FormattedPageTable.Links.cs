using System;
using System.Runtime.InteropServices;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Links in blocks of whole tables. A link owns the entries of its granules, and the slots of the tables that translate nothing
/// else; what it shares with its neighbours in the reservation is put in place by an atomic exchange of always the same value.
/// </summary>
internal sealed partial class FormattedPageTable<TFormat>
{
    internal override int LevelsBelow(int order) => LevelOf(order);

    internal override bool TryReserve(ReservedTables own)
    {
        if (own.Count > int.MaxValue || !TryPath(own.Block, LevelOf(own.Order), out _)) return false;
        for (int i = 0; i < own.Count; i++)
        {
            if (!_memory.TryTake(zero: true, out PhysicalAddress table))
            {
                GiveBack(own.First(i));
                return false;
            }

            own.Put(i, table);
        }

        return true;
    }

    internal override void Link(ReservedTables own, ulong page, scoped in PfnView view, MemoryAccess access)
    {
        int level = LevelOf(own.Order);
        TryFind(page, level, out PhysicalAddress table);
        var cursor = new GranuleCursor(view);
        ulong pages = (ulong)PageSize.Size4K.FramesFor((view.Offset & (PageSize.Size4K.Bytes - 1)) + view.Length);
        LinkInto(own, table, level, page, pages, ref cursor, access);
    }

    internal override void Unlink(ReservedTables own, ulong page, long pages)
    {
        int level = LevelOf(own.Order);
        TryFind(page, level, out PhysicalAddress table);
        UnlinkFrom(table, level, page, (ulong)pages);
    }

    internal override void TakeOut(ReservedTables own)
    {
        int level = LevelOf(own.Order);
        TryFind(own.Block, level, out PhysicalAddress table);
        int first = IndexOf(own.Block, level);
        int last = IndexOf(own.Block + (ulong)own.Pages - 1, level);
        _memory.Entries(table, first, last - first + 1).Clear();
    }

    internal override void EndTables(ReservedTables own)
    {
        int linked = own.Linked;
        if (linked == 0) return;
        for (int level = LevelOf(own.Order) - 1; level > 0; level--)
        {
            foreach (PhysicalAddress table in own.OfLevel(level)) _memory.Entries(table).Clear();
        }

        own.CountLinked(-linked);
        Interlocked.Add(ref _liveTables, -linked);
    }

    internal override void GiveTables(ReservedTables own) => GiveBack(own.First((int)own.Count));

    internal override void GiveTablesNotLinked(ReservedTables own)
    {
        int top = LevelOf(own.Order);
        for (int level = 0; level < top; level++)
        {
            ulong page = own.Block;
            foreach (PhysicalAddress table in own.OfLevel(level))
            {
                PhysicalAddress above = default;
                if (level + 1 == top) TryFind(page, top, out above);
                else above = own.TableOf(level + 1, page);
                ulong entry = _memory.Entries(above, IndexOf(page, level + 1), 1)[0];
                if (entry == 0 || default(TFormat).IsPage(entry, level + 1)) _memory.Return(table, isZero: true);
                page += 1ul << (TableShape.EntryBits * (level + 1));
            }
        }
    }

    private void GiveBack(ReadOnlySpan<PhysicalAddress> tables)
    {
        foreach (PhysicalAddress table in tables) _memory.Return(table, isZero: true);
    }

    private void LinkInto(ReservedTables own, PhysicalAddress table, int level, ulong page, ulong count, scoped ref GranuleCursor cursor, MemoryAccess access)
    {
        Span<ulong> entries = _memory.Entries(table);
        int shift = TableShape.EntryBits * level;
        ulong size = 1ul << shift;
        ulong done = 0;
        while (done < count)
        {
            ulong at = page + done;
            int index = IndexOf(at, level);
            ulong inSlot = at & (size - 1);
            ulong part = Math.Min(count - done, size - inSlot);
            if (part == size && level <= default(TFormat).HighestPageLevel)
            {
                ulong most = Math.Min((count - done) >> shift, (ulong)(TableShape.EntryCount - index)) << shift;
                ulong large = cursor.NextAligned(size, most);
                if (large > 0)
                {
                    Span<ulong> slots = entries.Slice(index, (int)(large >> shift));
                    TakeOutEmpty(own, slots, at, level);
                    ulong address = cursor.TakeAligned(large) << PageSize.Size4K.Shift;
                    FillPages(slots, index, address, access, level);
                    done += large;
                    continue;
                }
            }

            PhysicalAddress child = own.TableOf(level - 1, at);
            PutOwn(own, entries.Slice(index, 1), child, level);
            if (level > 1)
            {
                LinkInto(own, child, level - 1, at, part, ref cursor, access);
            }
            else
            {
                int first = IndexOf(at, 0);
                FillLeaf(_memory.Entries(child, first, (int)part), first, ref cursor, access);
            }

            done += part;
        }
    }

    private void PutOwn(ReservedTables own, Span<ulong> slot, PhysicalAddress child, int level)
    {
        if (Volatile.Read(ref slot[0]) != 0) return;
        ulong entry = child.Value | default(TFormat).TableBits(level);
        if (Interlocked.CompareExchange(ref MemoryMarshal.Cast<ulong, long>(slot)[0], (long)entry, 0) != 0) return;
        own.CountLinked(1);
        Interlocked.Increment(ref _liveTables);
    }

    /// <summary>
    /// Takes the empty tables of earlier links out where a large page comes to stand: the hardware forgets them before it finds the page,
    /// as Arm demands of every change from a table to a page (break before make, DDI 0487, D8.16.1).
    /// </summary>
    private void TakeOutEmpty(ReservedTables own, Span<ulong> slots, ulong page, int level)
    {
        int taken = 0;
        foreach (ref ulong slot in slots)
        {
            if (slot == 0) continue;
            Volatile.Write(ref slot, 0);
            taken++;
        }

        if (taken == 0) return;
        int shift = TableShape.EntryBits * level;
        own.Forget(page, (long)slots.Length << shift);
        if (level > 1)
        {
            for (int i = 0; i < slots.Length; i++) taken += ClearTable(own.TableOf(level - 1, page + ((ulong)i << shift)));
        }

        own.CountLinked(-taken);
        Interlocked.Add(ref _liveTables, -taken);
    }

    /// <summary>Clears a table of the lowest level that leads to tables.</summary>
    /// <returns>To how many it led.</returns>
    private int ClearTable(PhysicalAddress table)
    {
        int led = 0;
        foreach (ref ulong entry in _memory.Entries(table))
        {
            if (entry == 0) continue;
            entry = 0;
            led++;
        }

        return led;
    }

    private void UnlinkFrom(PhysicalAddress table, int level, ulong page, ulong count)
    {
        if (level == 0)
        {
            _memory.Entries(table, IndexOf(page, 0), (int)count).Clear();
            return;
        }

        Span<ulong> entries = _memory.Entries(table);
        ulong size = 1ul << (TableShape.EntryBits * level);
        ulong done = 0;
        while (done < count)
        {
            ulong at = page + done;
            ulong part = Math.Min(count - done, size - (at & (size - 1)));
            ref ulong entry = ref entries[IndexOf(at, level)];
            if (entry != 0 && default(TFormat).IsPage(entry, level)) entry = 0;
            else if (entry != 0) UnlinkFrom(new PhysicalAddress(default(TFormat).TargetOf(entry)), level - 1, at, part);
            done += part;
        }
    }
}
