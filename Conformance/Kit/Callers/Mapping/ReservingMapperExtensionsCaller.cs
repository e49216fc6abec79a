using DmaMapping;

namespace Conformance;

internal sealed class ReservingMapperExtensionsCaller : HostileCaller
{
    internal ReservingMapperExtensionsCaller()
        : base(typeof(ReservingMapperExtensions), hasState: true)
    {
        Add("Reserve(IReservingMapper, long)", a => ReservingMapperCaller.Note(a, a.World.Edged, a.Maybe(a.World.Edged.Reserving!).Reserve(ReservingMapperCaller.Length(a))));
        Add("ReserveAsync(IReservingMapper, long, CancellationToken)", a => ReservingMapperCaller.Note(a, a.World.Edged, ReservingMapperCaller.Await(cancel => a.Maybe(a.World.Edged.Reserving!).ReserveAsync(ReservingMapperCaller.Length(a), cancel), a)));
    }
}
