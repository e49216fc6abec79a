using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class DmaMapperExtensionsCaller : HostileCaller
{
    internal DmaMapperExtensionsCaller()
        : base(typeof(DmaMapperExtensions), hasState: true)
    {
        Do("Map(IDmaMapper, in PfnView, DmaDirection, Span<DmaSegment>)", a =>
        {
            MapperSeat seat = a.Seat();
            MapperCaller.Note(a, seat, a.Maybe(seat.Mapper).Map(a.View(), a.Of<DmaDirection>(), a.Segments()));
        });
        Add("Plan(IDmaMapper, in PfnView, DmaDirection, MapOptions)", a => a.Maybe(a.Seat().Mapper).Plan(a.View(), a.Of<DmaDirection>(), a.Any<MapOptions>()));
        Do("MapOrThrow(IDmaMapper, in PfnView, DmaDirection, Span<DmaSegment>, MapOptions)", a =>
        {
            MapperSeat seat = a.Seat();
            MapperCaller.Note(a, seat, a.Maybe(seat.Mapper).MapOrThrow(a.View(), a.Of<DmaDirection>(), a.Segments(), a.Any<MapOptions>()));
        });
        Do("MapScoped(IDmaMapper, in PfnView, DmaDirection, Span<DmaSegment>, MapOptions)", a =>
        {
            using MappedScope scope = a.Maybe(a.Seat().Mapper).MapScoped(a.View(), a.Of<DmaDirection>(), a.Segments(), a.Any<MapOptions>());
        });
        Do("SyncForCpu(IDmaMapper, in MapResult)", a => a.Maybe(a.World.Bounced.Mapper).SyncForCpu(new MapResult { Token = a.Token(a.World.Bounced), Length = a.Within(8192) }));
        Do("SyncForDevice(IDmaMapper, in MapResult)", a => a.Maybe(a.World.Bounced.Mapper).SyncForDevice(new MapResult { Token = a.Token(a.World.Bounced), Length = a.Within(8192) }));
    }
}
