using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Calls what every mapper has. A mapper's own caller derives from it, and says which seat of the world is the mapper's.</summary>
internal abstract class MapperCaller : HostileCaller
{
    protected MapperCaller(Type type, Func<CallerWorld, MapperSeat> seat)
        : base(type, hasState: true)
    {
        Add("Map(in PfnView, DmaDirection, Span<DmaSegment>, MapOptions)", a => Note(a, seat(a.World), seat(a.World).Mapper.Map(a.View(), a.Of<DmaDirection>(), a.Segments(), a.Any<MapOptions>())));
        Add("Plan(in PfnView, DmaDirection, MapOptions, Span<MapPart>)", a =>
        {
            // A plan changes nothing, whatever it tells.
            MapPlan plan = seat(a.World).Mapper.Plan(a.View(), a.Of<DmaDirection>(), a.Any<MapOptions>(), a.Parts());
            if (!plan.Succeeds) a.Refused();
            return plan;
        });
        Do("Unmap(MappingToken)", a => End(a, seat(a.World), a.Token(seat(a.World))));
        Do("SyncForCpu(MappingToken, long, long)", a => seat(a.World).Mapper.SyncForCpu(a.Token(seat(a.World)), a.Within(8192), a.Within(8192)));
        Do("SyncForDevice(MappingToken, long, long)", a => seat(a.World).Mapper.SyncForDevice(a.Token(seat(a.World)), a.Within(8192), a.Within(8192)));
    }

    /// <summary>Keeps a mapping, and ends another where there are many.</summary>
    internal static MapResult Note(HostileArguments a, MapperSeat seat, MapResult result)
    {
        if (!result.IsMapped)
        {
            a.Refused();
            a.Require(result.Token.IsNone, "a refusal names no mapping");
            return result;
        }

        seat.Live.Add(result);
        if (seat.Live.Count <= MapperSeat.Most) return result;
        MapResult oldest = seat.Live[0];
        seat.Live.RemoveAt(0);
        seat.Mapper.Unmap(oldest.Token);
        seat.Stale.Add(oldest.Token);
        if (seat.Stale.Count > 40) seat.Stale.RemoveAt(0);
        return result;
    }

    private static void End(HostileArguments a, MapperSeat seat, MappingToken token)
    {
        seat.Mapper.Unmap(token);
        int at = seat.Live.FindIndex(one => one.Token == token);
        a.Require(at >= 0, $"{token} was unmapped, and was not live");
        if (at < 0) return;
        seat.Live.RemoveAt(at);
        seat.Stale.Add(token);
    }
}
