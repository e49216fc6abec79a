using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>The tables of one domain in one format.</summary>
internal sealed partial class FormattedPageTable<TFormat> : PageTable
    where TFormat : struct, IPageTableFormat
{
    private const ulong EntryMask = TableShape.EntryCount - 1;

    /// <summary>Pages that are looked at twice, before and while they are written, rather than set the cursor up that many are better taken with.</summary>
    private const int FewPages = 16;

    private readonly TableMemory _memory;
    private readonly PhysicalAddress _root;
    private int _liveTables = 1;

    private FormattedPageTable(TableMemory memory, PhysicalAddress root)
    {
        _memory = memory;
        _root = root;
    }

    internal override PhysicalAddress Root => _root;

    internal override int OutputBits => default(TFormat).OutputBits;

    internal override int LiveTables => Volatile.Read(ref _liveTables);

    private static int TopLevel => default(TFormat).Levels - 1;

    internal static FormattedPageTable<TFormat>? TryCreate(IPhysicalMemory memory, FrameAllocator source)
    {
        var tables = new TableMemory(memory, source, Placement.Below(default(TFormat).OutputBits));
        return tables.TryTake(zero: true, out PhysicalAddress root) ? new FormattedPageTable<TFormat>(tables, root) : null;
    }

    internal override bool TryPutPath(ulong page, int level) => TryPath(page, level, out _);

    internal override bool TryLinkLeaf(ulong page, out PhysicalAddress leaf) => TryPath(page, 0, out leaf);

    internal override void Set(PhysicalAddress leaf, int index, Pfn frame, MemoryAccess access)
        => _memory.Entry(leaf, index) = (frame.Value << PageSize.Size4K.Shift) | default(TFormat).PageBits(access, 0);

    internal override void Clear(PhysicalAddress leaf, int index) => _memory.Entry(leaf, index) = 0;

    internal override void Fill(PhysicalAddress leaf, int index, scoped in PfnView view, MemoryAccess access)
    {
        if (view.PageSize == PageSize.Size4K && default(TFormat).HighestContiguousOrder == 0)
        {
            ReadOnlySpan<Pfn> frames = view.Frames;
            PageEntries.Fill(_memory.Entries(leaf, index, frames.Length), frames, default(TFormat).PageBits(access, 0));
            return;
        }

        FillAny(leaf, index, view, access);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FillAny(PhysicalAddress leaf, int index, scoped in PfnView view, MemoryAccess access)
    {
        var cursor = new GranuleCursor(view);
        int count = (int)PageSize.Size4K.FramesFor((view.Offset & (PageSize.Size4K.Bytes - 1)) + view.Length);
        FillLeaf(_memory.Entries(leaf, index, count), index, ref cursor, access);
    }

    internal override void Clear(PhysicalAddress leaf, int index, int count) => _memory.Entries(leaf, index, count).Clear();

    internal override bool TryUnlink(ulong page, int order, out PhysicalAddress table)
    {
        int level = order / TableShape.EntryBits;
        table = default;
        if (level > TopLevel || !TryFind(page, level, out PhysicalAddress above)) return false;
        ref ulong entry = ref _memory.Entries(above, IndexOf(page, level), 1)[0];
        if (!default(TFormat).IsPresent(entry, level)) return false;
        table = new PhysicalAddress(default(TFormat).TargetOf(entry));
        Volatile.Write(ref entry, 0);
        Interlocked.Decrement(ref _liveTables);
        return true;
    }

    internal override bool TryTable(ulong page, int order, out PhysicalAddress table) => TryPath(page, LevelOf(order), out table);

    internal override long Map(PhysicalAddress table, ulong page, int order, scoped in PfnView view, MemoryAccess access, out int tables)
    {
        int level = LevelOf(order);
        ulong pages = (ulong)PageSize.Size4K.FramesFor((view.Offset & (PageSize.Size4K.Bytes - 1)) + view.Length);
        tables = 0;
        int shift = TableShape.EntryBits * level;
        if (level <= default(TFormat).HighestPageLevel && ((page | pages) & ((1ul << shift) - 1)) == 0 && TryMapPages(table, level, page, pages, view, access)) return (long)pages;
        return MapRuns(table, level, page, pages, view, access, out tables);
    }

    /// <summary>Maps one run of whole pages of the level, or a few runs of one such page each: what most large buffers are, with nothing to take apart.</summary>
    private bool TryMapPages(PhysicalAddress table, int level, ulong page, ulong pages, scoped in PfnView view, MemoryAccess access)
    {
        if (!view.TryGetKeptRuns(out ReadOnlySpan<int> starts, out ReadOnlySpan<Pfn> pfns, out int first)) return false;
        int shift = TableShape.EntryBits * level;
        int index = IndexOf(page, level);
        int count = (int)(pages >> shift);
        if (view.TryGetStart(out PhysicalAddress start))
        {
            if (((start.Value >> PageSize.Size4K.Shift) & ((1ul << shift) - 1)) != 0) return false;
            FillPages(_memory.Entries(table, index, count), index, start.Value & ~(ulong)(PageSize.Size4K.Bytes - 1), access, level);
            return true;
        }

        if (default(TFormat).HighestContiguousOrder > 0 || view.PageSize != PageSize.Size4K || view.Offset != 0 || count > FewPages || !AreWholePages(starts, pfns, first, count, shift)) return false;
        Span<ulong> entries = _memory.Entries(table, index, count);
        ulong bits = default(TFormat).PageBits(access, level);
        for (int i = 0; i < entries.Length; i++) entries[i] = (pfns[i].Value << PageSize.Size4K.Shift) | bits;
        return true;
    }

    /// <summary>Whether each of so many runs begins and ends where a page does.</summary>
    private static bool AreWholePages(ReadOnlySpan<int> starts, ReadOnlySpan<Pfn> pfns, int first, int count, int shift)
    {
        if (starts.Length < count || pfns.Length < count) return false;
        ulong unaligned = 0;
        for (int i = 0; i < count; i++)
        {
            if (starts[i] != first + (i << shift)) return false;
            unaligned |= pfns[i].Value;
        }

        return (unaligned & ((1ul << shift) - 1)) == 0 && (starts.Length == count || starts[count] >= first + (count << shift));
    }

    /// <summary>Maps what is more than one run of whole pages of the level.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private long MapRuns(PhysicalAddress table, int level, ulong page, ulong pages, scoped in PfnView view, MemoryAccess access, out int tables)
    {
        var cursor = new GranuleCursor(view);
        tables = 0;
        ulong done = FillTable(table, level, page, pages, ref cursor, access, ref tables);
        if (tables != 0) Interlocked.Add(ref _liveTables, tables);
        return (long)done;
    }

    internal override int Unmap(PhysicalAddress table, ulong page, int order, long pages, Span<PhysicalAddress> tables)
    {
        int level = LevelOf(order);
        int index = IndexOf(page, level);
        int last = IndexOf(page + (ulong)pages - 1, level);
        Span<ulong> entries = _memory.Entries(table, index, last - index + 1);
        int count = 0;
        if (!tables.IsEmpty) count = TablesIn(entries, level, tables);

        entries.Clear();
        return count;
    }

    internal override void Return(ReadOnlySpan<PhysicalAddress> tables, int order, int count)
    {
        int left = count;
        foreach (PhysicalAddress table in tables) FreeBelow(table, LevelOf(order) - 1, ref left);
        Interlocked.Add(ref _liveTables, left - count);
    }

    internal override void ReturnEmpty(PhysicalAddress table) => _memory.Return(table, isZero: true);

    internal override void ReleaseSpare() => _memory.ReleaseSpare();

    internal override void FreeAll()
    {
        int all = int.MaxValue;
        FreeBelow(_root, TopLevel, ref all);
        _memory.ReleaseSpare();
        _liveTables = 0;
    }

    private static int LevelOf(int order) => Math.Min(order / TableShape.EntryBits, TopLevel);

    private static int IndexOf(ulong page, int level) => (int)((page >> (TableShape.EntryBits * level)) & EntryMask);

    private static int TablesIn(ReadOnlySpan<ulong> entries, int level, Span<PhysicalAddress> tables)
    {
        int count = 0;
        foreach (ulong entry in entries)
        {
            if (!default(TFormat).IsPresent(entry, level) || default(TFormat).IsPage(entry, level)) continue;
            tables[count++] = new PhysicalAddress(default(TFormat).TargetOf(entry));
        }

        return count;
    }

    /// <summary>The table of a level that translates a page, with all tables above it, put in place as needed.</summary>
    private bool TryPath(ulong page, int level, out PhysicalAddress table)
    {
        table = _root;
        for (int above = TopLevel; above > level; above--)
        {
            Span<ulong> slot = _memory.Entries(table, IndexOf(page, above), 1);
            ulong entry = Volatile.Read(ref slot[0]);
            if (entry == 0 && !TryPut(slot, above, out entry)) return false;
            table = new PhysicalAddress(default(TFormat).TargetOf(entry));
        }

        return true;
    }

    /// <summary>Puts an empty table in place, unless somebody else was first, whose table then serves.</summary>
    private bool TryPut(Span<ulong> slot, int level, out ulong entry)
    {
        entry = 0;
        if (!_memory.TryTake(zero: true, out PhysicalAddress table)) return false;
        ulong made = table.Value | default(TFormat).TableBits(level);
        entry = (ulong)Interlocked.CompareExchange(ref MemoryMarshal.Cast<ulong, long>(slot)[0], (long)made, 0);
        if (entry == 0)
        {
            entry = made;
            Interlocked.Increment(ref _liveTables);
        }
        else
        {
            _memory.Return(table, isZero: true);
        }

        return true;
    }

    private bool TryFind(ulong page, int level, out PhysicalAddress table)
    {
        table = _root;
        for (int above = TopLevel; above > level; above--)
        {
            ulong entry = Volatile.Read(ref _memory.Entries(table, IndexOf(page, above), 1)[0]);
            if (!default(TFormat).IsPresent(entry, above)) return false;
            table = new PhysicalAddress(default(TFormat).TargetOf(entry));
        }

        return true;
    }

    /// <summary>Fills entries of a table of tables: large pages where runs and alignment allow, else tables, each filled before it is linked.</summary>
    /// <returns>Pages mapped; fewer than wanted where there is no memory for a table.</returns>
    private ulong FillTable(PhysicalAddress table, int level, ulong page, ulong count, scoped ref GranuleCursor cursor, MemoryAccess access, ref int tables)
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
                int slots = (int)Math.Min((count - done) >> shift, (ulong)(TableShape.EntryCount - index));
                if (default(TFormat).HighestContiguousOrder == 0 && !cursor.IsPlain)
                {
                    int filled = cursor.FillLarge(entries.Slice(index, slots), shift, default(TFormat).PageBits(access, level));
                    done += (ulong)filled << shift;
                    if (filled > 0) continue;
                }

                ulong most = (ulong)slots << shift;
                ulong large = cursor.NextAligned(size, most);
                if (large > 0)
                {
                    ulong address = cursor.TakeAligned(large) << PageSize.Size4K.Shift;
                    FillPages(entries.Slice(index, (int)(large >> shift)), index, address, access, level);
                    done += large;
                    continue;
                }
            }

            if (!TryFillNew(level - 1, at, part, ref cursor, access, ref tables, out PhysicalAddress child)) break;

            // The entry comes last: until then the hardware finds nothing, and then a table that is filled.
            Volatile.Write(ref entries[index], child.Value | default(TFormat).TableBits(level));
            tables++;
            done += part;
        }

        return done;
    }

    /// <summary>A new table with the entries of a part of what it translates, and zeros around them.</summary>
    private bool TryFillNew(int level, ulong page, ulong count, scoped ref GranuleCursor cursor, MemoryAccess access, ref int tables, out PhysicalAddress table)
    {
        if (!_memory.TryTake(zero: false, out table)) return false;
        int first = IndexOf(page, level);
        int last = IndexOf(page + count - 1, level);
        Span<ulong> entries = _memory.Entries(table);
        entries.Slice(0, first).Clear();
        entries.Slice(last + 1).Clear();
        if (level == 0)
        {
            FillLeaf(entries.Slice(first, (int)count), first, ref cursor, access);
            return true;
        }

        int below = 0;
        ulong done = FillTable(table, level, page, count, ref cursor, access, ref below);
        if (done == count)
        {
            tables += below;
            return true;
        }

        // Nobody has seen it: what it was filled with goes back at once.
        int filled = done == 0 ? first : IndexOf(page + done - 1, level) + 1;
        entries.Slice(filled).Clear();
        below++;
        FreeBelow(table, level, ref below);
        return false;
    }

    private static void FillLeaf(Span<ulong> entries, int index, scoped ref GranuleCursor cursor, MemoryAccess access)
    {
        if (cursor.IsPlain)
        {
            PageEntries.Fill(entries, cursor.TakeFrames(entries.Length), default(TFormat).PageBits(access, 0));
            return;
        }

        for (int done = 0; done < entries.Length;)
        {
            cursor.TakeRun((ulong)(entries.Length - done), out ulong frame, out ulong count);
            FillPages(entries.Slice(done, (int)count), index + done, frame << PageSize.Size4K.Shift, access, 0);
            done += (int)count;
        }
    }

    /// <summary>Entries of one table for consecutive pages of its level.</summary>
    private static void FillPages(Span<ulong> entries, int index, ulong address, MemoryAccess access, int level)
    {
        int shift = PageSize.Size4K.Shift + (TableShape.EntryBits * level);
        if (default(TFormat).HighestContiguousOrder > 0) FillContiguous(entries, index, address, access, level);
        else PageEntries.FillRun(entries, address | default(TFormat).PageBits(access, level), 1ul << shift);
    }

    /// <summary>The same, in the largest pages of several entries that both alignments allow.</summary>
    private static void FillContiguous(Span<ulong> entries, int index, ulong address, MemoryAccess access, int level)
    {
        int shift = PageSize.Size4K.Shift + (TableShape.EntryBits * level);
        int done = 0;
        while (done < entries.Length)
        {
            ulong page = address + ((ulong)done << shift);
            ulong unaligned = (uint)(index + done) | (page >> shift);
            int order = Math.Min(Bits.Log2((ulong)(entries.Length - done)), default(TFormat).HighestContiguousOrder);
            if (unaligned != 0) order = Math.Min(order, Bits.TrailingZeros(unaligned));
            ulong bits = order == 0 ? default(TFormat).PageBits(access, level) : default(TFormat).ContiguousBits(access, level, order);
            PageEntries.FillRun(entries.Slice(done, 1 << order), page | bits, 0);
            done += 1 << order;
        }
    }

    /// <summary>Takes a table back with all below it, which nobody can see any more. The entries of leaves are not touched, nor those of tables below which there is none.</summary>
    /// <param name="table">The table.</param>
    /// <param name="level">Its level.</param>
    /// <param name="left">How many tables there still are, this one included; counted down.</param>
    private void FreeBelow(PhysicalAddress table, int level, ref int left)
    {
        left--;
        if (level > 0 && left > 0)
        {
            foreach (ulong entry in _memory.Entries(table))
            {
                if (!default(TFormat).IsPresent(entry, level) || default(TFormat).IsPage(entry, level)) continue;
                FreeBelow(new PhysicalAddress(default(TFormat).TargetOf(entry)), level - 1, ref left);
                if (left == 0) break;
            }
        }

        _memory.Return(table, isZero: false);
    }
}
