using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class ContiguousPoolExporterCaller : HostileCaller
{
    internal ContiguousPoolExporterCaller()
        : base(typeof(ContiguousPoolExporter), hasState: true)
    {
        Add("ContiguousPoolExporter(string, IPhysicalMemory, FrameAllocator, long)", a => new ContiguousPoolExporter(a.Maybe(a.Text()), a.Maybe(a.Memory()), a.Maybe(a.World.Machine.Frames), a.Long()));
        Add("CanBack(in PlacementDemand)", a => Made(a).CanBack(a.Demand()));
        Do("TryBack(in PlacementDemand, out PfnBuffer)", a =>
        {
            ContiguousPoolExporter exporter = Made(a);
            bool backed = exporter.TryBack(a.Demand(), out PfnBuffer? backing);
            a.Require(backed == backing is not null, "there is a backing where it says so");
            if (backed) exporter.Release(backing!);
            else a.Refused();
        });
        Do("Release(PfnBuffer)", a =>
        {
            ContiguousPoolExporter exporter = Made(a);
            exporter.Release(a.Maybe(NotIts(a)));
        });
        Add("get Length", a => Made(a));
    }

    private static ContiguousPoolExporter Made(HostileArguments a) => new ContiguousPoolExporter("pool", a.World.Machine, a.World.Machine.Frames, a.One<long>(1, 4096, 20_000, 1L << 32, (1L << 43) - 4096));

    /// <summary>Frames that it never gave: none that anybody has.</summary>
    private static PfnBuffer NotIts(HostileArguments a)
    {
        var buffer = new PfnBuffer([new Pfn(1ul << 30), new Pfn((1ul << 30) + 7)], PageSize.Size4K);
        if (a.OneIn(3)) buffer.Dispose();
        return buffer;
    }
}
