using System;
using System.Runtime.InteropServices;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Frames for page tables, all zero when handed out: tables come back cleared, because unmapping clears them, so a
/// returned table is kept, zero as it is, and handed out again first. Bounded; guarded by its domain's lock.
/// </summary>
internal sealed class TableMemory(IPhysicalMemory memory, FrameAllocator source)
{
    /// <summary>Tables kept for reuse; what comes back beyond that goes to the allocator.</summary>
    private const int MostSpare = 64;

    private readonly PhysicalAddress[] _spare = new PhysicalAddress[MostSpare];
    private int _spareCount;

    /// <summary>Tables taken from the allocator, spare ones included.</summary>
    internal int Held { get; private set; }

    internal bool TryTake(in Placement placement, out PhysicalAddress table)
    {
        if (_spareCount > 0)
        {
            table = _spare[--_spareCount];
            return true;
        }

        bool taken = source.TryAllocate(1, placement, out Pfn frame);
        table = taken ? frame.ToAddress(PageSize.Size4K) : default;
        if (!taken) return false;
        Held++;
        memory.Access(table, PageSize.Size4K.Bytes).Clear();
        return true;
    }

    /// <summary>Takes back a table whose entries are all zero.</summary>
    internal void Return(PhysicalAddress table)
    {
        if (_spareCount < MostSpare)
        {
            _spare[_spareCount++] = table;
            return;
        }

        source.Free(table.FrameOf(PageSize.Size4K), 1);
        Held--;
    }

    /// <summary>Gives the spare tables back to the allocator.</summary>
    internal void ReleaseSpare()
    {
        Held -= _spareCount;
        while (_spareCount > 0) source.Free(_spare[--_spareCount].FrameOf(PageSize.Size4K), 1);
    }

    internal Span<ulong> Entries(PhysicalAddress table)
        => MemoryMarshal.Cast<byte, ulong>(memory.Access(table, PageSize.Size4K.Bytes));
}
