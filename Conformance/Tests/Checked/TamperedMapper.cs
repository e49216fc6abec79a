using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>A reserving mapper that notes what it is asked before it hands it on, and with which a test can meddle.</summary>
internal sealed class TamperedMapper(IReservingMapper inner) : MapperWrapper(inner), IReservingMapper
{
    private IReservingMapper Reserving => (IReservingMapper)Inner;

    /// <summary>The calls, in order.</summary>
    internal List<string> Asked { get; } = [];

    /// <summary>Is told of each call before the mapper behind is asked.</summary>
    internal Action<string>? Before { get; set; }

    /// <summary>The same when that has answered.</summary>
    internal Action<string>? After { get; set; }

    /// <summary>What is given as the first segment of links, if not what the mapper behind gives.</summary>
    internal DmaSegment? Given { get; set; }

    /// <summary>What a wait is answered with, if not by the mapper behind.</summary>
    internal Task<ReserveResult>? Granted { get; set; }

    /// <summary>Stands between a scene's nic and its mapper from here on.</summary>
    internal static TamperedMapper Of(MisuseScene scene)
    {
        var mapper = new TamperedMapper(new IommuMapper(scene.NicDevice, scene.Domain));
        scene.Nic = new CheckedReservingMapper(scene.Checker, mapper);
        return mapper;
    }

    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        Begin(nameof(Plan));
        return base.Plan(view, direction, options, parts);
    }

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        Begin(nameof(Map));
        return base.Map(view, direction, segments, options);
    }

    public override void Unmap(MappingToken token)
    {
        Begin(nameof(Unmap));
        base.Unmap(token);
    }

    public ReserveResult Reserve(long length, int edges)
    {
        Begin(nameof(Reserve));
        ReserveResult result = Reserving.Reserve(length, edges);
        After?.Invoke(nameof(Reserve));
        return result;
    }

    public ValueTask<ReserveResult> ReserveAsync(long length, int edges, CancellationToken cancel)
    {
        Begin(nameof(ReserveAsync));
        return Granted is { } granted ? new ValueTask<ReserveResult>(granted) : Reserving.ReserveAsync(length, edges, cancel);
    }

    public MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options)
    {
        Begin(nameof(Link));
        MapResult result = Reserving.Link(reservation, offset, view, direction, options);
        After?.Invoke(nameof(Link));
        return result;
    }

    public void Sync(IovaReservation reservation)
    {
        Begin(nameof(Sync));
        Reserving.Sync(reservation);
    }

    public MapResult Segments(IovaReservation reservation, long offset, long length, Span<DmaSegment> segments)
    {
        Begin(nameof(Segments));
        MapResult result = Reserving.Segments(reservation, offset, length, segments);
        if (Given is { } given) segments[0] = given;
        return result;
    }

    public void SyncForCpu(IovaReservation reservation, long offset, long length)
    {
        Begin(nameof(SyncForCpu));
        Reserving.SyncForCpu(reservation, offset, length);
    }

    public void SyncForDevice(IovaReservation reservation, long offset, long length)
    {
        Begin(nameof(SyncForDevice));
        Reserving.SyncForDevice(reservation, offset, length);
    }

    public void Unlink(IovaReservation reservation, long offset, long length)
    {
        Begin(nameof(Unlink));
        Reserving.Unlink(reservation, offset, length);
    }

    public void Release(IovaReservation reservation)
    {
        Begin(nameof(Release));
        Reserving.Release(reservation);
    }

    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, IovaReservation reservation)
    {
        Begin(nameof(Map));
        return Reserving.Map(view, direction, segments, options, reservation);
    }

    private void Begin(string call)
    {
        Asked.Add(call);
        Before?.Invoke(call);
    }
}
