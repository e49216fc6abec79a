using System;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>A mapper in two steps that tells when it has linked, when it is about to unlink and has, and when it is about to map, before its caller hears of it.</summary>
internal sealed class SlowReserving(IReservingMapper inner) : MapperWrapper(inner), IReservingMapper
{
    internal Action? Linked { get; set; }

    internal Action? Unlinking { get; set; }

    internal Action? Unlinked { get; set; }

    internal Action? Mapping { get; set; }

    /// <summary>What is answered to a link at an offset; null for what the wrapped mapper answers.</summary>
    internal Func<long, MapResult?>? Answer { get; set; }

    public ReserveResult Reserve(long length, int edges) => inner.Reserve(length, edges);

    public ValueTask<ReserveResult> ReserveAsync(long length, int edges, CancellationToken cancel) => inner.ReserveAsync(length, edges, cancel);

    public MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
    {
        if (Answer?.Invoke(offset) is { } answer) return answer;
        MapResult result = inner.Link(reservation, offset, view, direction, options);
        Linked?.Invoke();
        return result;
    }

    public void Sync(IovaReservation reservation) => inner.Sync(reservation);

    public MapResult Segments(IovaReservation reservation, long offset, long length, Span<DmaSegment> segments) => inner.Segments(reservation, offset, length, segments);

    public void SyncForCpu(IovaReservation reservation, long offset, long length) => inner.SyncForCpu(reservation, offset, length);

    public void SyncForDevice(IovaReservation reservation, long offset, long length) => inner.SyncForDevice(reservation, offset, length);

    public void Unlink(IovaReservation reservation, long offset, long length)
    {
        Unlinking?.Invoke();
        inner.Unlink(reservation, offset, length);
        Unlinked?.Invoke();
    }

    public void Release(IovaReservation reservation)
    {
        Unlinking?.Invoke();
        inner.Release(reservation);
    }

    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, IovaReservation reservation)
    {
        Mapping?.Invoke();
        return inner.Map(view, direction, segments, options, reservation);
    }
}
