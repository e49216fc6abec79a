using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// One IOVA space and its page tables, for one device or for a group of devices that the IOMMU cannot tell apart. An unmapped
/// range is invalidated before unmapping returns, or, where <see cref="IommuDomainOptions.Lazy"/> allows, a little later; in
/// either case before its IOVAs or its tables are used again. Thread-safe: each core maps through
/// a lane of its own, nothing foreign is called under a lock, and a thread that is stopped while it maps stops no other.
/// Takes table memory from a frame allocator as needed and gives all of it back when disposed.
/// </summary>
public sealed class IommuDomain : IDisposable
{
    private static int _lastNumber;

    private readonly object _disposal = new();
    private readonly IIotlbInvalidation _hardware;
    private readonly LazyFlush? _flush;
    private readonly int _granuleShift;
    private readonly bool _mayBeTrusted;
    private readonly PageTable _tables;
    private readonly IovaAllocator _iova;
    private readonly SpanTables _spanTables;
    private volatile bool _disposed;

    /// <summary>No mapping is left, so the tables are about to be freed all at once.</summary>
    private volatile bool _tablesAreGone;

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
        : this(memory, tableFrames, hardware, new IommuDomainOptions { Aperture = aperture, Format = format }, nameof(aperture))
    {
    }

    /// <summary>An empty domain.</summary>
    /// <param name="memory">The memory that the tables are written to.</param>
    /// <param name="tableFrames">Where the tables' frames come from.</param>
    /// <param name="hardware">Told to forget what is unmapped.</param>
    /// <param name="options">What it is to be like.</param>
    /// <exception cref="ArgumentNullException">No memory, frames, hardware or options.</exception>
    /// <exception cref="ArgumentException">The aperture holds no page that the format can translate and mappings may have, or its domain would be lazy and not trusted.</exception>
    /// <exception cref="InvalidOperationException">No memory for the tables that every mapping needs.</exception>
    public IommuDomain(IPhysicalMemory memory, FrameAllocator tableFrames, IIotlbInvalidation hardware, IommuDomainOptions options)
        : this(memory, tableFrames, hardware, Throw.IfNull(options, nameof(options)), nameof(options))
    {
    }

    private IommuDomain(IPhysicalMemory memory, FrameAllocator tableFrames, IIotlbInvalidation hardware, IommuDomainOptions options, string parameter)
    {
        Throw.IfNull(memory, nameof(memory));
        Throw.IfNull(tableFrames, nameof(tableFrames));
        _hardware = Throw.IfNull(hardware, nameof(hardware));
        if (options.Lazy is not null && !options.IsTrusted) Throw.Argument(parameter, "A domain that is not trusted is strict: leave Lazy out.");
        Format = options.Format ?? PageTableFormat.VtdSecondStage4;
        Granule = options.Granule;
        _granuleShift = Granule.Shift;
        _mayBeTrusted = options.IsTrusted;
        (ulong first, ulong last) = PagesOf(options.Aperture, parameter);
        int shift = PageSize.Size4K.Shift;
        Aperture = new DmaWindow(new DmaAddress(first << shift), new DmaAddress((last << shift) + (ulong)PageSize.Size4K.Bytes - 1));
        List<(ulong First, ulong Last)> intervals = IovaIntervals.Outside(first, last, HolesOf(Format, options.ReservedWindows), Granule);
        if (intervals.Count == 0)
            Throw.Argument(parameter, $"The aperture {options.Aperture} holds nothing but the interrupt range {Format.InterruptWindow} and reserved windows.");
        _tables = Format.TryCreate(memory, tableFrames) ?? ThrowNoRoot();
        PutTrunk(intervals);
        if (options.Lazy is { } lazy) _flush = new LazyFlush(lazy, () => _hardware.Invalidate(Number, default, long.MaxValue));
        Reservations = new DomainReservations(this);
        Waiters = new IovaWaiters(Reservations);
        _iova = new IovaAllocator(intervals, _spanTables = new SpanTables(this), _flush);
        Number = Interlocked.Increment(ref _lastNumber);
    }

    /// <summary>The domain's number, unique in the process.</summary>
    public int Number { get; }

    /// <summary>IOVAs that mappings may have.</summary>
    public DmaWindow Aperture { get; }

    /// <summary>The format of the tables, for the hardware.</summary>
    public PageTableFormat Format { get; }

    /// <summary>The smallest page that is translated.</summary>
    public PageSize Granule { get; }

    /// <summary>Whether unmapped ranges may be invalidated later: see <see cref="IommuDomainOptions.Lazy"/>.</summary>
    public bool IsLazy => _flush is not null;

    /// <summary>The least trust of the devices that map in the domain; null until the first one does.</summary>
    public bool? IsTrusted { get; private set; }

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
                live += lane.TakenBlocks - lane.EndingBlocks;
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
            int live = TakenBlocks();
            if (live > 0)
            {
                _disposed = false;
                Waiters.Freed();
                Throw.Invalid($"{live} mappings and reservations of the domain are live: unmap and release them before disposing it.");
            }

            Waiters.Close();
            _tablesAreGone = true;
            Interlocked.MemoryBarrier();
            _spanTables.WaitUntilIdle();
            _flush?.Dispose();
            _hardware.Block(Number);
            _tables.FreeAll();
        }
    }

    /// <summary>A device comes to map in the domain.</summary>
    /// <returns>Whether it is trusted there.</returns>
    /// <exception cref="InvalidOperationException">It is not trusted, and devices that are have mappers already.</exception>
    /// <exception cref="ArgumentException">It is not trusted, and the domain is lazy.</exception>
    internal bool Join(DmaDevice device)
    {
        lock (_disposal)
        {
            bool isTrusted = device.IsTrusted && _mayBeTrusted;
            if (!isTrusted && IsLazy) Throw.Argument("domain", $"{device} is not trusted and needs a strict domain, and this one is lazy.");
            if (!isTrusted && IsTrusted == true)
                Throw.Invalid($"{device} is not trusted and would share a domain with devices that are: make the domain with IsTrusted = false, or the mapper of {device} first.");
            IsTrusted ??= isTrusted;
            return IsTrusted.Value;
        }
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
        ThrowIfDisposed();
        if (Waiters.Any) return MapStatus.NoIovaSpace;
        Lane? lane = _iova.Take(request.Order, request.LowFirst, out int slot, out MapStatus shortage);
        if (lane is null || _disposed) return WithoutBlock(lane, slot, shortage);

        ref MappingRecord record = ref lane.Records.At(slot);
        ulong first = record.Block + request.Lead;
        start = new DmaAddress(first << PageSize.Size4K.Shift) + offset;
        record.Start = start;
        record.Length = length;
        record.OwnerOrNext = owner;
        record.End = MappingEnd.None;
        int generation = ++record.State;
        _iova.Leave(lane);
        Waiters.Freed();

        if (request.Order < IovaSpan.Order) _tables.Fill(record.Table, (int)(first & (IovaSpan.Pages - 1)), view, access);
        else if (!TryMapWhole(ref record, first, request, view, access)) return WithoutTables(lane, slot);
        token = new MappingToken(owner, (slot << LaneSet.IndexBits) | lane.Index, (uint)generation);
        return MapStatus.Mapped;
    }

    /// <summary>Whether an allocation of the size would find space now.</summary>
    internal bool HasIovaSpace(in IovaRequest request)
    {
        ThrowIfDisposed();
        if (Waiters.Any) return false;
        Lane? lane = _iova.Take(request.Order, request.LowFirst, out int slot, out MapStatus shortage);
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
        bool isFull = _flush is not null && lane.EndingBlocks >= _flush.MostPending;
        _iova.Leave(lane);

        // What the bytes that were asked for touch is what was mapped: whole granules, at multiples of their size.
        long inGranule = (long)(record.Start.Value & ((1ul << _granuleShift) - 1));
        ulong first = (record.Start.Value - (ulong)inGranule) >> PageSize.Size4K.Shift;
        long pages = ((inGranule + record.Length - 1) >> _granuleShift << (_granuleShift - PageSize.Size4K.Shift)) + (1L << (_granuleShift - PageSize.Size4K.Shift));
        if (record.Order < IovaSpan.Order)
        {
            _tables.Clear(record.Table, (int)(first & (IovaSpan.Pages - 1)), (int)pages);
            if (_flush is not null)
            {
                EndLazily(ref record, isFull);
                return;
            }

            Invalidate(first, pages);
        }
        else
        {
            UnmapWhole(record, first, pages, record.Tables);
        }

        WriteEnd(ref record, MappingEnd.Forgotten);
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

    private static void WriteEnd(ref MappingRecord record, MappingEnd end) => Volatile.Write(ref Unsafe.As<MappingEnd, byte>(ref record.End), (byte)end);

    private void EndLazily(ref MappingRecord record, bool isFull)
    {
        record.Length = _flush!.Note();
        WriteEnd(ref record, MappingEnd.Lazy);
        if (isFull) _flush.Flush();
        Waiters.Freed();
    }

    /// <summary>Blocks that are taken, those included whose end is under way.</summary>
    private int TakenBlocks()
    {
        _flush?.Flush();
        int taken = 0;
        for (int i = 0; i < LaneSet.Count; i++)
        {
            if (_iova.Lanes[i] is not { } lane) continue;
            lane.Gate.Enter();
            lane.Reclaim();
            taken += lane.TakenBlocks;
            _iova.Leave(lane);
        }

        return taken;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private MapStatus WithoutBlock(Lane? lane, int slot, MapStatus shortage)
    {
        if (lane is not null)
        {
            lane.Give(slot);
            _iova.Leave(lane);
            Waiters.Freed();

            // A disposal was under way; that it may be refused meanwhile does not make this a mapping.
            Throw.Disposed(nameof(IommuDomain));
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
    private bool TryMapWhole(ref MappingRecord record, ulong first, in IovaRequest request, scoped in PfnView view, MemoryAccess access)
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            if (record.HasTable || _tables.TryTable(first, request.Order, out record.Table))
            {
                record.HasTable = true;
                long done = _tables.Map(record.Table, first, request.Order, view, access, out record.Tables);
                if (done == request.Pages) return true;
                if (done > 0) UnmapWhole(record, first, done, record.Tables);
            }

            // Empty tables may be kept warm elsewhere.
            if (attempt == 0) _iova.Trim();
        }

        return false;
    }

    /// <summary>The order that makes it strict: the entries are clear, the hardware forgets, and only then is any table free.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void UnmapWhole(in MappingRecord record, ulong first, long pages, int tables)
    {
        if (tables == 0)
        {
            _tables.Unmap(record.Table, first, record.Order, pages, default);
            Invalidate(first, pages);
            return;
        }

        Span<PhysicalAddress> taken = stackalloc PhysicalAddress[PageTable.SlotsOf(record.Order)];
        int count = _tables.Unmap(record.Table, first, record.Order, pages, taken);
        Invalidate(first, pages);
        _tables.Return(taken.Slice(0, count), record.Order, tables);
    }

    internal void Invalidate(ulong first, long pages)
        => _hardware.Invalidate(Number, new DmaAddress(first << PageSize.Size4K.Shift), pages << PageSize.Size4K.Shift);

    /// <summary>The record of a live mapping, with its lane, which is held.</summary>
    private ref MappingRecord Find(MappingToken token, int owner, string device, out Lane lane)
    {
        Lane? found = token.Owner == owner ? _iova.Lanes[token.Slot & (LaneSet.Count - 1)] : null;
        if (found is null) ThrowUnknown(token, owner, device);
        lane = found;
        int slot = token.Slot >> LaneSet.IndexBits;
        lane.Gate.Enter();
        if (!lane.Records.Has(slot)) ThrowUnknown(token, owner, device, lane);
        ref MappingRecord record = ref lane.Records.At(slot);
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

    private static List<DmaWindow> HolesOf(PageTableFormat format, IReadOnlyList<DmaWindow> reserved)
    {
        List<DmaWindow> holes = [.. reserved];
        if (format.InterruptWindow is { } interrupts) holes.Add(interrupts);
        return holes;
    }

    private (ulong First, ulong Last) PagesOf(DmaWindow aperture, string parameter)
    {
        int shift = PageSize.Size4K.Shift;
        ulong page = (ulong)PageSize.Size4K.Bytes;
        ulong first = Math.Max(1, (aperture.First.Value + page - 1) >> shift);
        ulong end = aperture.Last.Value == ulong.MaxValue ? 1ul << (64 - shift) : (aperture.Last.Value + 1) >> shift;
        ulong last = Math.Min(end, 1ul << (Format.InputBits - shift)) - 1;
        if (end == 0 || first > last || aperture.First.Value > ulong.MaxValue - page)
            Throw.Argument(parameter, $"The aperture {aperture} holds no page between page 1 and the {Format.InputBits}-bit limit of the tables.");
        return (first, last);
    }

    private static PageTable ThrowNoRoot()
    {
        Throw.Invalid("No free frame for the root table of the domain, or for those that its aperture and holes need.");
        return null!;
    }

    /// <summary>The tables behind the IOVA space. None is touched once they are about to be freed; while a disposal may still be refused, they are.</summary>
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

        public void Flush() => domain._flush?.Flush();

        public void Freed() => domain.Waiters.Freed();

        /// <summary>Waits for who began before the tables were marked as gone.</summary>
        internal void WaitUntilIdle()
        {
            var spin = default(SpinWait);
            while (Volatile.Read(ref _busy) != 0) spin.SpinOnce();
        }

        private bool TryBegin()
        {
            Interlocked.Increment(ref _busy);
            return !domain._tablesAreGone;
        }

        private void End() => Interlocked.Decrement(ref _busy);
    }
}
