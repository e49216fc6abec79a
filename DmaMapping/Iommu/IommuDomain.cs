using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// One IOVA space and its page tables, for one device or for a group of devices that the IOMMU cannot tell apart. An unmapped
/// range is invalidated before unmapping returns, or, where <see cref="IommuDomainOptions.Lazy"/> allows, a little later; in
/// either case before its IOVAs or its tables are used again. Thread-safe: threads that map at the same time do it
/// through lanes of their own, nothing foreign is called under a lock, and a thread that is stopped while it maps stops no other.
/// Takes table memory from a frame allocator as needed and gives all of it back when disposed.
/// </summary>
public sealed class IommuDomain : IDisposable
{
    private static int _lastNumber;

    private readonly object _disposal = new();

    /// <summary>The number as those are told who measure.</summary>
    private readonly string _name;
    private readonly IIotlbInvalidation _hardware;
    private readonly LazyFlush? _flush;
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
        _mayBeTrusted = options.IsTrusted;
        (ulong first, ulong last) = PagesOf(options.Aperture, parameter);
        int shift = PageSize.Size4K.Shift;
        Aperture = new DmaWindow(new DmaAddress(first << shift), new DmaAddress((last << shift) + (ulong)PageSize.Size4K.Bytes - 1));
        List<(ulong First, ulong Last)> intervals = IovaIntervals.Outside(first, last, HolesOf(Format, options.ReservedWindows), Granule);
        if (intervals.Count == 0)
            Throw.Argument(parameter, $"The aperture {options.Aperture} holds no granule of {Granule} that mappings may have: page 0, the interrupt range {Format.InterruptWindow}, reserved windows and what is beyond {Format.InputBits} bits are left out.");
        _tables = Format.TryCreate(memory, tableFrames) ?? ThrowNoRoot();
        PutTrunk(intervals);
        if (options.Lazy is { } lazy) _flush = new LazyFlush(lazy, InvalidateAll);
        Reservations = new DomainReservations(this);
        Waiters = new IovaWaiters(Reservations);
        _iova = new IovaAllocator(intervals, _spanTables = new SpanTables(this, _flush), _flush);
        Mappings = new DomainMappings(this, _flush);
        Number = Interlocked.Increment(ref _lastNumber);
        _name = Number.ToString(CultureInfo.InvariantCulture);
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
    /// Bytes of the largest free block of IOVAs: a power of two, as all blocks are. 0 where nothing is free. Asking calls in the blocks that are kept
    /// warm, so it is for people and tests, not for the hot path.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The domain is disposed.</exception>
    public ulong LargestFreeIovaBytes
    {
        get
        {
            ThrowIfDisposed();
            _iova.Trim();
            int order = _iova.LargestFree();
            return order < 0 ? 0 : 1ul << (order + PageSize.Size4K.Shift);
        }
    }

    /// <summary>
    /// How scattered the free IOVAs are, 0 to 1: 1 - <see cref="LargestFreeIovaBytes"/> / <see cref="FreeIovaBytes"/>, and 0 where nothing is free. A space
    /// whose size is no power of 2 has some from the beginning: the whole of 48 bits but page 0 has a half.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The domain is disposed.</exception>
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

    internal IIotlbInvalidation Hardware => _hardware;

    /// <summary>Held while the domain is disposed: taken before any lock of the hardware.</summary>
    internal object Disposal => _disposal;

    internal bool IsAlive => !_disposed;

    /// <summary>Whether no mapping is left, so that the tables are about to be freed all at once.</summary>
    internal bool TablesAreGone => _tablesAreGone;

    internal DomainMappings Mappings { get; }

    internal DomainReservations Reservations { get; }

    internal IovaWaiters Waiters { get; }

    internal IovaAllocator Iova => _iova;

    internal PageTable Tables => _tables;

    /// <summary>Gives back what is kept warm for the next mappings: IOVAs, empty tables, spare table memory. Mappings are as they were.</summary>
    /// <exception cref="ObjectDisposedException">The domain is disposed.</exception>
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

            ThrowIfTaken();
            bool isGone = false;
            try
            {
                // From here on no mapping is made; those that are being made are counted when their lane is.
                _disposed = true;
                ThrowIfTaken();
                MappingMetrics.Invalidated(_name, isWhole: true);
                _hardware.Block(Number);
                isGone = true;
            }
            finally
            {
                _disposed = isGone;
                if (!isGone) Waiters.Freed();
            }

            Waiters.Close();
            _tablesAreGone = true;
            Interlocked.MemoryBarrier();
            _spanTables.WaitUntilIdle();
            _flush?.Dispose();
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

    private void ThrowIfTaken()
    {
        int live = TakenBlocks();
        if (live > 0) Throw.Invalid($"{live} mappings and reservations of the domain are live: unmap and release them before disposing it.");
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Invalidate(ulong first, long pages)
    {
        MappingMetrics.Invalidated(_name, isWhole: false);
        _hardware.Invalidate(Number, new DmaAddress(first << PageSize.Size4K.Shift), pages << PageSize.Size4K.Shift);
    }

    private void InvalidateAll()
    {
        MappingMetrics.Invalidated(_name, isWhole: true);
        _hardware.Invalidate(Number, default, long.MaxValue);
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
        int levels = (Format.InputBits - PageSize.Size4K.Shift) / TableShape.EntryBits;
        bool put = true;
        foreach ((ulong first, ulong last) in intervals)
        {
            for (int level = levels - 2; level >= 1; level--)
            {
                ulong within = (1ul << (TableShape.EntryBits * (level + 1))) - 1;
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
}
