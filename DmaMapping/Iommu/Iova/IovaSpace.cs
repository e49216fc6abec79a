using System;
using System.Collections.Generic;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The part of a zone of IOVA space that no lane has: blocks of whole leaf tables, naturally aligned, in a buddy allocator
/// over a space too large for a bitmap, so nothing is ever scanned; and the spans that the aperture or a hole cuts.
/// Thread-safe.
/// </summary>
internal sealed class IovaSpace
{
    private const int MostOrders = 64 - 12;

    private readonly FreeBlocks?[] _free = new FreeBlocks?[MostOrders + 1];
    private SpansByRoom _partial = new();
    private BriefLock _gate;
    private ulong _ordersWithFree;
    private IovaSpan? _idle;

    /// <summary>A space of intervals of granules.</summary>
    /// <param name="intervals">First and last of each, in order and apart.</param>
    internal IovaSpace(IReadOnlyList<(ulong First, ulong Last)> intervals)
    {
        var partial = new SortedDictionary<ulong, IovaSpan>();
        foreach ((ulong first, ulong last) in intervals)
        {
            Capacity += last - first + 1;
            ulong at = first;
            while (at <= last)
            {
                ulong inSpan = at & (IovaSpan.Pages - 1);
                ulong room = last - at + 1;
                if (inSpan == 0 && room >= IovaSpan.Pages)
                {
                    int order = Math.Min(Bits.TrailingZeros(at), Bits.Log2(room));
                    Push(at, order);
                    at += 1ul << order;
                    continue;
                }

                ulong start = at - inSpan;
                if (!partial.TryGetValue(start, out IovaSpan? span))
                {
                    span = new IovaSpan();
                    span.Begin(start);
                    partial.Add(start, span);
                }

                int count = (int)Math.Min(IovaSpan.Pages - inSpan, room);
                span.Add((int)inSpan, count);
                at += (ulong)count;
            }
        }

        foreach (IovaSpan span in partial.Values) _partial.Add(span);
    }

    /// <summary>Granules that mappings may have.</summary>
    internal ulong Capacity { get; }

    /// <summary>The order of the largest free block; -1 where none is.</summary>
    internal int Largest
    {
        get
        {
            _gate.Enter();
            int largest = _ordersWithFree == 0 ? _partial.Largest : Bits.Log2(_ordersWithFree);
            _gate.Exit();
            return largest;
        }
    }

    /// <summary>Takes a block of whole tables.</summary>
    internal bool TryTake(int order, out ulong page)
    {
        _gate.Enter();
        bool taken = TrySplit(order, out page);
        _gate.Exit();
        return taken;
    }

    /// <summary>Takes a span with room for a block, a cut one first.</summary>
    internal IovaSpan? TakeSpan(int order)
    {
        _gate.Enter();
        try
        {
            if (_partial.Find(order) is { } partial)
            {
                _partial.Remove(partial, partial.LargestFree);
                return partial;
            }

            if (!TrySplit(IovaSpan.Order, out ulong page)) return null;
            IovaSpan span = _idle ?? new IovaSpan();
            _idle = span.Next;
            span.Next = null;
            span.Begin(page);
            span.Add(0, IovaSpan.Pages);
            return span;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Takes a span back of which nothing is taken. One that is not cut is a block, to be given back as that.</summary>
    internal void Give(IovaSpan span)
    {
        _gate.Enter();
        if (span.IsPartial)
        {
            _partial.Add(span);
        }
        else
        {
            span.Next = _idle;
            _idle = span;
        }

        _gate.Exit();
    }

    /// <summary>
    /// Takes a block back and joins it with its neighbours. Where that makes up all that a table of tables translates, the
    /// whole is handed to the caller, for nobody else has anything in it: to end the table, and to give the whole back again.
    /// </summary>
    /// <returns>Whether the caller has the whole.</returns>
    internal bool Give(ref ulong page, ref int order)
    {
        _gate.Enter();
        try
        {
            while (order < MostOrders && TryRemove(page ^ (1ul << order), order))
            {
                page &= ~(1ul << order);
                order++;
                if (order % IovaSpan.Order == 0) return true;
            }

            Push(page, order);
            return false;
        }
        finally
        {
            _gate.Exit();
        }
    }

    private bool TrySplit(int order, out ulong page)
    {
        page = 0;
        if (order > MostOrders) return false;
        ulong candidates = _ordersWithFree >> order;
        if (candidates == 0) return false;

        int from = order + Bits.TrailingZeros(candidates);
        _free[from]!.TryPop(out page);
        if (_free[from]!.Count == 0) _ordersWithFree &= ~(1ul << from);
        while (from > order)
        {
            from--;
            Push(page + (1ul << from), from);
        }

        return true;
    }

    private bool TryRemove(ulong page, int order)
    {
        if (_free[order] is not { } blocks || !blocks.TryRemove(page)) return false;
        if (blocks.Count == 0) _ordersWithFree &= ~(1ul << order);
        return true;
    }

    private void Push(ulong page, int order)
    {
        (_free[order] ??= new FreeBlocks()).Push(page);
        _ordersWithFree |= 1ul << order;
    }
}
