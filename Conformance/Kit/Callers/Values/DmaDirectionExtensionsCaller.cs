using PfnBuffers;

namespace Conformance;

internal sealed class DmaDirectionExtensionsCaller : HostileCaller
{
    internal DmaDirectionExtensionsCaller()
        : base(typeof(DmaDirectionExtensions))
    {
        Add("DeviceAccess(DmaDirection)", a => a.Of<DmaDirection>().DeviceAccess());
        Add("DeviceWrites(DmaDirection)", a => a.Of<DmaDirection>().DeviceWrites());
    }
}
