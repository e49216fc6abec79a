using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class MappedScopeCaller : HostileCaller
{
    internal MappedScopeCaller()
        : base(typeof(MappedScope), hasState: true)
    {
        Do("Dispose()", a =>
        {
            using MappedScope scope = Made(a);
        });
        Add("get Result", a =>
        {
            using MappedScope scope = Made(a);
            return scope.Result;
        });
        Add("get Segments", a =>
        {
            using MappedScope scope = Made(a);
            return scope.Segments.Length;
        });
    }

    private static MappedScope Made(HostileArguments a)
    {
        if (a.OneIn(3)) return default;
        var segments = new DmaSegment[8];
        return a.World.Direct.Mapper.MapScoped(new PfnView(a.World.Homes, PageSize.Size4K), DmaDirection.ToDevice, segments);
    }
}
