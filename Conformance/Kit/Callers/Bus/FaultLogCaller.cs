using DmaMapping;

namespace Conformance;

internal sealed class FaultLogCaller : HostileCaller
{
    internal FaultLogCaller()
        : base(typeof(FaultLog), hasState: true)
    {
        Add("FaultLog(int)", a => new FaultLog(a.Int()));
        Add("Recent()", a => a.World.Iommu.Faults.Recent());
    }
}
