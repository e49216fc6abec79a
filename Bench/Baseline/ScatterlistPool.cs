using System;

namespace Bench;

/// <summary>
/// Blocks of 128 entries (4 KiB), the unit in which a kernel allocates scatterlists. All blocks lie in one array,
/// as all pages lie in the kernel's direct map, so an entry's index stands for its address.
/// </summary>
internal sealed class ScatterlistPool
{
    /// <summary>Entries a block (<c>SG_MAX_SINGLE_ALLOC</c>); the last of a full one is the link to the next.</summary>
    internal const int EntriesPerBlock = 128;

    private const int EntryShift = 5;

    private readonly int[] _free;
    private int _freeCount;

    /// <summary>A pool that holds tables of so many entries together.</summary>
    internal ScatterlistPool(int entries)
    {
        int blocks = (entries / (EntriesPerBlock - 1)) + 2;
        Entries = new ScatterlistEntry[blocks * EntriesPerBlock];
        _free = new int[blocks];
        for (int i = blocks; i > 0; i--) _free[_freeCount++] = (i - 1) * EntriesPerBlock;
    }

    /// <summary>All entries of all blocks.</summary>
    internal ScatterlistEntry[] Entries { get; }

    /// <summary>Blocks taken and not returned.</summary>
    internal int BlocksInUse => _free.Length - _freeCount;

    /// <summary>Takes a block, clears so many of its entries and marks the last (<c>sg_kmalloc</c>, <c>sg_init_table</c>).</summary>
    internal int Take(int entries)
    {
        if (_freeCount == 0) Throw.Invalid("The scatterlist pool is exhausted.");
        int block = _free[--_freeCount];
        Span<ScatterlistEntry> taken = Entries.AsSpan(block, entries);
        taken.Clear();
        taken[^1].Link = ScatterlistEntry.End;
        return block;
    }

    /// <summary>Returns a block.</summary>
    internal void Return(int block) => _free[_freeCount++] = block;

    /// <summary>Makes an entry the link to another block (<c>sg_chain</c>).</summary>
    internal void Link(int entry, int block)
    {
        ref ScatterlistEntry link = ref Entries[entry];
        link.Offset = 0;
        link.Length = 0;
        link.Link = ((ulong)block << EntryShift) | ScatterlistEntry.Chain;
    }

    /// <summary>Where a link leads (<c>sg_chain_ptr</c>).</summary>
    internal int Follow(int entry) => (int)(Entries[entry].Link >> EntryShift);

    /// <summary>The entry after one, or -1 after the last (<c>sg_next</c>).</summary>
    internal int Next(int entry)
    {
        if (Entries[entry].IsLast) return -1;
        entry++;
        return Entries[entry].IsChain ? Follow(entry) : entry;
    }
}
