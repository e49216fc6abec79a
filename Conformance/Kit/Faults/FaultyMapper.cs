using System;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// A mapper of which one mapping, link or reservation is refused for want of IOVAs, or throws; before the mapper behind it is asked, so that nothing has changed there.
/// </summary>
public class FaultyMapper(IDmaMapper inner, Injection refuses, Injection throws) : IDmaMapper
{
    /// <inheritdoc/>
    public MapperProfile Profile => inner.Profile;

    /// <summary>Is told when the mapper behind it has mapped, before the caller is.</summary>
    public Action? Mapped { get; init; }

    /// <inheritdoc/>
    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        throws.Throw("planning");
        return inner.Plan(view, direction, options, parts);
    }

    /// <inheritdoc/>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        if (IsRefused()) return new MapResult { Status = MapStatus.NoIovaSpace, FailedFrame = -1 };
        MapResult result = inner.Map(view, direction, segments, options);
        Mapped?.Invoke();
        return result;
    }

    /// <inheritdoc/>
    public void Unmap(MappingToken token) => inner.Unmap(token);

    /// <inheritdoc/>
    public void SyncForCpu(MappingToken token, long offset, long length) => inner.SyncForCpu(token, offset, length);

    /// <inheritdoc/>
    public void SyncForDevice(MappingToken token, long offset, long length) => inner.SyncForDevice(token, offset, length);

    /// <summary>A call comes that may go wrong.</summary>
    /// <returns>Whether it is refused.</returns>
    private protected bool IsRefused()
    {
        throws.Throw("mapping");
        return refuses.Hits();
    }
}

/// <summary>The same in two steps.</summary>
public sealed class FaultyReservingMapper(IReservingMapper inner, Injection refuses, Injection throws) : FaultyMapper(inner, refuses, throws), IReservingMapper
{
    /// <inheritdoc/>
    public ReserveResult Reserve(long length, int edges)
        => IsRefused() ? default : inner.Reserve(length, edges);

    /// <inheritdoc/>
    public ValueTask<ReserveResult> ReserveAsync(long length, int edges, CancellationToken cancel)
        => IsRefused() ? default : inner.ReserveAsync(length, edges, cancel);

    /// <inheritdoc/>
    public MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
        => IsRefused() ? new MapResult { Status = MapStatus.UnreachableFrame, FailedFrame = 0 } : inner.Link(reservation, offset, view, direction, options);

    /// <inheritdoc/>
    public void Sync(IovaReservation reservation) => inner.Sync(reservation);

    /// <inheritdoc/>
    public MapResult Segments(IovaReservation reservation, long offset, long length, Span<DmaSegment> segments) => inner.Segments(reservation, offset, length, segments);

    /// <inheritdoc/>
    public void SyncForCpu(IovaReservation reservation, long offset, long length) => inner.SyncForCpu(reservation, offset, length);

    /// <inheritdoc/>
    public void SyncForDevice(IovaReservation reservation, long offset, long length) => inner.SyncForDevice(reservation, offset, length);

    /// <inheritdoc/>
    public void Unlink(IovaReservation reservation, long offset, long length) => inner.Unlink(reservation, offset, length);

    /// <inheritdoc/>
    public void Release(IovaReservation reservation) => inner.Release(reservation);

    /// <inheritdoc/>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, IovaReservation reservation)
        => IsRefused() ? new MapResult { Status = MapStatus.NoIovaSpace, FailedFrame = -1 } : inner.Map(view, direction, segments, options, reservation);
}
