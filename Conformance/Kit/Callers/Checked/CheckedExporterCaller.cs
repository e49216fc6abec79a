using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class CheckedExporterCaller : HostileCaller
{
    internal CheckedExporterCaller()
        : base(typeof(CheckedExporter), hasState: true)
    {
        Add("CheckedExporter(MappingChecker, IExporter)", a => new CheckedExporter(a.Maybe(a.World.Checker), a.Maybe(a.AnyExporter())));
        Add("CanBack(in PlacementDemand)", a => Made(a).CanBack(a.Demand()));
        Do("TryBack(in PlacementDemand, out PfnBuffer)", a =>
        {
            IExporter inner = a.Exporter();
            var exporter = new CheckedExporter(a.World.Checker, inner);
            bool backed = exporter.TryBack(a.Demand(), out PfnBuffer? backing);
            a.Require(backed == backing is not null, "there is a backing where it says so");
            if (!backed)
            {
                a.Refused();
                return;
            }

            try
            {
                exporter.Release(backing!);
            }
            catch (DmaMisuseException)
            {
                // What the exporter has at a fixed place, another hostile caller has mapped past it.
                inner.Release(backing!);
            }
        });
        Do("Release(PfnBuffer)", a => Made(a).Release(a.Maybe(NotIts(a))));
        Add("get Length", Made);
    }

    private static CheckedExporter Made(HostileArguments a) => new(a.World.Checker, a.Exporter());

    /// <summary>Frames that it never gave: none that anybody has.</summary>
    private static PfnBuffer NotIts(HostileArguments a)
    {
        var buffer = new PfnBuffer([new Pfn(1ul << 30), new Pfn((1ul << 30) + 7)], PageSize.Size4K);
        if (a.OneIn(3)) buffer.Dispose();
        return buffer;
    }
}
