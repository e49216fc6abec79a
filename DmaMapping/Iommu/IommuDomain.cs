using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// One IOVA space and its page tables, for one device or for a group of devices that the IOMMU cannot tell apart. Strict:
/// an unmapped range is invalidated before its IOVAs or its tables can be used again. Thread-safe: each core maps through
/// a lane of its own, nothing foreign is called under a lock, and a thread that is stopped while it maps stops no other.
/// Takes table memory from a frame allocator as needed and gives all of it back when disposed.
/// </summary>
public sealed class IommuDomain : IDisposable
{
    private static int _lastNumber;

    private readonly object _disposal = new();
    private readonly IIotlbInvalidation _hardware;
    private readonly PageTable _tables;
    private readonly IovaAllocator _iova;
    private readonly SpanTables _spanTables;
    private volatile bool _disposed;

    /// <summary>An empty domain.</summary>
    /// <param name="memory">The memory that the tables are written to.</param>
    /// <param name="tableFrames">Where the tables' frames come from.</param>
    /// <param name="hardware">Told to forget what is unmapped.</param>
    /// <param name="aperture">IOVAs that mappings may have; all that the format can translate unless said. Page 0 is never
    /// used, for devices take address 0 for none; nor is the format's <see cref="PageTableFormat.InterruptWindow"/>.</param>
    /// <param name="format">The format of the tables; <see cref="PageTableFormat.VtdSecondStage4"/> unless said.</param>
    /// <exception cref="ArgumentNullException">No memory, frames or hardware.</exception>
    /// <exception cref="ArgumentException">The aperture holds no page that the format can translate and mappings may have.</exception>
    /// <exception cref="InvalidOperationException">No memory for the tables that every mapping needs.</exception>
    public IommuDomain(IPhysicalMemory memory, FrameAllocator tableFrames, IIotlbInvalidation hardware, DmaWindow aperture = default, PageTableFormat? format = null)
    {
        Throw.IfNull(memory, nameof(memory));
        Throw.IfNull(tableFrames, nameof(tableFrames));
        _hardware = Throw.IfNull(hardware, nameof(hardware));
        int shift = PageSize.Size4K.Shift;
        Format = format ?? PageTableFormat.VtdSecondStage4;
        int inputBits = Format.InputBits;
        ulong first = Math.Max(1, (aperture.First.Value + (ulong)PageSize.Size4K.Bytes - 1) >> shift);
        ulong end = aperture.Last.Value == ulong.MaxValue ? 1ul << (64 - shift) : (aperture.Last.Value + 1) >> shift;
        ulong last = Math.Min(end, 1ul << (inputBits - shift)) - 1;
        if (end == 0 || first > last || aperture.First.Value > ulong.MaxValue - (ulong)PageSize.Size4K.Bytes)
            Throw.Argument(nameof(aperture), $"The aperture {aperture} holds no page between page 1 and the {inputBits}-bit limit of the tables.");

        Aperture = new DmaWindow(new DmaAddress(first << shift), new DmaAddress((last << shift) + (ulong)PageSize.Size4K.Bytes - 1));
        List<(ulong First, ulong Last)> intervals = IovaIntervals.Outside(first, last, Format.InterruptWindow is { } hole ? [hole] : []);
        if (intervals.Count == 0) Throw.Argument(nameof(aperture), $"The aperture {aperture} holds nothing but the interrupt range {Format.InterruptWindow}.");
        _tables = Format.TryCreate(memory, tableFrames) ?? ThrowNoRoot();
        PutTrunk(intervals);
        Reservations = new DomainReservations(this);
        Waiters = new IovaWaiters(Reservations);
        _iova = new IovaAllocator(intervals, _spanTables = new SpanTables(this), Waiters);
        Number = Interlocked.Increment(ref _lastNumber);
    }

    /// <summary>The domain's number, unique in the process.</summary>
    public int Number { get; }

    /// <summary>IOVAs that mappings may have.</summary>
    public DmaWindow Aperture { get; }

    /// <summary>The format of the tables, for the hardware.</summary>
    public PageTableFormat Format { get; }

    /// <summary>The root table, for the hardware.</summary>
    /// <exception cref="ObjectDisposedException">The domain is disposed: the table is no more.</exception>
    public PhysicalAddress RootTable
    {
        get
        {
            lock (_disposal)
            {
                ThrowIfDisposed();
                return _tables.Root;
            }
        }
    }

    /// <summary>Bits of physical address that a table entry can name.</summary>
    public int OutputBits => _tables.OutputBits;

    /// <summary>
    /// Bytes of page tables that stand: the root; those above the aperture's edges and holes, which stay; those of live mappings and
    /// links; and those that are kept linked, empty, for the next small mappings.
    /// </summary>
    public long TableBytes => (long)_tables.LiveTables << PageSize.Size4K.Shift;

    /// <summary>Bytes of IOVA space that are free.</summary>
    public ulong FreeIovaBytes => _iova.FreePages << PageSize.Size4K.Shift;

    /// <summary>
    /// Bytes of the largest block of IOVAs that could be mapped now, with what is kept warm counted as taken: call <see cref="Trim"/>
    /// before for the exact number. 0 where nothing is free.
    /// </summary>
    public ulong LargestFreeIovaBytes
    {
        get
        {
            int order = _iova.LargestFree();
            return order < 0 ? 0 : 1ul << (order + PageSize.Size4K.Shift);
        }
    }

    /// <summary>
    /// How scattered the free IOVAs are, 0 to 1: the part of them that the largest free block does not have. 0 where nothing is free. A space
    /// whose size is no power of 2 has some from the beginning.
    /// </summary>
    public double IovaFragmentation
    {
        get
        {
            ulong free = FreeIovaBytes;
            return free == 0 ? 0 : Math.Max(0, 1 - ((double)LargestFreeIovaBytes / free));
        }
    }

    /// <summary>Mappings and reservations that are live.</summary>
    public int LiveMappings
    {
        get
        {
            int live = 0;
            for (int i = 0; i < LaneSet.Count; i++)
            {
                if (_iova.Lanes[i] is not { } lane) continue;
                lane.Gate.Enter();
                lane.Reclaim();
                live += lane.TakenBlocks;
                _iova.Leave(lane);
            }

            return live;
        }
    }

    internal bool IsAlive => !_disposed;

    internal DomainReservations Reservations { get; }

    internal IovaWaiters Waiters { get; }

    internal IovaAllocator Iova => _iova;

    internal PageTable Tables => _tables;

    /// <summary>Gives back what is kept warm for the next mappings: IOVAs, empty tables, spare table memory. Mappings are as they were.</summary>
    public void Trim()
    {
        ThrowIfDisposed();
        _iova.Trim();
        _tables.ReleaseSpare();
    }

    /// <summary>Blocks the domain's devices, whose every access faults from now on, and gives all tables back. Further calls do nothing.</summary>
    /// <exception cref="InvalidOperationException">Mappings or reservations are live: unmap and release them first.</exception>
    public void Dispose()
    {
        lock (_disposal)
        {
            if (_disposed) return;

            // From here on no mapping is made; those that are being made are counted when their lane is.
            _disposed = true;
            int live = LiveMappings;
            if (live > 0)
            {
                _disposed = false;
                Waiters.Freed();
                Throw.Invalid($"{live} mappings and reservations of the domain are live: unmap and release them before disposing it.");
            }

            Waiters.Close();
            _spanTables.WaitUntilIdle();
            _hardware.Block(Number);
            _tables.FreeAll();
        }
    }

    /// <summary>Maps the granules that hold a view at consecutive IOVAs.</summary>
    /// <param name="view">The view.</param>
    /// <param name="offset">Where in the first granule the view begins.</param>
    /// <param name="access">What the device may do.</param>
    /// <param name="request">The block that the view wants.</param>
    /// <param name="owner">The number of the mapper.</param>
    /// <param name="token">Names the mapping.</param>
    /// <param name="start">The IOVA of the view's first byte.</param>
    internal MapStatus Map(scoped in PfnView view, long offset, MemoryAccess access, in IovaRequest request, int owner, out MappingToken token, out DmaAddress start)
    {
        token = default;
        start = default;
        ThrowIfDisposed();
        if (Waiters.Any) return MapStatus.NoIovaSpace;
        Lane? lane = _iova.Take(request.Order, lowFirst: false, out int slot, out MapStatus shortage);
        if (lane is null || _disposed) return WithoutBlock(lane, slot, shortage);

        ref MappingRecord record = ref lane.Records.At(slot);
        ulong first = record.Block + request.Lead;
        start = new DmaAddress(first << PageSize.Size4K.Shift) + offset;
        record.Start = start;
        record.Length = view.Length;
        record.OwnerOrNext = owner;
        record.IsForgotten = false;
        IovaSpan? span = record.Span;
        int generation = ++record.State;
        _iova.Leave(lane);
        Waiters.Freed();

        if (span is not null) _tables.Fill(span.Table, (int)(first - span.First), view, access);
        else if (!TryMapWhole(first, request, view, access)) return WithoutTables(lane, slot);
        token = new MappingToken(owner, (slot << LaneSet.IndexBits) | lane.Index, (uint)generation);
        return MapStatus.Mapped;
    }

    /// <summary>Whether an allocation of the size would find space now.</summary>
    internal bool HasIovaSpace(int order)
    {
        ThrowIfDisposed();
        if (Waiters.Any) return false;
        Lane? lane = _iova.Take(order, lowFirst: false, out int slot, out MapStatus shortage);
        if (lane is not null)
        {
            lane.Give(slot);
            _iova.Leave(lane);
        }

        Waiters.Freed();
        return lane is not null || shortage != MapStatus.NoIovaSpace;
    }

    /// <summary>Ends a mapping.</summary>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    internal void Unmap(MappingToken token, int owner, string device)
    {
        // From here on the token is stale: of two threads that unmap one mapping, one is told so.
        ref MappingRecord record = ref Find(token, owner, device, out Lane lane);
        record.State++;
        lane.End(token.Slot >> LaneSet.IndexBits);
        _iova.Leave(lane);

        ulong first = record.First;
        long pages = record.Pages;
        if (record.Span is { } span)
        {
            _tables.Clear(span.Table, (int)(first - span.First), (int)pages);
            Invalidate(first, pages);
        }
        else
        {
            UnmapWhole(first, record.Order, pages);
        }

        Volatile.Write(ref record.IsForgotten, true);
        Waiters.Freed();
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
            if (_iova.Lanes[i] is not { } lane) continue;
            lane.Gate.Enter();
            count += lane.Records.CountOf(owner);
            lane.Gate.Exit();
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private MapStatus WithoutBlock(Lane? lane, int slot, MapStatus shortage)
    {
        if (lane is not null)
        {
            lane.Give(slot);
            _iova.Leave(lane);
        }

        Waiters.Freed();
        ThrowIfDisposed();
        return shortage;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private MapStatus WithoutTables(Lane lane, int slot)
    {
        lane.Gate.Enter();
        lane.Records.At(slot).State++;
        lane.Give(slot);
        _iova.Leave(lane);
        Waiters.Freed();
        return MapStatus.NoTableMemory;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryMapWhole(ulong first, in IovaRequest request, scoped in PfnView view, MemoryAccess access)
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            long done = _tables.Map(first, request.Order, view, access);
            if (done == request.Pages) return true;
            if (done > 0) UnmapWhole(first, request.Order, done);

            // Empty tables may be kept warm elsewhere.
            if (attempt == 0) _iova.Trim();
        }

        return false;
    }

    /// <summary>The order that makes it strict: the entries are clear, the hardware forgets, and only then is any table free.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void UnmapWhole(ulong first, int order, long pages)
    {
        Span<PhysicalAddress> tables = stackalloc PhysicalAddress[PageTable.SlotsOf(order)];
        int count = _tables.Unmap(first, order, pages, tables);
        Invalidate(first, pages);
        _tables.Return(tables.Slice(0, count), order);
    }

    internal void Invalidate(ulong first, long pages)
        => _hardware.Invalidate(Number, new DmaAddress(first << PageSize.Size4K.Shift), pages << PageSize.Size4K.Shift);

    /// <summary>The record of a live mapping, with its lane, which is held.</summary>
    private ref MappingRecord Find(MappingToken token, int owner, string device, out Lane lane)
    {
        if (token.Owner != owner) ThrowForeign(token, device);
        lane = _iova.Lanes[token.Slot & (LaneSet.Count - 1)] ?? ThrowStale(token, device);
        int slot = token.Slot >> LaneSet.IndexBits;
        lane.Gate.Enter();
        if (lane.Records.Has(slot))
        {
            ref MappingRecord record = ref lane.Records.At(slot);
            if ((token.Generation & 1) != 0 && record.State == (int)token.Generation && record.OwnerOrNext == owner) return ref record;
        }

        _iova.Leave(lane);
        lane = ThrowStale(token, device);
        return ref lane.Records.At(slot);
    }

    private static void ThrowForeign(MappingToken token, string device)
    {
        if (token.IsNone) Throw.Argument(nameof(token), $"The token names no mapping of {device}: it is the default value.");
        Throw.Argument(nameof(token), $"The token names a mapping of somebody else, not of {device}.");
    }

    private static Lane ThrowStale(MappingToken token, string device)
    {
        Throw.Argument(nameof(token), $"The token is stale: the mapping that it named ({token} of {device}) has ended before.");
        return null!;
    }

    internal void ThrowIfDisposed()
    {
        if (_disposed) Throw.Disposed(nameof(IommuDomain));
    }

    /// <summary>
    /// Tables of tables that translate something beside what mappings may have would never be seen to be empty, so they are
    /// made at once and stay: those above the ends of the aperture and of holes.
    /// </summary>
    private void PutTrunk(List<(ulong First, ulong Last)> intervals)
    {
        int levels = (Format.InputBits - PageSize.Size4K.Shift) / TableMemory.EntryBits;
        bool put = true;
        foreach ((ulong first, ulong last) in intervals)
        {
            for (int level = levels - 2; level >= 1; level--)
            {
                ulong within = (1ul << (TableMemory.EntryBits * (level + 1))) - 1;
                if ((first & within) != 0) put &= _tables.TryPutPath(first, level);
                if (((last + 1) & within) != 0) put &= _tables.TryPutPath(last, level);
            }
        }

        if (put) return;
        _tables.FreeAll();
        ThrowNoRoot();
    }

    private static PageTable ThrowNoRoot()
    {
        Throw.Invalid("No free frame for the root table of the domain, or for those that its aperture and holes need.");
        return null!;
    }

    /// <summary>The tables behind the IOVA space. None is touched once the domain is being disposed, which frees them all.</summary>
    private sealed class SpanTables(IommuDomain domain) : ISpanTables
    {
        private int _busy;

        public bool TryLink(IovaSpan span)
        {
            bool linked = TryBegin() && domain._tables.TryLinkLeaf(span.First, out span.Table);
            End();
            return linked;
        }

        public void Unlink(IovaSpan span) => Remove(span.First, IovaSpan.Order);

        public void Remove(ulong page, int order)
        {
            if (TryBegin() && domain._tables.TryUnlink(page, order, out PhysicalAddress table))
            {
                domain.Invalidate(page, 1L << order);
                domain._tables.ReturnEmpty(table);
            }

            End();
        }

        /// <summary>Waits for who began before the domain was marked as disposed.</summary>
        internal void WaitUntilIdle()
        {
            var spin = default(SpinWait);
            while (Volatile.Read(ref _busy) != 0) spin.SpinOnce();
        }

        private bool TryBegin()
        {
            Interlocked.Increment(ref _busy);
            return !domain._disposed;
        }

        private void End() => Interlocked.Decrement(ref _busy);
    }
}
