using System;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// One IOVA space and its page tables, for one device or for a group of devices that the IOMMU cannot tell apart. Strict:
/// an unmapped range is invalidated before its IOVAs or its tables can be used again. Thread-safe. Takes table
/// memory from a frame allocator as needed and gives all of it back when disposed.
/// </summary>
public sealed class IommuDomain : IDisposable
{
    private static int _lastNumber;

    private readonly object _lock = new();
    private readonly IIotlbInvalidation _hardware;
    private readonly TableMemory _tableMemory;
    private readonly PageTable _tables;
    private readonly IovaAllocator _iova;
    private int _live;
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
    /// <exception cref="InvalidOperationException">No memory for the root table.</exception>
    public IommuDomain(IPhysicalMemory memory, FrameAllocator tableFrames, IIotlbInvalidation hardware, DmaWindow aperture = default, PageTableFormat? format = null)
    {
        _tableMemory = new TableMemory(Throw.IfNull(memory, nameof(memory)), Throw.IfNull(tableFrames, nameof(tableFrames)));
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
        _iova = new IovaAllocator(first, last, Format.InterruptWindow is { } hole ? [hole] : []);
        if (_iova.FreePages == 0) Throw.Argument(nameof(aperture), $"The aperture {aperture} holds nothing but the interrupt range {Format.InterruptWindow}.");
        _tables = Format.TryCreate(_tableMemory) ?? ThrowNoRoot();
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
            lock (_lock)
            {
                if (_disposed) Throw.Disposed(nameof(IommuDomain));
                return _tables.Root;
            }
        }
    }

    /// <summary>Bits of physical address that a table entry can name.</summary>
    public int OutputBits => _tables.OutputBits;

    /// <summary>Bytes of page tables that lead somewhere, the root included.</summary>
    public long TableBytes
    {
        get
        {
            lock (_lock) return (long)_tables.LiveTables << PageSize.Size4K.Shift;
        }
    }

    /// <summary>Bytes of IOVA space that are free.</summary>
    public ulong FreeIovaBytes
    {
        get
        {
            lock (_lock) return _iova.FreePages << PageSize.Size4K.Shift;
        }
    }

    /// <summary>Mappings that are live.</summary>
    public int LiveMappings
    {
        get
        {
            lock (_lock) return _live;
        }
    }

    internal bool IsAlive
    {
        get
        {
            lock (_lock) return !_disposed;
        }
    }

    /// <summary>Maps the granules that hold a view at consecutive IOVAs.</summary>
    internal MapStatus Map(scoped in PfnView view, MemoryAccess access, in IovaRequest request, out IovaRange range)
    {
        lock (_lock)
        {
            range = default;
            if (_disposed) Throw.Disposed(nameof(IommuDomain));
            if (!_iova.TryAllocate(request.Order, out ulong block)) return MapStatus.NoIovaSpace;
            range = new IovaRange(block, request.Order, block + request.Lead, request.Pages);
            if (_tables.TryMap(range.First, view, access))
            {
                _live++;
                return MapStatus.Mapped;
            }

            Release(range);
            return MapStatus.NoTableMemory;
        }
    }

    /// <summary>Whether an allocation of the size would find space now.</summary>
    internal bool HasIovaSpace(int order)
    {
        lock (_lock)
        {
            if (_disposed) Throw.Disposed(nameof(IommuDomain));
            if (!_iova.TryAllocate(order, out ulong block)) return false;
            _iova.Free(block, order);
            return true;
        }
    }

    internal void Unmap(in IovaRange range)
    {
        lock (_lock)
        {
            _tables.Unmap(range.First, range.Pages);
            _live--;
            Release(range);
        }
    }

    /// <summary>Blocks the domain's devices, whose every access faults from now on, and gives all tables back. Further calls do nothing.</summary>
    /// <exception cref="InvalidOperationException">Mappings are live: unmap them first.</exception>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            if (_live > 0) Throw.Invalid($"{_live} mappings of the domain are live: unmap them before disposing it.");
            _disposed = true;
            _hardware.Block(Number);
            _tables.FreeAll();
        }
    }

    /// <summary>The order that makes it strict: the tables are clear, the hardware forgets, and only then is anything free.</summary>
    private void Release(in IovaRange range)
    {
        _hardware.Invalidate(Number, range.Address, range.Pages << PageSize.Size4K.Shift);
        _tables.FreeRetired();
        _iova.Free(range.Block, range.Order);
    }

    private PageTable ThrowNoRoot()
    {
        Throw.Invalid("No free frame for the root table of the domain.");
        return _tables;
    }
}
