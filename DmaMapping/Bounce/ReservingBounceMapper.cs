using System;
using System.Threading;
using System.Threading.Tasks;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Maps for a device that is not trusted through a mapper that translates, in one step or in two, and keeps it out of the rest of partly
/// covered granules: the edges of a view go through slots of a pool, and what lies between them stays where it is. A <see cref="BounceMapper"/> of
/// <see cref="BounceMode.PartialFrames"/>, which it is for mappings in one step, with slots reserved for the edges of links, so that no link is short of any.
/// <code>
///   view      ..|######|######|######|##....
///   linked   0##|######|######|######|##000     the edges are slots: the view's bytes, and zeros
/// </code>
/// Of a link nothing but its edges is bounced. Thread-safe. Links allocate nothing in steady state.
/// </summary>
public sealed class ReservingBounceMapper : IReservingMapper
{
    private const int FrameBytes = 4096;

    private readonly IReservingMapper _inner;
    private readonly BouncePool _pool;
    private readonly BounceCopies _copies;
    private readonly BounceMapper _oneStep;
    private readonly PoolUser _user;
    private readonly MappingTable<Record> _reservations;

    /// <summary>The bits that an IOVA must share with its byte's home. Those below a frame's size are always equal.</summary>
    private readonly ulong _keptBits;

    /// <summary>Whether a slot is less than the wrapped mapper's granule, and so stands in for none.</summary>
    private readonly bool _slotsAreTooSmall;

    /// <summary>A mapper that bounces edges.</summary>
    /// <param name="inner">Maps for the device.</param>
    /// <param name="pool">Where the copies live. It lies wholly within the mapper's reach.</param>
    /// <exception cref="ArgumentNullException">No mapper or no pool.</exception>
    /// <exception cref="ArgumentException">Part of the pool is out of the mapper's reach, or the pool is another device's, or of memory that is protected otherwise.</exception>
    /// <exception cref="ObjectDisposedException">The pool, or the domain behind the mapper, is disposed.</exception>
    public ReservingBounceMapper(IReservingMapper inner, BouncePool pool)
    {
        _inner = Throw.IfNull(inner, nameof(inner));
        _pool = Throw.IfNull(pool, nameof(pool));
        _oneStep = new BounceMapper(inner, pool, BounceMode.PartialFrames);
        _copies = new BounceCopies(pool);
        _user = _oneStep.User;
        _keptBits = inner.Profile.Device.Constraints.OffsetPreservingMask;
        _reservations = new MappingTable<Record>(inner.Profile.Device.Name, "reservation");
        ReadOnlySpan<Pfn> slot = stackalloc Pfn[] { pool.Start.FrameOf(PageSize.Size4K) };
        _slotsAreTooSmall = inner.Plan(new PfnView(slot, PageSize.Size4K), DmaDirection.ToDevice, MapOptions.RestIsZero, default).Status == MapStatus.FrameTooSmall;
    }

    /// <inheritdoc/>
    public MapperProfile Profile => _oneStep.Profile;

    /// <summary>Mappings that are live.</summary>
    public int LiveMappings => _oneStep.LiveMappings;

    /// <summary>Reservations that are live.</summary>
    public int LiveReservations => _reservations.LiveCount;

    /// <inheritdoc/>
    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts) => _oneStep.Plan(view, direction, options, parts);

    /// <inheritdoc/>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options) => _oneStep.Map(view, direction, segments, options);

    /// <inheritdoc/>
    public void Unmap(MappingToken token) => _oneStep.Unmap(token);

    /// <inheritdoc/>
    public void SyncForCpu(MappingToken token, long offset, long length) => _oneStep.SyncForCpu(token, offset, length);

    /// <inheritdoc/>
    public void SyncForDevice(MappingToken token, long offset, long length) => _oneStep.SyncForDevice(token, offset, length);

    /// <inheritdoc/>
    public ReserveResult Reserve(long length, int edges)
    {
        SlotRequest request = RequestOf(length, edges);
        ReservedSlots? slots = null;
        if (edges > 0 && (_pool.HasWaiters || !_pool.TryReserve(request, out slots)))
        {
            _pool.CountShortage();
            MappingMetrics.Reserved(Profile.Device.Name, ReserveStatus.NoBounceSpace);
            return new ReserveResult(ReserveStatus.NoBounceSpace, default);
        }

        ReserveResult result = default;
        try
        {
            result = _inner.Reserve(length, edges);
        }
        finally
        {
            if (!result.IsReserved) slots?.End(_user);
        }

        return Adopt(result, slots);
    }

    /// <inheritdoc/>
    public ValueTask<ReserveResult> ReserveAsync(long length, int edges, CancellationToken cancel)
    {
        SlotRequest request = RequestOf(length, edges);
        return new ValueTask<ReserveResult>(ReserveAsync(request, length, edges, cancel));
    }

    /// <inheritdoc/>
    public MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
    {
        Segmenting.Check(view, direction, options);
        LinkEdges edges = Begin(reservation);
        try
        {
            int head = (int)Math.Min(view.Length, (FrameBytes - (view.Offset & (FrameBytes - 1))) & (FrameBytes - 1));
            int tail = (int)((view.Length - head) & (FrameBytes - 1));
            if ((head | tail) != 0 && (options & MapOptions.ZeroCopy) != 0) return MapResult.Refused(MapStatus.Unaligned, Segmenting.PartialFrame(view));
            return (head | tail) == 0
                ? _inner.Link(edges.Into, offset, view, direction, options)
                : LinkWithEdges(edges, offset, view, direction, options, head, tail);
        }
        finally
        {
            edges.End();
        }
    }

    /// <inheritdoc/>
    public void Sync(IovaReservation reservation) => _inner.Sync(Find(reservation).Into);

    /// <inheritdoc/>
    public MapResult Segments(IovaReservation reservation, long offset, long length, Span<DmaSegment> segments)
        => _inner.Segments(Find(reservation).Into, offset, length, segments);

    /// <inheritdoc/>
    public void SyncForCpu(IovaReservation reservation, long offset, long length)
    {
        LinkEdges edges = Find(reservation);
        _inner.SyncForCpu(edges.Into, offset, length);
        edges.GoHome(offset, length);
    }

    /// <inheritdoc/>
    public void SyncForDevice(IovaReservation reservation, long offset, long length)
    {
        LinkEdges edges = Find(reservation);
        _inner.SyncForDevice(edges.Into, offset, length);
        edges.Fill(offset, length);
    }

    /// <inheritdoc/>
    public void Unlink(IovaReservation reservation, long offset, long length)
    {
        LinkEdges edges = Begin(reservation);
        try
        {
            Throw.IfRangeOutside(offset, length, reservation.Length);
            edges.BeginRemove(offset, length);
            bool unlinked = false;
            try
            {
                _inner.Unlink(edges.Into, offset, length);
                unlinked = true;
            }
            finally
            {
                if (unlinked) edges.EndRemove(offset, length);
                else edges.CancelRemove(offset, length);
            }
        }
        finally
        {
            edges.End();
        }
    }

    /// <inheritdoc/>
    public void Release(IovaReservation reservation)
    {
        LinkEdges edges = Close(reservation);
        _reservations.Take(reservation.Token);

        // The device loses its reach first, so that nothing arrives in an edge after it was copied home.
        // Where the wrapped mapper breaks its promise and throws, the slots stay taken: the device may still reach them.
        edges.BeginRemove(0, edges.Into.Length);
        _inner.Release(edges.Into);
        edges.EndRemove(0, edges.Into.Length);
        edges.Slots?.End(_user);
    }

    /// <inheritdoc/>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, IovaReservation reservation)
    {
        Segmenting.Check(view, direction, options);
        LinkEdges edges = Close(reservation);
        MapResult result = default;
        try
        {
            // The mapping takes any of the slots.
            edges.CheckEmpty();
            result = _oneStep.Map(Fitting(view, edges.Into, options), direction, segments, options & ~MapOptions.Prefix, new MappingRoom(edges.Slots ?? new ReservedSlots(_pool), edges.Into));
            return result;
        }
        finally
        {
            if (result.IsMapped)
            {
                _reservations.Take(reservation.Token);
                edges.Slots?.End(_user);
            }
            else
            {
                edges.Reopen();
            }
        }
    }

    /// <summary>The view, or the prefix of it that the reserved IOVAs have room for: it ends where a granule does.</summary>
    private static PfnView Fitting(scoped in PfnView view, in IovaReservation into, MapOptions options)
    {
        long room = (PageSize.Size4K.FramesFor(into.Length) << PageSize.Size4K.Shift) - (view.Offset & (FrameBytes - 1));
        return (options & MapOptions.Prefix) == 0 || view.Length <= room ? view : view.Slice(0, room);
    }

    private MapResult LinkWithEdges(LinkEdges edges, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options, int head, int tail)
    {
        if ((options & MapOptions.Prefix) != 0) Throw.Argument(nameof(options), "A link is made whole: Prefix has no meaning for it.");
        Throw.IfRangeOutside(offset, view.Length, edges.Into.Length);
        if ((offset & (FrameBytes - 1)) != (view.Offset & (FrameBytes - 1)))
            Throw.Argument(nameof(offset), $"Offset {offset} lies {offset & (FrameBytes - 1)} bytes into a granule, and the view begins {view.Offset & (FrameBytes - 1)} bytes into one: both must be equal.");
        if (_slotsAreTooSmall) return MapResult.Refused(MapStatus.Unaligned, view.FrameIndexAt(head > 0 ? 0 : view.Length - tail));
        int headless = head == 0 ? 0 : 1;
        Span<int> slots = stackalloc int[headless + (tail == 0 ? 0 : 1)];
        Span<BouncePiece> pieces = stackalloc BouncePiece[slots.Length];
        edges.Take(slots);
        int entered = 0;
        long linked = 0;
        bool whole = false;
        try
        {
            bool writes = direction.DeviceWrites();
            if (head > 0) pieces[0] = Piece(view, 0, head, slots, 0, writes);
            if (tail > 0) pieces[headless] = Piece(view, view.Length - tail, tail, slots, headless, writes);
            foreach (ref BouncePiece piece in pieces)
            {
                if (_pool.Memory.RegionAt(new PhysicalAddress(piece.Home)).Kind != MemoryKind.PageBacked) return MapResult.Refused(MapStatus.UnreachableFrame, view.FrameIndexAt(piece.ViewOffset));

                // The wrapped mapper sees the slot's bits alone.
                if (((piece.Home ^ (edges.Into.Address + offset + piece.ViewOffset).Value) & _keptBits) != 0) return MapResult.Refused(MapStatus.Unaligned, view.FrameIndexAt(piece.ViewOffset));
                if (writes && StandsWhole(view.Slice(head, view.Length - head - tail), piece.Home >> PageSize.Size4K.Shift)) return MapResult.Refused(MapStatus.WouldDiverge, view.FrameIndexAt(piece.ViewOffset));
            }

            if (!_pool.Homes.TryEnter(pieces, keep: true, out long conflict)) return MapResult.Refused(MapStatus.WouldDiverge, view.FrameIndexAt(conflict));
            entered = pieces.Length;
            foreach (int slot in slots)
            {
                _copies.Fill(slot, 0, view.Length);
                _copies.ClearBeside(slot);
            }

            // Between the edges large pages are as ever, for those end where the link does.
            MapResult result = default;
            for (int part = 0; part < 3; part++)
            {
                long bytes = part == 0 ? head : part == 1 ? view.Length - head - tail : tail;
                if (bytes == 0) continue;
                result = part == 1
                    ? _inner.Link(edges.Into, offset + linked, view.Slice(head, bytes), direction, options)
                    : LinkEdge(edges.Into, offset + linked, pieces[part == 0 ? 0 : headless], direction, options);
                if (!result.IsMapped) return MapResult.Refused(result.Status, result.FailedFrame < 0 ? -1 : view.FrameIndexAt(linked) + (part == 1 ? result.FailedFrame : 0));
                linked += bytes;
            }

            foreach (int slot in slots) edges.Add(new LinkEdge(offset, view.Length, slot, writes));
            whole = true;
            MappingMetrics.Bounced(Profile.Device.Name, head + tail);
            return new MapResult { Status = MapStatus.Mapped, Length = view.Length, BouncedBytes = head + tail };
        }
        finally
        {
            if (!whole)
            {
                if (linked > 0) _inner.Unlink(edges.Into, offset, linked);
                for (int i = 0; i < entered; i++) _pool.Homes.Leave(slots[i]);
                edges.Give(slots);
            }
        }
    }

    private MapResult LinkEdge(IovaReservation into, long offset, in BouncePiece piece, DmaDirection direction, MapOptions options)
    {
        ReadOnlySpan<Pfn> frame = stackalloc Pfn[] { _pool.Table.FrameOf(piece.Slot) };
        return _inner.Link(into, offset, new PfnView(frame, PageSize.Size4K, piece.FromInFrame, piece.Length), direction, options | MapOptions.RestIsZero);
    }

    private static BouncePiece Piece(scoped in PfnView view, long at, int length, ReadOnlySpan<int> slots, int index, bool writes)
        => new()
        {
            Home = view.AddressAt(at).Value,
            ViewOffset = at,
            Length = length,
            Slot = slots[index],
            FirstInMapping = slots[0],
            NextInMapping = BouncePiece.None,
            BeginsRun = true,
            DeviceWrites = writes,
        };

    /// <summary>Whether a frame stands in a view: what the device writes to the one would overwrite its copy, or the copy that.</summary>
    private static bool StandsWhole(scoped in PfnView view, ulong frame)
    {
        foreach (FrameRun run in view.Runs)
        {
            ulong first = run.Address.Value >> PageSize.Size4K.Shift;
            if (frame - first <= (ulong)(run.Length - 1) >> PageSize.Size4K.Shift) return true;
        }

        return false;
    }

    private async Task<ReserveResult> ReserveAsync(SlotRequest request, long length, int edges, CancellationToken cancel)
    {
        // Slots before IOVAs, always, so that no two wait for what the other has.
        ReservedSlots? slots = null;
        if (edges > 0 && (_pool.HasWaiters || !_pool.TryReserve(request, out slots)))
            slots = (await _pool.Wait(request, cancel).ConfigureAwait(false)).Slots;
        ReserveResult result = default;
        try
        {
            result = await _inner.ReserveAsync(length, edges, cancel).ConfigureAwait(false);
        }
        finally
        {
            if (!result.IsReserved) slots?.End(_user);
        }

        return Adopt(result, slots);
    }

    private ReserveResult Adopt(in ReserveResult result, ReservedSlots? slots)
    {
        if (!result.IsReserved) return result;
        IovaReservation into = result.Reservation;
        MappingToken token = _reservations.Add(new Record(new LinkEdges(into, slots, _pool, _copies)));
        return new ReserveResult(ReserveStatus.Reserved, new IovaReservation(token, into.Address, into.Length));
    }

    private SlotRequest RequestOf(long length, int edges)
    {
        if (length <= 0) Throw.OutOfRange(nameof(length), length, "it must be at least 1");
        if (edges < 0 || edges > _pool.MostSlotsEver) Throw.OutOfRange(nameof(edges), edges, $"it must lie in 0 to {_pool.MostSlotsEver}, the slots that the pool ever has");
        _pool.ThrowIfDisposed();
        return new SlotRequest(_user, edges, oneRun: false, default);
    }

    private LinkEdges Find(in IovaReservation reservation) => _reservations.Get(reservation.Token).Edges;

    private LinkEdges Begin(in IovaReservation reservation)
    {
        LinkEdges edges = Find(reservation);
        if (!edges.TryBegin()) ThrowEnding(reservation);
        return edges;
    }

    private LinkEdges Close(in IovaReservation reservation)
    {
        LinkEdges edges = Find(reservation);
        if (!edges.TryClose()) ThrowEnding(reservation);
        return edges;
    }

    private static void ThrowEnding(in IovaReservation reservation)
        => Throw.Argument(nameof(reservation), $"The reservation {reservation} is being released, or spent on a mapping, by another thread.");

    private readonly struct Record(LinkEdges edges)
    {
        internal LinkEdges Edges { get; } = edges;
    }
}
