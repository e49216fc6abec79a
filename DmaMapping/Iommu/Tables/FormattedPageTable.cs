using System;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>The tables of one domain in one format.</summary>
internal sealed class FormattedPageTable<TFormat> : PageTable
    where TFormat : struct, IPageTableFormat
{
    private const ulong EntryMask = TableNode.EntryCount - 1;

    private readonly TableMemory _memory;
    private readonly Placement _placement;
    private readonly TableNode _root;
    private TableNode? _retired;

    // Apart, for a leaf's note has no children, and giving it some would allocate long after the first mappings.
    private TableNode? _idleLeaves;
    private TableNode? _idleInner;
    private int _liveTables;

    private FormattedPageTable(TableMemory memory, Placement placement, PhysicalAddress root)
    {
        _memory = memory;
        _placement = placement;
        _root = new TableNode { Address = root, Children = new TableNode?[TableNode.EntryCount] };
        _liveTables = 1;
    }

    internal override PhysicalAddress Root => _root.Address;

    internal override int InputBits => PageSize.Size4K.Shift + (TableNode.EntryBits * default(TFormat).Levels);

    internal override int OutputBits => default(TFormat).OutputBits;

    internal override int LiveTables => _liveTables;

    private static int TopLevel => default(TFormat).Levels - 1;

    internal static FormattedPageTable<TFormat>? TryCreate(TableMemory memory)
    {
        Placement placement = Placement.Below(default(TFormat).OutputBits);
        return memory.TryTake(placement, out PhysicalAddress root) ? new FormattedPageTable<TFormat>(memory, placement, root) : null;
    }

    internal override bool TryMap(ulong page, scoped in PfnView view, MemoryAccess access)
    {
        // Frames of 4 KiB whose runs are short or unknown are transformed table by table; anything else goes run by run.
        ulong done = view.PageSize == PageSize.Size4K && !view.KeepsRuns
            ? MapFrames(page, view.Frames, access)
            : MapRuns(page, view, access);
        long wanted = PageSize.Size4K.FramesFor((view.Offset & (PageSize.Size4K.Bytes - 1)) + view.Length);
        if (done == (ulong)wanted) return true;
        if (done > 0) Unmap(page, (long)done);
        return false;
    }

    internal override void Unmap(ulong page, long pages)
    {
        ulong at = page;
        ulong end = page + (ulong)pages;
        while (at < end) at += Clear(at, end - at);
    }

    internal override void FreeRetired()
    {
        while (_retired is { } node)
        {
            _retired = node.Next;
            _memory.Return(node.Address);
            ref TableNode? idle = ref IdleFor(leaf: node.Children is null);
            node.Next = idle;
            idle = node;
        }
    }

    internal override void FreeAll()
    {
        FreeRetired();
        FreeBelow(_root);
        _memory.ReleaseSpare();
        _idleLeaves = _idleInner = null;
        _liveTables = 0;
    }

    /// <summary>One table at a time: a large page where the frames are one aligned run, else a transform of the array.</summary>
    private ulong MapFrames(ulong page, ReadOnlySpan<Pfn> frames, MemoryAccess access)
    {
        ulong bits = default(TFormat).PageBits(access, 0);
        int done = 0;
        while (done < frames.Length)
        {
            ulong at = page + (ulong)done;
            int index = (int)(at & EntryMask);
            int count = Math.Min(TableNode.EntryCount - index, frames.Length - done);
            ReadOnlySpan<Pfn> part = frames.Slice(done, count);
            if (count == TableNode.EntryCount && default(TFormat).HighestPageLevel >= 1 && IsAlignedRun(part))
            {
                if (!MapRun(at, part[0].Value, TableNode.EntryCount, access, out _)) break;
            }
            else
            {
                TableNode? leaf = TableAt(at, 0);
                if (leaf is null) break;
                PageEntries.Fill(_memory.Entries(leaf.Address).Slice(index, count), part, bits);
                leaf.Live += count;
            }

            done += count;
        }

        return (ulong)done;
    }

    private static bool IsAlignedRun(ReadOnlySpan<Pfn> part)
    {
        ulong first = part[0].Value;
        if ((first & EntryMask) != 0 || part[part.Length - 1].Value != first + (ulong)(part.Length - 1)) return false;
        return new PfnView(part, PageSize.Size4K).CountRuns() == 1;
    }

    private ulong MapRuns(ulong page, scoped in PfnView view, MemoryAccess access)
    {
        ulong done = 0;
        foreach (FrameRun run in view.Runs)
        {
            ulong frame = run.Address.FrameOf(PageSize.Size4K).Value;
            long count = PageSize.Size4K.FramesFor(run.Address.OffsetIn(PageSize.Size4K) + run.Length);
            bool mapped = MapRun(page + done, frame, count, access, out ulong part);
            done += part;
            if (!mapped) break;
        }

        return done;
    }

    /// <summary>Consecutive frames at consecutive IOVAs, in the largest pages that both alignments allow.</summary>
    private bool MapRun(ulong page, ulong frame, long count, MemoryAccess access, out ulong done)
    {
        done = 0;
        ulong wanted = (ulong)count;
        while (done < wanted)
        {
            int level = LevelFor(page + done, frame + done, wanted - done);
            int shift = TableNode.EntryBits * level;
            int index = (int)(((page + done) >> shift) & EntryMask);
            ulong entries = Math.Min((wanted - done) >> shift, (ulong)(TableNode.EntryCount - index));
            if (level < default(TFormat).HighestPageLevel)
            {
                // Stop where a larger page could begin, if the two alignments agree that there is one.
                ulong larger = 1ul << (shift + TableNode.EntryBits);
                if (((page ^ frame) & (larger - 1)) == 0)
                {
                    ulong before = ((0 - (page + done)) & (larger - 1)) >> shift;
                    if (before > 0) entries = Math.Min(entries, before);
                }
            }

            TableNode? table = TableAt(page + done, level);
            if (table is null) return false;
            Span<ulong> slice = _memory.Entries(table.Address).Slice(index, (int)entries);
            ulong address = (frame + done) << PageSize.Size4K.Shift;
            if (default(TFormat).HighestContiguousOrder > 0) FillContiguous(slice, index, address, access, level);
            else PageEntries.FillRun(slice, address | default(TFormat).PageBits(access, level), 1ul << (PageSize.Size4K.Shift + shift));
            table.Live += (int)entries;
            done += entries << shift;
        }

        return true;
    }

    /// <summary>Entries of one table for consecutive pages of its level, in the largest pages of several entries that both alignments allow.</summary>
    private static void FillContiguous(Span<ulong> entries, int index, ulong address, MemoryAccess access, int level)
    {
        int shift = PageSize.Size4K.Shift + (TableNode.EntryBits * level);
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

    private static int LevelFor(ulong page, ulong frame, ulong count)
    {
        int level = 0;
        while (level < default(TFormat).HighestPageLevel)
        {
            ulong larger = 1ul << (TableNode.EntryBits * (level + 1));
            if (count < larger || ((page | frame) & (larger - 1)) != 0) break;
            level++;
        }

        return level;
    }

    /// <summary>The table of a level that covers a page, with all tables above it, made as needed; null where there is no memory.</summary>
    private TableNode? TableAt(ulong page, int level)
    {
        TableNode node = _root;
        for (int above = TopLevel; above > level; above--)
        {
            int index = (int)((page >> (TableNode.EntryBits * above)) & EntryMask);
            TableNode? child = node.Children![index];
            if (child is null)
            {
                child = TakeNode(above - 1);
                if (child is null)
                {
                    RetireEmpty(page, above);
                    return null;
                }

                node.Children[index] = child;
                node.Live++;

                // The entry comes last: until then the hardware finds nothing, and then a table that is all zero.
                Volatile.Write(ref _memory.Entries(node.Address)[index], child.Address.Value | default(TFormat).TableBits(above));
            }

            node = child;
        }

        return node;
    }

    private TableNode? TakeNode(int level)
    {
        if (!_memory.TryTake(_placement, out PhysicalAddress address)) return null;
        ref TableNode? idle = ref IdleFor(leaf: level == 0);
        TableNode node = idle ?? new TableNode { Children = level > 0 ? new TableNode?[TableNode.EntryCount] : null };
        idle = node.Next;
        node.Next = null;
        node.Address = address;
        _liveTables++;
        return node;
    }

    private ref TableNode? IdleFor(bool leaf) => ref leaf ? ref _idleLeaves : ref _idleInner;

    /// <summary>Clears what one table holds of a range.</summary>
    /// <returns>Granules cleared.</returns>
    private ulong Clear(ulong page, ulong count)
    {
        TableNode node = _root;
        int level = TopLevel;
        int index;
        while (true)
        {
            index = (int)((page >> (TableNode.EntryBits * level)) & EntryMask);
            if (level == 0 || node.Children![index] is not { } child) break;
            node = child;
            level--;
        }

        // Pages of one table stand side by side until one of its entries leads to a table instead.
        int shift = TableNode.EntryBits * level;
        ulong most = Math.Min(count >> shift, (ulong)(TableNode.EntryCount - index));
        int entries = 1;
        if (level == 0) entries = (int)most;
        else while ((ulong)entries < most && node.Children![index + entries] is null) entries++;
        _memory.Entries(node.Address).Slice(index, entries).Clear();
        node.Live -= entries;
        if (node.Live == 0) RetireEmpty(page, level);
        return (ulong)entries << shift;
    }

    /// <summary>Unlinks the tables on the way to a page that are empty, from a level upwards; the root stays.</summary>
    private void RetireEmpty(ulong page, int level)
    {
        for (; level < TopLevel; level++)
        {
            TableNode parent = _root;
            for (int above = TopLevel; above > level + 1; above--)
                parent = parent.Children![(int)((page >> (TableNode.EntryBits * above)) & EntryMask)]!;
            int index = (int)((page >> (TableNode.EntryBits * (level + 1))) & EntryMask);
            TableNode node = parent.Children![index]!;
            if (node.Live > 0) return;

            Volatile.Write(ref _memory.Entries(parent.Address)[index], 0);
            parent.Children[index] = null;
            parent.Live--;
            node.Next = _retired;
            _retired = node;
            _liveTables--;
        }
    }

    private void FreeBelow(TableNode node)
    {
        if (node.Children is { } children)
        {
            foreach (TableNode? child in children)
            {
                if (child is not null) FreeBelow(child);
            }
        }

        _memory.Entries(node.Address).Clear();
        _memory.Return(node.Address);
    }
}
