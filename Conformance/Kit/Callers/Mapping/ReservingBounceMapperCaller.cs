using DmaMapping;

namespace Conformance;

internal sealed class ReservingBounceMapperCaller : ReservingMapperCaller
{
    internal ReservingBounceMapperCaller()
        : base(typeof(ReservingBounceMapper), world => world.Edged)
        => Add("ReservingBounceMapper(IReservingMapper, BouncePool)", a => new ReservingBounceMapper(a.Maybe(a.One(a.World.Translated.Reserving!, a.World.GoneMapper)), a.Maybe(a.One(a.World.Pool, a.World.GonePool))));
}
