using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The mappings of one domain. Thread-safe: a lane is held while a record is taken or noted as ending, and nothing is while tables are
/// written or the hardware forgets.
/// </summary>
internal sealed class DomainMappings(IommuDomain domain, LazyFlush? flush)
{
    private readonly PageTable _tables = domain.Tables;
    private readonly IovaAllocator _iova = domain.Iova;
    private readonly IovaWaiters _waiters = domain.Waiters;
    private readonly LaneSet _lanes = domain.Iova.Lanes;
    private readonly LazyFlush? _flush = flush;
    private readonly int _granuleShift = domain.Granule.Shift;

    /// <summary>
    /// Maps one frame of 4 KiB in a domain of such granules: what most mappings are, with nothing to count or to cut. It decides no refusal.
    /// </summary>
    /// <param name="frame">The frame, which an entry can name.</param>
    /// <param name="offset">Where in it the bytes that were asked for begin.</param>
    /// <param name="length">How many there are of them.</param>
    /// <param name="access">What the device may do.</param>
    /// <param name="lowFirst">Whether IOVAs below 4 GiB are preferred.</param>
    /// <param name="owner">The number of the mapper.</param>
    /// <param name="token">Names the mapping.</param>
    /// <param name="start">The IOVA of the first byte that was asked for.</param>
    /// <returns>Whether it is mapped. If not, <see cref="Map"/> does it, or tells why not.</returns>
    internal bool TryMapFrame(Pfn frame, long offset, long length, MemoryAccess access, bool lowFirst, int owner, out MappingToken token, out DmaAddress start)
    {
        token = default;
        start = default;
        if (_waiters.Any || _iova.TryTakeOwn(0, lowFirst, out int slot) is not { } lane) return false;
        if (!domain.IsAlive) return WithoutFrame(lane, slot);

        ref MappingRecord record = ref lane.At(slot);
        start = new DmaAddress(record.First << PageSize.Size4K.Shift) + offset;
        int generation = Begin(ref record, start, length, owner);
        _iova.Leave(lane);
        _waiters.Freed();
        _tables.Set(record.Table, (int)(start.Value >> PageSize.Size4K.Shift) & (IovaSpan.Pages - 1), frame, access);
        token = TokenOf(lane, slot, owner, generation);
        return true;
    }

    /// <summary>Maps whole granules at consecutive IOVAs.</summary>
    /// <param name="view">The granules.</param>
    /// <param name="offset">Where in the first granule the bytes that were asked for begin.</param>
    /// <param name="length">How many there are of them.</param>
    /// <param name="access">What the device may do.</param>
    /// <param name="request">The block that they want.</param>
    /// <param name="owner">The number of the mapper.</param>
    /// <param name="token">Names the mapping.</param>
    /// <param name="start">The IOVA of the first byte that was asked for.</param>
    internal MapStatus Map(scoped in PfnView view, long offset, long length, MemoryAccess access, in IovaRequest request, int owner, out MappingToken token, out DmaAddress start)
    {
        token = default;
        start = default;
        domain.ThrowIfDisposed();
        if (_waiters.Any) return MapStatus.NoIovaSpace;
        Lane? lane = _iova.Take(request.Order, request.LowFirst, out int slot, out MapStatus shortage);
        if (lane is null || !domain.IsAlive) return WithoutBlock(lane, slot, shortage);

        ref MappingRecord record = ref lane.At(slot);
        ulong first = record.Block + request.Lead;
        start = new DmaAddress(first << PageSize.Size4K.Shift) + offset;
        int generation = Begin(ref record, start, length, owner);
        _iova.Leave(lane);
        _waiters.Freed();

        if (request.Order < IovaSpan.Order) _tables.Fill(record.Table, (int)(first & (IovaSpan.Pages - 1)), view, access);
        else if (!TryMapWhole(ref record, first, request, view, access)) return WithoutTables(lane, slot);
        token = TokenOf(lane, slot, owner, generation);
        return MapStatus.Mapped;
    }

    /// <summary>Whether an allocation of the size would find space now.</summary>
    internal bool HasIovaSpace(in IovaRequest request)
    {
        domain.ThrowIfDisposed();
        if (_waiters.Any) return false;
        Lane? lane = _iova.Take(request.Order, request.LowFirst, out int slot, out MapStatus shortage);
        if (lane is not null)
        {
            lane.Give(slot);
            _iova.Leave(lane);
        }

        _waiters.Freed();
        return lane is not null || shortage != MapStatus.NoIovaSpace;
    }

    /// <summary>Ends a mapping.</summary>
    /// <returns>Its bytes.</returns>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    internal long Unmap(MappingToken token, int owner, string device)
    {
        // From here on the token is stale: of two threads that unmap one mapping, one is told so.
        ref MappingRecord record = ref Find(token, owner, device, out Lane lane);
        record.State++;
        lane.End(token.Slot >> LaneSet.IndexBits);
        bool isFull = _flush is not null && IsFull(lane, _flush.MostPending);
        _iova.Leave(lane);
        long length = record.Length;

        // What the bytes that were asked for touch is what was mapped: whole granules, at multiples of their size.
        long inGranule = (long)(record.Start.Value & ((1ul << _granuleShift) - 1));
        ulong first = (record.Start.Value - (ulong)inGranule) >> PageSize.Size4K.Shift;
        long pages = ((inGranule + length - 1) >> _granuleShift << (_granuleShift - PageSize.Size4K.Shift)) + (1L << (_granuleShift - PageSize.Size4K.Shift));
        if (record.Order < IovaSpan.Order)
        {
            if (pages == 1) _tables.Clear(record.Table, (int)(first & (IovaSpan.Pages - 1)));
            else _tables.Clear(record.Table, (int)(first & (IovaSpan.Pages - 1)), (int)pages);
            if (_flush is not null)
            {
                EndLazily(ref record, isFull);
                return length;
            }

            domain.Invalidate(first, pages);
        }
        else
        {
            UnmapWhole(record, first, pages, record.Tables);
        }

        WriteEnd(ref record, MappingEnd.Forgotten);
        _waiters.Freed();
        return length;
    }

    /// <summary>Bytes of a live mapping.</summary>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    internal long LengthOf(MappingToken token, int owner, string device)
    {
        long length = Find(token, owner, device, out Lane lane).Length;
        _iova.Leave(lane);
        return length;
    }

    /// <summary>Live mappings of one mapper.</summary>
    internal int CountOf(int owner)
    {
        int count = 0;
        for (int i = 0; i < LaneSet.Count; i++)
        {
            if (_lanes[i] is not { } lane) continue;
            lane.Gate.Enter();
            count += lane.Records.CountOf(owner);
            lane.Gate.Exit();
        }

        return count;
    }

    /// <summary>A mapping comes to live in a block; the lane is held.</summary>
    /// <returns>The generation that its token has.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Begin(ref MappingRecord record, DmaAddress start, long length, int owner)
    {
        record.Start = start;
        record.Length = length;
        record.OwnerOrNext = owner;
        record.End = MappingEnd.None;
        return ++record.State;
    }

    private static MappingToken TokenOf(Lane lane, int slot, int owner, int generation) => new(owner, (slot << LaneSet.IndexBits) | lane.Index, (uint)generation);

    private static void WriteEnd(ref MappingRecord record, MappingEnd end) => Volatile.Write(ref Unsafe.As<MappingEnd, byte>(ref record.End), (byte)end);

    private static bool IsFull(Lane lane, int most)
    {
        if (lane.EndingBlocks < most) return false;

        // Some may be forgotten since.
        lane.Reclaim();
        return lane.EndingBlocks >= most;
    }

    private void EndLazily(ref MappingRecord record, bool isFull)
    {
        record.Length = _flush!.Note();
        WriteEnd(ref record, MappingEnd.Lazy);
        if (isFull) _flush.Flush();
        _waiters.Freed();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool WithoutFrame(Lane lane, int slot)
    {
        lane.Give(slot);
        _iova.Leave(lane);
        _waiters.Freed();
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private MapStatus WithoutBlock(Lane? lane, int slot, MapStatus shortage)
    {
        if (lane is not null)
        {
            lane.Give(slot);
            _iova.Leave(lane);
            _waiters.Freed();

            // A disposal was under way; that it may be refused meanwhile does not make this a mapping.
            Throw.Disposed(nameof(IommuDomain));
        }

        _waiters.Freed();
        domain.ThrowIfDisposed();
        return shortage;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private MapStatus WithoutTables(Lane lane, int slot)
    {
        lane.Gate.Enter();
        lane.At(slot).State++;
        lane.Give(slot);
        _iova.Leave(lane);
        _waiters.Freed();
        return MapStatus.NoTableMemory;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryMapWhole(ref MappingRecord record, ulong first, in IovaRequest request, scoped in PfnView view, MemoryAccess access)
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            if (record.HasTable || _tables.TryTable(first, request.Order, out record.Table))
            {
                record.HasTable = true;
                long done = Fill(ref record, first, request, view, access);
                if (done == request.Pages) return true;
                if (done > 0) UnmapWhole(record, first, done, record.Tables);
            }

            // Empty tables may be kept warm elsewhere.
            if (attempt == 0) _iova.Trim();
        }

        return false;
    }

    /// <summary>Fills whole tables, as far as there is memory for them.</summary>
    /// <returns>Pages that are mapped.</returns>
    private long Fill(ref MappingRecord record, ulong first, in IovaRequest request, scoped in PfnView view, MemoryAccess access)
    {
        try
        {
            return _tables.Map(record.Table, first, request.Order, view, access, out record.Tables);
        }
        catch
        {
            // Memory must not throw. IOVAs and tables stay taken, but what the frames hold is its owner's again, so the device is kept out of them.
            _tables.Unmap(record.Table, first, request.Order, request.Pages, default);
            domain.Invalidate(first, request.Pages);
            throw;
        }
    }

    /// <summary>The order that makes it strict: the entries are clear, the hardware forgets, and only then is any table free.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void UnmapWhole(in MappingRecord record, ulong first, long pages, int tables)
    {
        if (tables == 0)
        {
            _tables.Unmap(record.Table, first, record.Order, pages, default);
            domain.Invalidate(first, pages);
            return;
        }

        Span<PhysicalAddress> taken = stackalloc PhysicalAddress[PageTable.SlotsOf(record.Order)];
        int count = _tables.Unmap(record.Table, first, record.Order, pages, taken);
        domain.Invalidate(first, pages);
        _tables.Return(taken.Slice(0, count), record.Order, tables);
    }

    /// <summary>The record of a live mapping, with its lane, which is held.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref MappingRecord Find(MappingToken token, int owner, string device, out Lane lane)
    {
        Lane? found = token.Owner == owner ? _lanes[token.Slot & (LaneSet.Count - 1)] : null;
        if (found is null) ThrowUnknown(token, owner, device);
        lane = found;
        lane.Gate.Enter();
        ref MappingRecord record = ref lane.AtOrNone(token.Slot >> LaneSet.IndexBits);
        if (((int)token.Generation & 1) == 0 || record.State != (int)token.Generation || record.OwnerOrNext != owner) ThrowUnknown(token, owner, device, lane);
        return ref record;
    }

    [DoesNotReturn]
    private void ThrowUnknown(MappingToken token, int owner, string device, Lane? lane = null)
    {
        if (lane is not null) _iova.Leave(lane);
        if (token.IsNone) Throw.Argument(nameof(token), $"The token names no mapping of {device}: it is the default value.");
        if (token.Owner != owner) Throw.Argument(nameof(token), $"The token names a mapping of somebody else, not of {device}.");
        Throw.Argument(nameof(token), $"The token is stale: the mapping that it named ({token} of {device}) has ended before.");
    }
}
