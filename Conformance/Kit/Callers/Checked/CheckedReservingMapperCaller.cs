using DmaMapping;

namespace Conformance;

internal sealed class CheckedReservingMapperCaller : ReservingMapperCaller
{
    internal CheckedReservingMapperCaller()
        : base(typeof(CheckedReservingMapper), world => world.WatchedTwice)
    {
        Add("CheckedReservingMapper(MappingChecker, IReservingMapper)", a => new CheckedReservingMapper(a.Maybe(new MappingChecker()), a.Maybe(a.World.Translated.Reserving!)));
        Do("TieTo(MappingToken, object)", a => ((CheckedReservingMapper)a.World.WatchedTwice.Mapper).TieTo(a.Token(a.World.WatchedTwice), a.Maybe<object>(a.World)));
        Do("Dispose()", a =>
        {
            var checker = new MappingChecker();
            CheckedMapperCaller.Release(a, checker, new CheckedReservingMapper(checker, a.World.Translated.Reserving!));
        });
    }
}
