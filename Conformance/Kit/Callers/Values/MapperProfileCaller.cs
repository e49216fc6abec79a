using PfnBuffers;

namespace Conformance;

internal sealed class MapperProfileCaller : HostileCaller
{
    internal MapperProfileCaller()
        : base(typeof(MapperProfile))
    {
        Add("MapperProfile(DmaDevice, Addressing)", a => new MapperProfile(a.Maybe(a.Device()), a.Of<Addressing>()));
        Add("MapperProfile(MapperProfile)", a => new MapperProfile(a.Maybe(a.Profile())));
        Add("set BusOffset", a => new MapperProfile(a.Profile()) { BusOffset = a.Long() });
        Add("set LastPhysical", a => new MapperProfile(a.Profile()) { LastPhysical = a.Physical() });
        Add("set BounceCapacity", a => new MapperProfile(a.Profile()) { BounceCapacity = a.Long() });
        Add("set BouncesEverything", a => new MapperProfile(a.Profile()) { BouncesEverything = a.Flag() });
        Add("set BouncesPartialFrames", a => new MapperProfile(a.Profile()) { BouncesPartialFrames = a.Flag() });
        Add("Reaches(PhysicalAddress, long)", a => a.Profile().Reaches(a.Physical(), a.Long()));
        Add("TryBusAddress(PhysicalAddress, long, out DmaAddress)", a => a.Profile().TryBusAddress(a.Physical(), a.Long(), out DmaAddress bus) ? bus : null);
    }
}
