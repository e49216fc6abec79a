using System;
using System.Threading;
using System.Threading.Tasks;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Mapping in two steps.</summary>
public sealed partial class IommuMapper
{
    private readonly int _reservations = MappingTableOwners.Next();

    /// <summary>Reservations that are live; counted by reading the domain's records.</summary>
    public int LiveReservations => _domain.Mappings.CountOf(_reservations);

    /// <inheritdoc/>
    public ReserveResult Reserve(long length, int edges)
    {
        ReserveRequest request = RequestOf(length, edges);
        _domain.ThrowIfDisposed();
        ReserveResult result = _domain.Waiters.Any ? new ReserveResult(ReserveStatus.NoIovaSpace, default) : TryReserve(request);
        MappingMetrics.Reserved(Name, result.Status);
        return result;
    }

    /// <inheritdoc/>
    public ValueTask<ReserveResult> ReserveAsync(long length, int edges, CancellationToken cancel)
    {
        ReserveRequest request = RequestOf(length, edges);
        _domain.ThrowIfDisposed();
        if (request.Order > _domain.Iova.LargestEver) Throw.OutOfRange(nameof(length), length, $"the aperture {_domain.Aperture} has no block that {Profile.Device} could take it in, not even empty");
        if (cancel.IsCancellationRequested) return new ValueTask<ReserveResult>(Task.FromCanceled<ReserveResult>(cancel));
        if (!_domain.Waiters.Any)
        {
            ReserveResult result = TryReserve(request);
            if (result.Status != ReserveStatus.NoIovaSpace)
            {
                MappingMetrics.Reserved(Name, result.Status);
                return new ValueTask<ReserveResult>(result);
            }
        }

        return new ValueTask<ReserveResult>(_domain.Waiters.Wait(request, cancel));
    }

    /// <inheritdoc/>
    public MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
    {
        Segmenting.Check(view, direction, options);
        if ((options & MapOptions.Prefix) != 0) Throw.Argument(nameof(options), "A link is made whole: Prefix has no meaning for it.");
        if ((offset & (_granule.Bytes - 1)) != OffsetInGranule(view))
            Throw.Argument(nameof(offset), $"Offset {offset} lies {offset & (_granule.Bytes - 1)} bytes into a granule of {_granule}, and the view begins {OffsetInGranule(view)} bytes into one: both must be equal.");

        MapStatus status = CanLink(reservation, offset, view, options, out int failedFrame);
        if (status != MapStatus.Mapped)
        {
            (long from, long bytes) = WholeGranules(offset, view.Length);
            _domain.Reservations.CheckLink(reservation, _reservations, Name, from, bytes);
            return MapResult.Refused(status, failedFrame);
        }

        _domain.Reservations.Link(reservation, _reservations, Name, WholeGranules(offset, view.Length).Offset, WholeGranules(view), direction.DeviceAccess());
        MappingMetrics.Linked(Name, view.Length);
        return new MapResult { Status = MapStatus.Mapped, Length = view.Length };
    }

    /// <inheritdoc/>
    public void Sync(IovaReservation reservation) => _domain.Reservations.Sync(reservation, _reservations, Name);

    /// <inheritdoc/>
    public MapResult Segments(IovaReservation reservation, long offset, long length, Span<DmaSegment> segments)
    {
        _domain.Reservations.CheckLinked(reservation, _reservations, Name, offset, length);

        // The bits that the device wants kept were kept when the links were made, so an IOVA has those of the byte's home.
        DmaAddress start = reservation.Address + offset;
        scoped var segmenter = new Segmenter(WithoutWindow(Profile.Device.Constraints), segments);
        segmenter.Add(start, length);
        MapStatus status = Segmenting.StatusOf(segmenter.Finish());
        if (status == MapStatus.Mapped) return new MapResult { Status = status, SegmentCount = segmenter.Count, Length = length };
        return MapResult.Refused(status, segmentsNeeded: status is MapStatus.SpanTooShort or MapStatus.TooManySegments ? segmenter.Count : 0);
    }

    /// <inheritdoc/>
    public void SyncForCpu(IovaReservation reservation, long offset, long length)
        => _domain.Reservations.CheckLinked(reservation, _reservations, Name, offset, length);

    /// <inheritdoc/>
    public void SyncForDevice(IovaReservation reservation, long offset, long length)
        => _domain.Reservations.CheckLinked(reservation, _reservations, Name, offset, length);

    /// <inheritdoc/>
    public void Unlink(IovaReservation reservation, long offset, long length)
    {
        (offset, length) = WholeGranules(offset, length);
        MappingMetrics.Unlinked(Name, _domain.Reservations.Unlink(reservation, _reservations, Name, offset, length));
    }

    /// <inheritdoc/>
    public void Release(IovaReservation reservation) => MappingMetrics.Unlinked(Name, _domain.Reservations.Release(reservation, _reservations, Name));

    /// <inheritdoc/>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, IovaReservation reservation)
    {
        Segmenting.Check(view, direction, options);
        long pages = _domain.Reservations.CheckSpendable(reservation, _reservations, Name);
        long room = (pages << PageSize.Size4K.Shift) - OffsetInGranule(view);
        if (view.Length > room && (options & MapOptions.Prefix) == 0)
            Throw.Argument(nameof(reservation), $"The reservation {reservation} has {pages} granules, and the view of {view.Length} bytes from {OffsetInGranule(view)} bytes into its first needs more.");

        MapStatus status = Prepare(view.Slice(0, Math.Min(view.Length, room)), direction, segments.Length, options, out PfnView mapped, out int needed, out int failedFrame);
        if (status != MapStatus.Mapped) return MapResult.Refused(status, failedFrame, needed);

        DmaConstraints constraints = Profile.Device.Constraints;
        IovaRequest wanted = RequestFor(mapped);
        ulong lead = wanted.Lead;
        if (lead + (ulong)wanted.Pages > (ulong)pages)
        {
            if (constraints.OffsetPreservingMask >> PageSize.Size4K.Shift != 0) return Short(MapStatus.NoIovaSpace);
            lead = 0;
        }

        // Elsewhere than it was prepared for it may be cut otherwise, so it is cut before anything changes.
        DmaAddress start = reservation.Address + (long)(lead << PageSize.Size4K.Shift) + OffsetInGranule(mapped);
        scoped var segmenter = new Segmenter(WithoutWindow(constraints), segments);
        if (Give(ref segmenter, mapped, start) != MapStatus.Mapped) return Segmenting.Refusal(mapped, segmenter);
        MappingToken token = _domain.Reservations.Spend(reservation, _reservations, Name, lead, WholeGranules(mapped), OffsetInGranule(mapped), mapped.Length, direction.DeviceAccess(), _number);
        MappingMetrics.Mapped(Name, mapped.Length);
        return new MapResult { Status = MapStatus.Mapped, Token = token, SegmentCount = segmenter.Count, Length = mapped.Length };
    }

    /// <summary>The granules that hold a range, where they are larger than 4 KiB. Below that the reservation sees to it, and keeps the bytes as they were told.</summary>
    private (long Offset, long Length) WholeGranules(long offset, long length)
    {
        if (_granule == default || offset < 0 || length <= 0 || length > long.MaxValue - offset - _granule.Bytes) return (offset, length);
        long first = offset & -_granule.Bytes;
        return (first, _granule.FramesFor(offset - first + length) << _granule.Shift);
    }

    private ReserveRequest RequestOf(long length, int edges)
    {
        if (length <= 0) Throw.OutOfRange(nameof(length), length, "it must be at least 1");
        if (edges < 0) Throw.OutOfRange(nameof(edges), edges, "it must be 0 or more");
        return new ReserveRequest(WholeGranules(0, length).Length, Profile.Device.Constraints, _reservations) { Device = Name, LowFirst = _prefersLow };
    }

    private ReserveResult TryReserve(in ReserveRequest request)
    {
        while (true)
        {
            ReserveStatus status = _domain.Reservations.TryReserve(request, out IovaReservation reservation);
            if (status != ReserveStatus.NotReserved) return new ReserveResult(status, reservation);

            // The domain was being disposed. Where that was refused meanwhile, it goes on.
            _domain.ThrowIfDisposed();
        }
    }

    private MapStatus CanLink(IovaReservation reservation, long offset, scoped in PfnView view, MapOptions options, out int failedFrame)
    {
        failedFrame = -1;
        if (view.PageSize.Shift < _granule.Shift) return MapStatus.FrameTooSmall;
        failedFrame = IsConfined(options) ? Segmenting.PartialFrame(view, _granule) : -1;
        if (failedFrame >= 0) return MapStatus.Unaligned;
        int frameBits = _domain.OutputBits - view.PageSize.Shift;
        if (!view.FramesFitIn(frameBits))
        {
            failedFrame = FirstBeyond(view, frameBits);
            return MapStatus.UnreachableFrame;
        }

        ulong kept = Profile.Device.Constraints.OffsetPreservingMask;
        if (kept >> PageSize.Size4K.Shift == 0 || offset < 0) return MapStatus.Mapped;
        var segmenter = new Segmenter(new DmaConstraints { OffsetPreservingMask = kept }, default, countOnly: true);
        MapStatus status = Give(ref segmenter, view, reservation.Address + offset);
        if (status != MapStatus.Mapped) failedFrame = Segmenting.FrameAt(view, segmenter.FailedAt);
        return status;
    }
}
