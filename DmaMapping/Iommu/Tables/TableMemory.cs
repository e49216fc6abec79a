using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Frames for page tables. Tables that come back are kept, the newest handed out first, up to as many as were ever in use
/// at once and a bound; those known to be all zero apart from those that are not, for a table that is filled whole need not be.
/// Thread-safe.
/// </summary>
internal sealed class TableMemory(IPhysicalMemory memory, FrameAllocator source, Placement placement)
{
    /// <summary>Tables kept for reuse at most, of either kind: 4 MiB.</summary>
    private const int MostSpare = 1024;
    private const int LeastSpare = 16;

    private BriefLock _gate;
    private PhysicalAddress[] _zero = new PhysicalAddress[LeastSpare];
    private PhysicalAddress[] _used = new PhysicalAddress[LeastSpare];
    private int _zeroCount;
    private int _usedCount;
    private int _inUse;
    private int _mostInUse = LeastSpare;

    /// <summary>Takes a table.</summary>
    /// <param name="zero">Whether its entries must be all zero; otherwise they may be anything.</param>
    /// <param name="table">The table.</param>
    internal bool TryTake(bool zero, out PhysicalAddress table)
    {
        if (!TryTakeSpare(zero, out table, out bool isZero))
        {
            bool taken = source.TryAllocate(1, placement, out Pfn frame);
            table = taken ? frame.ToAddress(PageSize.Size4K) : default;
            if (!taken)
            {
                _gate.Enter();
                _inUse--;
                _gate.Exit();
                return false;
            }
        }

        if (zero && !isZero) Entries(table).Clear();
        return true;
    }

    /// <summary>Takes a table back that the hardware has forgotten.</summary>
    internal void Return(PhysicalAddress table, bool isZero)
    {
        if (!TryKeep(table, isZero)) source.Free(table.FrameOf(PageSize.Size4K), 1);
    }

    /// <summary>Gives the spare tables back to the allocator.</summary>
    internal void ReleaseSpare()
    {
        while (true)
        {
            PhysicalAddress table;
            _gate.Enter();
            _mostInUse = LeastSpare;
            bool any = _zeroCount + _usedCount > 0;
            if (_zeroCount > 0) table = _zero[--_zeroCount];
            else table = any ? _used[--_usedCount] : default;
            _gate.Exit();
            if (!any) return;
            source.Free(table.FrameOf(PageSize.Size4K), 1);
        }
    }

    internal Span<ulong> Entries(PhysicalAddress table)
        => MemoryMarshal.Cast<byte, ulong>(memory.Access(table, PageSize.Size4K.Bytes));

    /// <summary>One entry of a table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref ulong Entry(PhysicalAddress table, int index)
        => ref MemoryMarshal.Cast<byte, ulong>(memory.Access(table + ((long)index * sizeof(ulong)), sizeof(ulong)))[0];

    /// <summary>Some entries of a table.</summary>
    internal Span<ulong> Entries(PhysicalAddress table, int index, int count)
        => MemoryMarshal.Cast<byte, ulong>(memory.Access(table + ((long)index * sizeof(ulong)), (long)count * sizeof(ulong)));

    private bool TryTakeSpare(bool zero, out PhysicalAddress table, out bool isZero)
    {
        _gate.Enter();
        if (++_inUse > _mostInUse) _mostInUse = _inUse;
        isZero = _zeroCount > 0 && (zero || _usedCount == 0);
        bool any = _zeroCount + _usedCount > 0;
        if (isZero) table = _zero[--_zeroCount];
        else table = any ? _used[--_usedCount] : default;
        _gate.Exit();
        return any;
    }

    private bool TryKeep(PhysicalAddress table, bool isZero)
    {
        _gate.Enter();
        _inUse--;
        bool keep = _zeroCount + _usedCount < Math.Min(_mostInUse, MostSpare);
        if (keep && isZero) Push(ref _zero, ref _zeroCount, table);
        else if (keep) Push(ref _used, ref _usedCount, table);
        _gate.Exit();
        return keep;
    }

    private static void Push(ref PhysicalAddress[] stack, ref int count, PhysicalAddress table)
    {
        if (count == stack.Length) Array.Resize(ref stack, count * 2);
        stack[count++] = table;
    }
}
