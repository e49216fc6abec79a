using System;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>A mapper in two steps that hands everything on: what to derive a broken one from.</summary>
internal abstract class ReservingDecorator(MapperRig rig) : MapperDecorator(rig), IReservingMapper
{
    protected IReservingMapper Whole { get; } = (IReservingMapper)rig.Mapper;

    public virtual ReserveResult Reserve(long length, int edges) => Whole.Reserve(length, edges);

    public ValueTask<ReserveResult> ReserveAsync(long length, int edges, CancellationToken cancel) => Whole.ReserveAsync(length, edges, cancel);

    public void SyncForCpu(IovaReservation reservation, long offset, long length) => Whole.SyncForCpu(reservation, offset, length);

    public void SyncForDevice(IovaReservation reservation, long offset, long length) => Whole.SyncForDevice(reservation, offset, length);

    public virtual MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
        => Whole.Link(reservation, offset, view, direction, options);

    public void Sync(IovaReservation reservation) => Whole.Sync(reservation);

    public MapResult Segments(IovaReservation reservation, long offset, long length, Span<DmaSegment> segments) => Whole.Segments(reservation, offset, length, segments);

    public virtual void Unlink(IovaReservation reservation, long offset, long length) => Whole.Unlink(reservation, offset, length);

    public virtual void Release(IovaReservation reservation) => Whole.Release(reservation);

    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, IovaReservation reservation)
        => Whole.Map(view, direction, segments, options, reservation);
}

/// <summary>Links whatever is wanted both ways.</summary>
internal sealed class LinksBothWays(MapperRig rig) : ReservingDecorator(rig)
{
    public override MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
        => base.Link(reservation, offset, view, DmaDirection.Bidirectional, options);
}

/// <summary>Leaves the last granule of a longer link out.</summary>
internal sealed class LinksLess(MapperRig rig) : ReservingDecorator(rig)
{
    public override MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
        => base.Link(reservation, offset, view.Slice(0, view.Length > 8192 ? view.Length - 4096 : view.Length), direction, options);
}

/// <summary>Says that a link was made where none can be.</summary>
internal sealed class LinksEverywhere(MapperRig rig) : ReservingDecorator(rig)
{
    public override MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
    {
        try
        {
            return base.Link(reservation, offset, view, direction, options);
        }
        catch (ArgumentException)
        {
            return new MapResult { Status = MapStatus.Mapped, Length = view.Length };
        }
    }
}

/// <summary>Does not unlink until the reservation is released.</summary>
internal sealed class NeverUnlinks(MapperRig rig) : ReservingDecorator(rig)
{
    public override void Unlink(IovaReservation reservation, long offset, long length)
    {
    }
}

/// <summary>Keeps what is released.</summary>
internal sealed class NeverReleases(MapperRig rig) : ReservingDecorator(rig)
{
    public override void Release(IovaReservation reservation)
    {
    }
}
