using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class BounceMapperCaller : MapperCaller
{
    internal BounceMapperCaller()
        : base(typeof(BounceMapper), world => world.Bounced)
    {
        Add("BounceMapper(IDmaMapper, BouncePool, BounceMode)", a => new BounceMapper(a.Maybe(a.Seat().Mapper), a.Maybe(a.One(a.World.Pool, a.World.GonePool)), a.Of<BounceMode>()));
        Add("TryReserve(long, out BounceReservation)", a =>
        {
            if (!Mapper(a).TryReserve(ReservingMapperCaller.Length(a), out BounceReservation one)) a.Refused();
            else Keep(a, one);
            return one;
        });
        Add("ReserveAsync(long, CancellationToken)", a => Keep(a, ReservingMapperCaller.Await(cancel => Mapper(a).ReserveAsync(ReservingMapperCaller.Length(a), cancel), a)));
        Do("Release(BounceReservation)", a =>
        {
            BounceReservation one = Reservation(a, out bool isLive);
            Mapper(a).Release(one);
            a.Require(isLive, $"{one} was released, and was not live");
        });
        Do("Map(in PfnView, DmaDirection, Span<DmaSegment>, MapOptions, BounceReservation)", a =>
        {
            BounceReservation one = Reservation(a, out bool isLive);
            bool mapped = false;
            try
            {
                MapResult result = Mapper(a).Map(a.View(), a.Of<DmaDirection>(), a.Segments(), a.Any<MapOptions>(), one);
                mapped = result.IsMapped;
                Note(a, a.World.Bounced, result);
                a.Require(isLive || !mapped, $"{one} was spent, and was not live");
            }
            finally
            {
                if (isLive && !mapped) a.World.Slots.Add(one);
            }
        });
    }

    private static BounceMapper Mapper(HostileArguments a) => (BounceMapper)a.World.Bounced.Mapper;

    private static BounceReservation Keep(HostileArguments a, BounceReservation one)
    {
        a.World.Slots.Add(one);
        if (a.World.Slots.Count <= 2) return one;
        Mapper(a).Release(a.World.Slots[0]);
        a.World.SpentSlots = a.World.Slots[0];
        a.World.Slots.RemoveAt(0);
        return one;
    }

    /// <summary>A reservation, which is out of the world's books while it is used.</summary>
    private static BounceReservation Reservation(HostileArguments a, out bool isLive)
    {
        isLive = a.World.Slots.Count > 0 && a.Flag();
        if (!isLive) return a.Flag() ? default : a.World.SpentSlots;
        BounceReservation one = a.World.Slots[0];
        a.World.Slots.RemoveAt(0);
        return one;
    }
}
