using DmaMapping;

namespace Conformance;

internal sealed class IommuMapperCaller : ReservingMapperCaller
{
    internal IommuMapperCaller()
        : base(typeof(IommuMapper), world => world.Translated)
        => Add("IommuMapper(DmaDevice, IommuDomain)", a => new IommuMapper(a.Maybe(a.Device()), a.Maybe(a.One(a.World.Domain, a.World.GoneDomain))));
}
