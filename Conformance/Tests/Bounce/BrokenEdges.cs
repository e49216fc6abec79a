using System;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>A mapper in two steps that hands everything on: what to derive one from that is broken at its edges.</summary>
internal abstract class EdgeDecorator(IReservingMapper inner) : MapperWrapper(inner), IReservingMapper
{
    protected IReservingMapper Whole => inner;

    public ReserveResult Reserve(long length, int edges) => inner.Reserve(length, edges);

    public ValueTask<ReserveResult> ReserveAsync(long length, int edges, CancellationToken cancel) => inner.ReserveAsync(length, edges, cancel);

    public virtual MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
        => inner.Link(reservation, offset, view, direction, options);

    public void Sync(IovaReservation reservation) => inner.Sync(reservation);

    public MapResult Segments(IovaReservation reservation, long offset, long length, Span<DmaSegment> segments) => inner.Segments(reservation, offset, length, segments);

    public virtual void SyncForCpu(IovaReservation reservation, long offset, long length) => inner.SyncForCpu(reservation, offset, length);

    public virtual void SyncForDevice(IovaReservation reservation, long offset, long length) => inner.SyncForDevice(reservation, offset, length);

    public virtual void Unlink(IovaReservation reservation, long offset, long length) => inner.Unlink(reservation, offset, length);

    public virtual void Release(IovaReservation reservation) => inner.Release(reservation);

    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, IovaReservation reservation)
        => inner.Map(view, direction, segments, options, reservation);
}

/// <summary>Says of the rest of a granule what it does not know, to a mapper that believes it.</summary>
internal sealed class BaresRest(IReservingMapper believes) : EdgeDecorator(believes)
{
    public override MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
        => base.Link(reservation, offset, view, direction, options | MapOptions.RestIsZero);
}

/// <summary>Does not bring home what the CPU asks for.</summary>
internal sealed class NeverSyncsForCpu(IReservingMapper inner) : EdgeDecorator(inner)
{
    public override void SyncForCpu(IovaReservation reservation, long offset, long length)
    {
    }
}

/// <summary>Does not show the device what the CPU wrote.</summary>
internal sealed class NeverSyncsForDevice(IReservingMapper inner) : EdgeDecorator(inner)
{
    public override void SyncForDevice(IovaReservation reservation, long offset, long length)
    {
    }
}

/// <summary>Fills copies anew before their bytes go home.</summary>
internal sealed class EdgesLoseWrites(IReservingMapper inner) : EdgeDecorator(inner)
{
    public override void Unlink(IovaReservation reservation, long offset, long length)
    {
        try
        {
            Whole.SyncForDevice(reservation, offset, length);
        }
        catch (ArgumentException)
        {
            // There are gaps between the links, or it is no whole link: the next call says so.
        }

        base.Unlink(reservation, offset, length);
    }
}

/// <summary>Lets the device write whatever it reads.</summary>
internal sealed class EdgesBothWays(IReservingMapper inner) : EdgeDecorator(inner)
{
    public override MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
        => base.Link(reservation, offset, view, DmaDirection.Bidirectional, options);
}

/// <summary>Leaves the last bytes of a link out of it.</summary>
internal sealed class LinksFewerBytes(IReservingMapper inner) : EdgeDecorator(inner)
{
    public override MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
        => base.Link(reservation, offset, view.Slice(0, Math.Max(1, view.Length - 1)), direction, options);
}

/// <summary>Says that parts of links were taken out.</summary>
internal sealed class SwallowsCuts(IReservingMapper inner) : EdgeDecorator(inner)
{
    public override void Unlink(IovaReservation reservation, long offset, long length)
    {
        try
        {
            base.Unlink(reservation, offset, length);
        }
        catch (ArgumentException)
        {
            // As if it had been done.
        }
    }
}
