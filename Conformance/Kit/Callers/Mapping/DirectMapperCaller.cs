using DmaMapping;

namespace Conformance;

internal sealed class DirectMapperCaller : MapperCaller
{
    internal DirectMapperCaller()
        : base(typeof(DirectMapper), world => world.Direct)
        => Add("DirectMapper(DmaDevice, long)", a => new DirectMapper(a.Maybe(a.Device()), a.Long()));
}
