using System;

namespace Bench;

/// <summary>
/// Tables of 512 entries. All of them lie in one array as all pages lie in the kernel's direct map: the address in
/// an entry, divided by 8, is the table's place in the array, so following an entry loads nothing but the next entry.
/// </summary>
internal sealed class TablePool
{
    private const int AddressToWord = 3;

    private readonly int[] _free;
    private int _freeCount;

    /// <summary>A pool of so many tables.</summary>
    internal TablePool(int tables)
    {
        Words = new ulong[(tables + 1) * TableEntry.PerTable];
        _free = new int[tables];
        for (int i = tables; i > 0; i--) _free[_freeCount++] = i * TableEntry.PerTable;
    }

    /// <summary>Every table's words.</summary>
    internal ulong[] Words { get; }

    /// <summary>Tables taken and not returned.</summary>
    internal int InUse => _free.Length - _freeCount;

    /// <summary>Where the table that an entry leads to begins (<c>iopte_deref</c>).</summary>
    internal static int WordOf(ulong entry) => (int)((entry & TableEntry.AddressMask) >> AddressToWord);

    /// <summary>The address that an entry for a table holds.</summary>
    internal static ulong AddressOf(int word) => (ulong)word << AddressToWord;

    /// <summary>Takes a table and clears it (<c>__arm_lpae_alloc_pages</c>).</summary>
    internal int Take()
    {
        if (_freeCount == 0) Throw.Invalid("The table pool is exhausted.");
        int word = _free[--_freeCount];
        Words.AsSpan(word, TableEntry.PerTable).Clear();
        return word;
    }

    /// <summary>Returns a table.</summary>
    internal void Return(int word) => _free[_freeCount++] = word;
}
