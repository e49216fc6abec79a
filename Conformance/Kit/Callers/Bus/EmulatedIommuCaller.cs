using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class EmulatedIommuCaller : HostileCaller
{
    internal EmulatedIommuCaller()
        : base(typeof(EmulatedIommu), hasState: true)
    {
        Add("EmulatedIommu(IPhysicalMemory)", a => new EmulatedIommu(a.Maybe(a.Memory())));
        Add("Connect(DmaDevice, IommuDomain)", a => a.World.Iommu.Connect(a.Maybe(a.World.Nic), a.Maybe(a.One(a.World.Domain, a.World.GoneDomain))));
        Add("Disconnect(DmaDevice)", a => a.World.Iommu.Disconnect(a.Maybe(a.World.Narrow)));
        Do("Invalidate(int, DmaAddress, long)", a => a.World.Iommu.Invalidate(a.Int(), a.Address(), a.Long()));
        Do("Block(int)", a => a.World.Iommu.Block(a.One(-1, int.MaxValue, int.MinValue, a.World.GoneDomain.Number)));
    }
}
