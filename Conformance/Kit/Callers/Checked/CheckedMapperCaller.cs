using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class CheckedMapperCaller : MapperCaller
{
    internal CheckedMapperCaller()
        : base(typeof(CheckedMapper), world => world.Watched)
    {
        Add("CheckedMapper(MappingChecker, IDmaMapper)", a => new CheckedMapper(a.Maybe(new MappingChecker()), a.Maybe(a.Seat().Mapper)));
        Do("TieTo(MappingToken, object)", a => ((CheckedMapper)a.World.Watched.Mapper).TieTo(a.Token(a.World.Watched), a.Maybe<object>(a.World)));
        Do("Dispose()", a =>
        {
            var checker = new MappingChecker();
            Release(a, checker, new CheckedMapper(checker, a.World.Direct.Mapper));
        });
    }

    /// <summary>Releases a device that has something mapped, or nothing; whoever knows that it stands still ends that then.</summary>
    internal static void Release<T>(HostileArguments a, MappingChecker checker, T mapper)
        where T : IDmaMapper, IDisposable
    {
        bool leaks = a.Flag() && mapper.Map(new PfnView(a.World.Homes.AsSpan(0, 1), PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1], MapOptions.None).IsMapped;
        try
        {
            mapper.Dispose();
            a.Require(!leaks, "what a released device has mapped is told");
        }
        finally
        {
            a.Require(checker.Quarantine.Count == (leaks ? 1 : 0), "what a released device has mapped is in quarantine");
            foreach (QuarantineEntry one in checker.Quarantine.Entries) checker.Quarantine.Release(one);
            mapper.Dispose();
        }
    }
}
