using DmaMapping;

namespace Conformance;

internal sealed class MapResultCaller : HostileCaller
{
    internal MapResultCaller()
        : base(typeof(MapResult))
    {
        Add("set Status", a => new MapResult { Status = a.Any<MapStatus>() });
        Add("set Token", a => new MapResult { Token = a.Token(a.World.Direct) });
        Add("set SegmentCount", a => new MapResult { SegmentCount = a.Int() });
        Add("set Length", a => new MapResult { Length = a.Long() });
        Add("set BouncedBytes", a => new MapResult { BouncedBytes = a.Long() });
        Add("set SegmentsNeeded", a => new MapResult { SegmentsNeeded = a.Int() });
        Add("set Shortage", a => new MapResult { Shortage = null });
        Add("set FailedFrame", a => new MapResult { FailedFrame = a.Int() });
    }
}
