using System;
using System.Threading;
using System.Threading.Tasks;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// A <see cref="CheckedMapper"/> of the two-step form: reservations and links are looked at too. A range that the mapper inside refuses is told
/// with the link that is in the way. Thread-safe.
/// </summary>
public sealed class CheckedReservingMapper : IReservingMapper, IDisposable
{
    private readonly MappingChecker _checker;
    private readonly IReservingMapper _inner;
    private readonly CheckedMapper _mapper;

    /// <summary>Checks a mapper.</summary>
    /// <param name="checker">The machine's checker.</param>
    /// <param name="inner">The mapper; whatever it maps or links, and is not to be reported as unknown, goes through this.</param>
    /// <exception cref="ArgumentNullException">No checker or no mapper.</exception>
    public CheckedReservingMapper(MappingChecker checker, IReservingMapper inner)
    {
        _checker = Throw.IfNull(checker, nameof(checker));
        _inner = Throw.IfNull(inner, nameof(inner));
        _mapper = new CheckedMapper(checker, inner);
    }

    /// <inheritdoc/>
    public MapperProfile Profile => _inner.Profile;

    /// <inheritdoc/>
    /// <inheritdoc cref="CheckedMapper.Plan"/>
    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts) => _mapper.Plan(view, direction, options, parts);

    /// <inheritdoc/>
    /// <inheritdoc cref="CheckedMapper.Map"/>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options) => _mapper.Map(view, direction, segments, options);

    /// <inheritdoc/>
    /// <inheritdoc cref="CheckedMapper.Unmap"/>
    public void Unmap(MappingToken token) => _mapper.Unmap(token);

    /// <inheritdoc/>
    /// <inheritdoc cref="CheckedMapper.SyncForCpu"/>
    public void SyncForCpu(MappingToken token, long offset, long length) => _mapper.SyncForCpu(token, offset, length);

    /// <inheritdoc/>
    /// <inheritdoc cref="CheckedMapper.SyncForDevice"/>
    public void SyncForDevice(MappingToken token, long offset, long length) => _mapper.SyncForDevice(token, offset, length);

    /// <summary>Says who is going to unmap a mapping.</summary>
    /// <inheritdoc cref="CheckedMapper.TieTo"/>
    public void TieTo(MappingToken token, object owner) => _mapper.TieTo(token, owner);

    /// <inheritdoc/>
    public ReserveResult Reserve(long length, int edges)
    {
        _mapper.ThrowIfReleased();
        return Note(_inner.Reserve(length, edges), DriverSites.Find());
    }

    /// <inheritdoc/>
    public ValueTask<ReserveResult> ReserveAsync(long length, int edges, CancellationToken cancel)
    {
        _mapper.ThrowIfReleased();
        return NoteAsync(_inner.ReserveAsync(length, edges, cancel), DriverSites.Find());
    }

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">No direction, no live reservation of this mapper, a place where nothing can be linked, or bytes that other mappings hold against it; nothing is linked then.</exception>
    public MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
    {
        _mapper.CheckDirection(direction);
        DriverSite here = DriverSites.Find();
        TrackedReservation? tracked = Find(reservation, nameof(Link), here);
        MapResult result;
        try
        {
            result = _inner.Link(reservation, offset, view, direction, options);
        }
        catch (Exception thrown) when (tracked is not null && IsMisuse(thrown))
        {
            _checker.Tell(Misuse.Misplaces(tracked, nameof(Link), offset, view.Length, LinkAt(tracked, offset, view.Length), thrown, here));
            throw;
        }

        if (tracked is null || !result.IsMapped) return result;
        TrackedMapping link = TrackedMapping.OfLink(tracked, offset, view, direction, options, result, here);
        MisuseReport? overlap = _checker.Enter(link, tracked, out bool isLate);
        if (isLate)
        {
            _inner.Unlink(reservation, offset, view.Length);
            _mapper.ThrowIfReleased();
        }

        try
        {
            _checker.Tell(overlap);
        }
        catch
        {
            _checker.Forget(link);
            _inner.Unlink(reservation, offset, view.Length);
            throw;
        }

        return result;
    }

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">It is no live reservation of this mapper.</exception>
    public void Sync(IovaReservation reservation)
    {
        TrackedReservation? tracked = Find(reservation, nameof(Sync), DriverSites.Find());
        TrackedMapping[] linked;
        lock (_checker.Lock) linked = tracked?.Links.ToArray() ?? [];
        _inner.Sync(reservation);
        lock (_checker.Lock)
        {
            foreach (TrackedMapping link in linked) link.IsVisible = true;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">It is no live reservation of this mapper, not all of the bytes are linked, or the device cannot take the segments.</exception>
    public MapResult Segments(IovaReservation reservation, long offset, long length, Span<DmaSegment> segments)
    {
        DriverSite here = DriverSites.Find();
        TrackedReservation? tracked = Find(reservation, nameof(Segments), here);
        MapResult result;
        try
        {
            result = _inner.Segments(reservation, offset, length, segments);
        }
        catch (Exception thrown) when (tracked is not null && IsMisuse(thrown))
        {
            _checker.Tell(Misuse.Misplaces(tracked, nameof(Segments), offset, length, LinkAt(tracked, offset, length), thrown, here));
            throw;
        }

        if (!result.IsMapped) return result;
        string? wrong = SegmentCheck.Wrong(Profile.Device.Constraints, segments.Slice(0, Math.Min(result.SegmentCount, segments.Length)), default, length);
        if (wrong is not null) _checker.Tell(Misuse.BadSegments(_mapper.Books, wrong, here));
        return result;
    }

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">It is no live reservation of this mapper, or not all of the bytes are linked.</exception>
    public void SyncForCpu(IovaReservation reservation, long offset, long length) => SyncLinks(reservation, offset, length, forCpu: true);

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">It is no live reservation of this mapper, or not all of the bytes are linked.</exception>
    public void SyncForDevice(IovaReservation reservation, long offset, long length) => SyncLinks(reservation, offset, length, forCpu: false);

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">It is no live reservation of this mapper, or the range cuts a link; nothing is unlinked then.</exception>
    public void Unlink(IovaReservation reservation, long offset, long length)
    {
        DriverSite here = DriverSites.Find();
        TrackedReservation? tracked = Find(reservation, nameof(Unlink), here);
        TrackedMapping[] links = [];
        lock (_checker.Lock)
        {
            if (tracked is not null) links = tracked.Links.FindAll(link => link.Holds(offset, length)).ToArray();
        }

        try
        {
            _inner.Unlink(reservation, offset, length);
        }
        catch (Exception thrown) when (tracked is not null && IsMisuse(thrown))
        {
            _checker.Tell(Misuse.Misplaces(tracked, nameof(Unlink), offset, length, LinkAt(tracked, offset, length), thrown, here));
            throw;
        }

        lock (_checker.Lock)
        {
            foreach (TrackedMapping link in links)
            {
                if (link.Ending == MappingEnding.None) _checker.End(link, here);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">It is no live reservation of this mapper.</exception>
    public void Release(IovaReservation reservation)
    {
        DriverSite here = DriverSites.Find();
        TrackedReservation? tracked = Find(reservation, nameof(Release), here);
        _inner.Release(reservation);
        End(tracked, here);
    }

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">No direction, no live reservation of this mapper, segments that the device cannot take, or bytes that other mappings hold against it; nothing is mapped then.</exception>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, IovaReservation reservation)
    {
        _mapper.CheckDirection(direction);
        _mapper.ThrowIfReleased();
        DriverSite here = DriverSites.Find();
        TrackedReservation? tracked = Find(reservation, nameof(Map), here);
        MapResult result;
        try
        {
            result = _inner.Map(view, direction, segments, options, reservation);
        }
        catch (Exception thrown) when (tracked is not null && IsMisuse(thrown))
        {
            _checker.Tell(Misuse.Misplaces(tracked, nameof(Map), 0, view.Length, LinkAt(tracked, 0, tracked.Name.Length), thrown, here));
            throw;
        }

        if (result.IsMapped) End(tracked, here);
        _mapper.Take(view, direction, segments, options, result);
        return result;
    }

    /// <summary>Releases the device, as <see cref="CheckedMapper.Dispose"/> does.</summary>
    /// <exception cref="DmaMisuseException">Something lives; it is in quarantine.</exception>
    public void Dispose() => _mapper.Dispose();

    private static bool IsMisuse(Exception thrown) => thrown is ArgumentException or (InvalidOperationException and not ObjectDisposedException);

    private async ValueTask<ReserveResult> NoteAsync(ValueTask<ReserveResult> reserving, DriverSite here) => Note(await reserving.ConfigureAwait(false), here);

    private ReserveResult Note(ReserveResult result, DriverSite here)
    {
        if (!result.IsReserved) return result;
        bool isLate;
        lock (_checker.Lock)
        {
            isLate = _mapper.Books.Released is not null;
            if (!isLate) _mapper.Books.Reservations[result.Reservation.Token] = new TrackedReservation(_mapper.Books, result.Reservation, here);
        }

        if (isLate)
        {
            _inner.Release(result.Reservation);
            _mapper.ThrowIfReleased();
        }

        return result;
    }

    private void End(TrackedReservation? tracked, DriverSite here)
    {
        if (tracked is null) return;
        bool wasKept;
        lock (_checker.Lock)
        {
            wasKept = _checker.Quarantine.Drop(tracked);
            _checker.End(tracked, here);
        }

        if (wasKept) MappingMetrics.Quarantined(Profile.Device.Name, -1);
    }

    private void SyncLinks(IovaReservation reservation, long offset, long length, bool forCpu)
    {
        string call = forCpu ? nameof(SyncForCpu) : nameof(SyncForDevice);
        DriverSite here = DriverSites.Find();
        TrackedReservation? tracked = Find(reservation, call, here);
        try
        {
            if (forCpu) _inner.SyncForCpu(reservation, offset, length);
            else _inner.SyncForDevice(reservation, offset, length);
        }
        catch (Exception thrown) when (tracked is not null && IsMisuse(thrown))
        {
            _checker.Tell(Misuse.SyncsBesideLinks(tracked, call, offset, length, LinkAt(tracked, offset, length), thrown, here));
            throw;
        }

        lock (_checker.Lock)
        {
            foreach (TrackedMapping link in tracked?.Links ?? [])
            {
                if (!link.Holds(offset, length)) continue;
                long from = Math.Max(offset, link.OffsetInReservation), to = Math.Min(offset + length, link.OffsetInReservation + link.Length);
                if (forCpu) link.WithCpu.Add(from - link.OffsetInReservation, to - from);
                else link.WithCpu.Remove(from - link.OffsetInReservation, to - from);
            }
        }
    }

    /// <summary>What is known of a reservation; null where it is none that lives, and that was told. One in quarantine is kept from the mapper inside, which would release it.</summary>
    private TrackedReservation? Find(IovaReservation reservation, string call, DriverSite here)
    {
        TrackedReservation? tracked;
        bool isKept;
        lock (_checker.Lock)
        {
            _mapper.Books.Reservations.TryGetValue(reservation.Token, out tracked);
            isKept = tracked is null && _checker.Quarantine.Find(reservation.Token) is not null;
        }

        if (tracked is not null) return tracked;
        MisuseReport misuse = _checker.ExplainReservation(_mapper.Books, reservation, call, here);
        _checker.Tell(misuse);
        if (isKept) Throw.Invalid(misuse.ToString());
        return null;
    }

    private TrackedMapping? LinkAt(TrackedReservation tracked, long offset, long length)
    {
        lock (_checker.Lock) return tracked.Links.Find(link => link.Holds(offset, Math.Max(1, length)));
    }
}
