using System;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Calls what every mapper has that maps in two steps.</summary>
internal abstract class ReservingMapperCaller : MapperCaller
{
    protected ReservingMapperCaller(Type type, Func<CallerWorld, MapperSeat> seat)
        : base(type, seat)
    {
        Add("Reserve(long, int)", a => Note(a, seat(a.World), seat(a.World).Reserving!.Reserve(Length(a), a.Int())));
        Add("ReserveAsync(long, int, CancellationToken)", a => Note(a, seat(a.World), Await(cancel => seat(a.World).Reserving!.ReserveAsync(Length(a), a.Int(), cancel), a)));
        Do("Link(IovaReservation, long, in PfnView, DmaDirection, MapOptions)", a =>
        {
            MapResult result = seat(a.World).Reserving!.Link(a.Reservation(seat(a.World)), a.Flag() ? 0 : a.Within(8192), a.View(), a.Of<DmaDirection>(), a.Any<MapOptions>());
            if (!result.IsMapped) a.Refused();
        });
        Do("Sync(IovaReservation)", a => seat(a.World).Reserving!.Sync(a.Reservation(seat(a.World))));
        Do("Segments(IovaReservation, long, long, Span<DmaSegment>)", a => seat(a.World).Reserving!.Segments(a.Reservation(seat(a.World)), a.Within(8192), a.Within(8192), a.Segments()));
        Do("SyncForCpu(IovaReservation, long, long)", a => seat(a.World).Reserving!.SyncForCpu(a.Reservation(seat(a.World)), a.Within(8192), a.Within(8192)));
        Do("SyncForDevice(IovaReservation, long, long)", a => seat(a.World).Reserving!.SyncForDevice(a.Reservation(seat(a.World)), a.Within(8192), a.Within(8192)));
        Do("Unlink(IovaReservation, long, long)", a => seat(a.World).Reserving!.Unlink(a.Reservation(seat(a.World)), a.Flag() ? 0 : a.Within(8192), a.Within(8192)));
        Do("Release(IovaReservation)", a =>
        {
            IovaReservation one = a.Reservation(seat(a.World));
            seat(a.World).Reserving!.Release(one);
            a.Require(Ended(seat(a.World), one), $"{one} was released, and was not live");
        });
        Do("Map(in PfnView, DmaDirection, Span<DmaSegment>, MapOptions, IovaReservation)", a =>
        {
            IovaReservation one = a.Reservation(seat(a.World));
            MapResult result = seat(a.World).Reserving!.Map(a.View(), a.Of<DmaDirection>(), a.Segments(), a.Any<MapOptions>(), one);
            if (result.IsMapped) a.Require(Ended(seat(a.World), one), $"{one} was spent, and was not live");
            Note(a, seat(a.World), result);
        });
    }

    internal static long Length(HostileArguments a) => a.Flag() ? 1 + a.Below(20_000) : a.Long();

    internal static ReserveResult Note(HostileArguments a, MapperSeat seat, ReserveResult result)
    {
        if (!result.IsReserved)
        {
            a.Refused();
            return result;
        }

        seat.Reservations.Add(result.Reservation);
        if (seat.Reservations.Count > MapperSeat.Most)
        {
            IovaReservation oldest = seat.Reservations[0];
            seat.Reserving!.Release(oldest);
            Ended(seat, oldest);
        }

        return result;
    }

    /// <summary>Begins a wait, and ends it where it is not over at once.</summary>
    internal static T Await<T>(Func<CancellationToken, ValueTask<T>> begin, HostileArguments a)
    {
        using var cancel = new CancellationTokenSource();
        if (a.OneIn(3)) cancel.Cancel();
        Task<T> wait = begin(cancel.Token).AsTask();
        if (!wait.IsCompleted) cancel.Cancel();
        return wait.GetAwaiter().GetResult();
    }

    private static bool Ended(MapperSeat seat, IovaReservation one)
    {
        int at = seat.Reservations.FindIndex(other => other.Address == one.Address && other.Length == one.Length);
        if (at < 0) return false;
        seat.Reservations.RemoveAt(at);
        seat.Released.Add(one);
        if (seat.Released.Count > 40) seat.Released.RemoveAt(0);
        return true;
    }
}
