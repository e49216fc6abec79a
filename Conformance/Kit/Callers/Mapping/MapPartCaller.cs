using DmaMapping;

namespace Conformance;

internal sealed class MapPartCaller : HostileCaller
{
    internal MapPartCaller()
        : base(typeof(MapPart))
    {
        Add("MapPart(long, long, MapTreatment)", a => Made(a));
        Add("op_Equality(MapPart, MapPart)", a => Made(a) == Made(a));
        Add("op_Inequality(MapPart, MapPart)", a => Made(a) != Made(a));
        Add("Equals(MapPart)", a => Made(a).Equals(Made(a)));
    }

    private static MapPart Made(HostileArguments a)
    {
        return new MapPart(a.Long(), a.Long(), a.Any<MapTreatment>());
    }
}
