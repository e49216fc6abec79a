using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// What threads of one core map with: free blocks by size, the newest first out (a magazine); the spans that they are cut out
/// of; and the records of what was mapped with them. A mapping that ends is noted here first, then the hardware forgets it, and
/// whoever takes the lane next finds its block free.
/// </summary>
internal sealed class Lane : CoreLane
{
    /// <summary>Blocks of this order and more are half a TiB: too much to keep warm.</summary>
    private const int WarmOrders = 3 * IovaSpan.Order;
    private const int MostWarmSmall = 64;
    private const int MostWarmLarge = 4;
    private const int CutAtOnce = 8;
    private const int MostWholeSpans = 16;

    private readonly MappingRecord[] _firstRecords;
    private readonly Magazine[] _warm;
    private readonly SpansByRoom[] _spans;

    /// <summary>For each zone, how many spans are kept of which nothing is taken, so that small mappings find their tables linked.</summary>
    private readonly int[] _whole;
    private readonly List<IovaBlock> _surplusBlocks = [];
    private IovaSpan? _surplusSpans;
    private readonly LazyFlush? _flush;
    private readonly Queue<int> _lazy = new();
    private int _lazyCount;

    /// <summary>The first block that ended since, where any did, and those after it: mostly there is one, which then needs no array.</summary>
    private int _firstEnding;
    private int[] _moreEnding = new int[4];
    private int _endingCount;

    // Lanes are made one after the other: this keeps what two cores write out of one cache line.
    private readonly CacheLines _apart;

    internal Lane(int index, int zones, LazyFlush? flush)
        : base(index)
    {
        _flush = flush;
        _firstRecords = Records.First;
        _warm = new Magazine[zones * WarmOrders];
        for (int i = 0; i < _warm.Length; i++) _warm[i].Head = -1;
        _spans = new SpansByRoom[zones];
        for (int i = 0; i < zones; i++) _spans[i] = new SpansByRoom();
        _whole = new int[zones];
        _apart = default;
        _ = _apart;
    }

    internal MappingRecords Records { get; } = new();

    /// <summary>Granules in blocks that are taken.</summary>
    internal long TakenPages { get; private set; }

    /// <summary>Blocks that are taken.</summary>
    internal int TakenBlocks { get; private set; }

    /// <summary>Blocks that ended and are not free yet.</summary>
    internal int EndingBlocks => _endingCount + _lazyCount;

    /// <summary>Whether there is something that the lane does not keep: to be given to the space when the lane is left.</summary>
    internal bool HasSurplus { get; private set; }

    /// <summary>The order of the largest free block in the lane's spans of a zone; -1 where none is.</summary>
    internal int LargestOf(int zone) => _spans[zone].Largest;

    /// <summary>A record that was used; the reference stays good.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref MappingRecord At(int slot)
    {
        // Few lanes ever have more than one chunk: the first one is reached at once.
        MappingRecord[] first = _firstRecords;
        if ((uint)slot < (uint)first.Length) return ref first[slot];
        return ref Records.AtBeyond(slot);
    }

    /// <summary>The record that a token speaks of, which may be forged: one that was never used, and so has the generation 0, where there is no such slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref MappingRecord AtOrNone(int slot)
    {
        MappingRecord[] first = _firstRecords;
        if ((uint)slot < (uint)first.Length) return ref first[slot];
        return ref Records.Has(slot) ? ref Records.AtBeyond(slot) : ref MappingRecords.None;
    }

    /// <summary>Takes a block.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="order">Its size.</param>
    /// <param name="slot">Its record.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryTake(int zone, int order, out int slot)
        => TryTakeEnded(zone, order, out slot) || TryTakeWarm(zone, order, out slot);

    private bool TryTakeWarm(int zone, int order, out int slot)
    {
        if ((_endingCount | _lazyCount) != 0) Reclaim();
        if (order >= WarmOrders)
        {
            slot = -1;
            return false;
        }

        ref Magazine warm = ref _warm[(zone * WarmOrders) + order];
        slot = warm.Head;
        if (slot < 0) return order < IovaSpan.Order && TryCut(zone, order, out slot);
        warm.Head = At(slot).OwnerOrNext;
        warm.Count--;
        TakenPages += 1L << order;
        TakenBlocks++;
        return true;
    }

    /// <summary>Takes a block over that comes from the space, as taken.</summary>
    /// <returns>Its record.</returns>
    internal int Adopt(in IovaBlock block, IovaSpan? span = null)
    {
        int slot = Records.TakeBlank();
        ref MappingRecord record = ref At(slot);
        record.Span = span;
        record.Start = new DmaAddress(block.Page << PageSize.Size4K.Shift);
        record.Order = (byte)block.Order;
        record.HasTable = span is not null;
        if (span is not null) record.Table = span.Table;
        TakenPages += 1L << block.Order;
        TakenBlocks++;
        return slot;
    }

    /// <summary>Takes a block back that is free.</summary>
    internal void Give(int slot)
    {
        ref MappingRecord record = ref At(slot);
        int order = record.Order;
        TakenPages -= 1L << order;
        TakenBlocks--;
        if (order < WarmOrders)
        {
            ref Magazine warm = ref _warm[(ZoneOf(record) * WarmOrders) + order];
            if (warm.Count == (order < IovaSpan.Order ? MostWarmSmall : MostWarmLarge)) Cool(ref warm, order < IovaSpan.Order ? CutAtOnce : 1);
            record.OwnerOrNext = warm.Head;
            warm.Head = slot;
            warm.Count++;
        }
        else
        {
            AddSurplus(new IovaBlock(record.Block, order));
            Records.GiveBlank(slot);
        }
    }

    /// <summary>Adopts a span of which nothing is taken.</summary>
    internal void Add(int zone, IovaSpan span)
    {
        span.Owner = this;
        _spans[zone].Add(span);
        _whole[zone]++;
    }

    /// <summary>Notes that a mapping has ended: its block is free when its record says that the hardware has forgotten it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void End(int slot)
    {
        if (_endingCount != 0) EndAnother(slot);
        else _firstEnding = slot;
        _endingCount++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EndAnother(int slot)
    {
        if (_endingCount > _moreEnding.Length)
        {
            Reclaim();
            if (_endingCount > _moreEnding.Length) Array.Resize(ref _moreEnding, _endingCount * 2);
        }

        if (_endingCount == 0) _firstEnding = slot;
        else _moreEnding[_endingCount - 1] = slot;
    }

    /// <summary>Frees what ended and is forgotten, the newest last, so that it is handed out first.</summary>
    internal void Reclaim()
    {
        int kept = 0;
        for (int i = 0; i < _endingCount; i++)
        {
            int slot = i == 0 ? _firstEnding : _moreEnding[i - 1];
            switch (ReadEnd(ref At(slot)))
            {
                case MappingEnd.Forgotten:
                    Give(slot);
                    break;
                case MappingEnd.Lazy:
                    _lazy.Enqueue(slot);
                    _lazyCount++;
                    break;
                default:
                    if (kept == 0) _firstEnding = slot;
                    else _moreEnding[kept - 1] = slot;
                    kept++;
                    break;
            }
        }

        _endingCount = kept;
        if (_lazyCount != 0) ReclaimLazy();
    }

    /// <summary>Makes all that is kept warm surplus.</summary>
    internal void Shed()
    {
        Reclaim();
        for (int i = 0; i < _warm.Length; i++)
        {
            Cool(ref _warm[i], _warm[i].Count);
        }

        for (int zone = 0; zone < _whole.Length; zone++)
        {
            for (; _whole[zone] > 0; _whole[zone]--) Let(zone, _spans[zone].FindWhole()!);
        }
    }

    /// <summary>Takes spans back as surplus that could not be given to the space.</summary>
    internal void AddSurplus(IovaSpan spans)
    {
        IovaSpan last = spans;
        while (last.Next is { } next) last = next;
        last.Next = _surplusSpans;
        _surplusSpans = spans;
        HasSurplus = true;
    }

    private void AddSurplus(in IovaBlock block)
    {
        _surplusBlocks.Add(block);
        HasSurplus = true;
    }

    /// <summary>Leaves the lane with what it does not keep.</summary>
    /// <param name="spans">Spans of which nothing is taken, chained.</param>
    /// <param name="block">A block of whole tables; none where its order is 0.</param>
    internal void Leave(out IovaSpan? spans, out IovaBlock block)
    {
        spans = _surplusSpans;
        _surplusSpans = null;
        int last = _surplusBlocks.Count - 1;
        block = last < 0 ? default : _surplusBlocks[last];
        if (last >= 0) _surplusBlocks.RemoveAt(last);
        HasSurplus = last > 0;
        Gate.Exit();
    }

    /// <summary>The commonest case: one mapping ended since, of the same size. Its block passes on without being put anywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeEnded(int zone, int order, out int slot)
    {
        slot = _firstEnding;
        if (_endingCount != 1) return false;
        ref MappingRecord record = ref At(slot);
        if (ReadEnd(ref record) != MappingEnd.Forgotten || record.Order != order || ZoneOf(record) != zone) return false;
        _endingCount = 0;
        return true;
    }

    private static MappingEnd ReadEnd(ref MappingRecord record) => (MappingEnd)Volatile.Read(ref Unsafe.As<MappingEnd, byte>(ref record.End));

    /// <summary>They wait in about the order of their flushes: one that is out of order waits a little longer.</summary>
    private void ReclaimLazy()
    {
        while (_lazyCount != 0 && _flush!.IsForgotten(At(_lazy.Peek()).Length))
        {
            Give(_lazy.Dequeue());
            _lazyCount--;
        }
    }

    private static int ZoneOf(in MappingRecord record) => IovaAllocator.ZoneOf(record.First);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryCut(int zone, int order, out int slot)
    {
        slot = -1;
        if (!Records.HasBlank || _spans[zone].Find(order) is not { } span) return false;
        if (span.IsWhole) _whole[zone]--;

        // Some more come with it, to be warm for the next: the list of spans is kept in order once for all.
        int room = span.LargestFree;
        for (int cut = 0; cut < CutAtOnce && Records.HasBlank && span.TryTake(order, out int index); cut++)
        {
            int more = Adopt(new IovaBlock(span.First + (ulong)index, order), span);
            if (cut == 0) slot = more;
            else Give(more);
        }

        Relist(zone, span, room);
        return true;
    }

    /// <summary>Sends some warm blocks back to where they came from; a few at a time, so that no mapping pays for many.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Cool(ref Magazine warm, int count)
    {
        for (; count > 0; count--)
        {
            int slot = warm.Head;
            ref MappingRecord record = ref At(slot);
            warm.Head = record.OwnerOrNext;
            warm.Count--;
            Drop(record);
            Records.GiveBlank(slot);
        }
    }

    private void Drop(in MappingRecord record)
    {
        if (record.Span is not { } span)
        {
            AddSurplus(new IovaBlock(record.Block, record.Order));
            return;
        }

        int zone = ZoneOf(record);
        int room = span.LargestFree;
        span.Give((int)(record.Block - span.First), record.Order);
        Relist(zone, span, room);
        if (!span.IsWhole) return;
        if (_whole[zone] < MostWholeSpans) _whole[zone]++;
        else Let(zone, span);
    }

    private void Let(int zone, IovaSpan span)
    {
        _spans[zone].Remove(span, span.LargestFree);
        span.Owner = null;
        span.Next = _surplusSpans;
        _surplusSpans = span;
        HasSurplus = true;
    }

    private void Relist(int zone, IovaSpan span, int room)
    {
        int now = span.LargestFree;
        if (now == room) return;
        _spans[zone].Remove(span, room);
        _spans[zone].Add(span);
    }

    /// <summary>Free blocks of one size, chained by their records.</summary>
    private struct Magazine
    {
        internal int Head;
        internal int Count;
    }
}
