using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class PlaneMapperCaller : HostileCaller
{
    internal PlaneMapperCaller()
        : base(typeof(PlaneMapper), hasState: true)
    {
        Add("PlaneMapper(IDmaMapper)", a => new PlaneMapper(a.Maybe(a.Seat().Mapper)));
        Add("Plan(in PfnView, Plane, long, DmaDirection, MapOptions)", a => a.World.Planes.Plan(a.View(), a.Plane(), a.Within(9000), a.Of<DmaDirection>(), a.Any<MapOptions>()));
        Do("Map(in PfnView, Plane, long, DmaDirection, Span<DmaSegment>, MapOptions)", a =>
        {
            MapResult result = a.World.Planes.Map(a.View(), a.Plane(), a.Flag() ? 0 : a.Within(9000), a.Of<DmaDirection>(), a.Segments(), a.Any<MapOptions>());
            if (result.IsMapped) a.World.LivePlanes.Add(result.Token);
            else a.Refused();
            if (a.World.LivePlanes.Count <= 4) return;
            a.World.Planes.Unmap(a.World.LivePlanes[0]);
            a.World.LivePlanes.RemoveAt(0);
        });
        Do("Unmap(MappingToken)", a =>
        {
            MappingToken token = Token(a);
            a.World.Planes.Unmap(token);
            a.Require(a.World.LivePlanes.Remove(token), $"{token} was unmapped, and was not live");
        });
        Do("SyncForCpu(MappingToken, long, long)", a => a.World.Planes.SyncForCpu(Token(a), a.Within(4096), a.Within(4096)));
        Do("SyncForDevice(MappingToken, long, long)", a => a.World.Planes.SyncForDevice(Token(a), a.Within(4096), a.Within(4096)));
    }

    private static MappingToken Token(HostileArguments a)
    {
        MappingToken live = a.World.LivePlanes.Count > 0 ? a.World.LivePlanes[0] : default;
        return a.Below(3) switch { 0 => a.Forged(live), 1 => a.Token(a.World.Translated), _ => live };
    }
}
