using DmaMapping;

namespace Conformance;

internal sealed class MapPlanCaller : HostileCaller
{
    internal MapPlanCaller()
        : base(typeof(MapPlan))
    {
        Add("set Status", a => new MapPlan { Status = a.Any<MapStatus>() });
        Add("set SegmentCount", a => new MapPlan { SegmentCount = a.Int() });
        Add("set Length", a => new MapPlan { Length = a.Long() });
        Add("set IovaBytes", a => new MapPlan { IovaBytes = a.Long() });
        Add("set BouncedBytes", a => new MapPlan { BouncedBytes = a.Long() });
        Add("set Invalidations", a => new MapPlan { Invalidations = a.Int() });
        Add("set PartCount", a => new MapPlan { PartCount = a.Int() });
        Add("set FailedFrame", a => new MapPlan { FailedFrame = a.Int() });
    }
}
