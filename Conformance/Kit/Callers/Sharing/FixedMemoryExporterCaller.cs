using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class FixedMemoryExporterCaller : HostileCaller
{
    internal FixedMemoryExporterCaller()
        : base(typeof(FixedMemoryExporter), hasState: true)
    {
        Add("FixedMemoryExporter(string, IPhysicalMemory, PhysicalAddress, long)", a => new FixedMemoryExporter(a.Maybe(a.Text()), a.Maybe(a.Memory()), a.Physical(), a.Long()));
        Add("CanBack(in PlacementDemand)", a => Made(a).CanBack(a.Demand()));
        Do("TryBack(in PlacementDemand, out PfnBuffer)", a =>
        {
            FixedMemoryExporter exporter = Made(a);
            bool backed = exporter.TryBack(a.Demand(), out PfnBuffer? backing);
            a.Require(backed == backing is not null, "there is a backing where it says so");
            if (backed) exporter.Release(backing!);
            else a.Refused();
        });
        Do("Release(PfnBuffer)", a =>
        {
            FixedMemoryExporter exporter = Made(a);
            exporter.Release(a.Maybe(NotIts(a)));
        });
        Add("get Length", a => Made(a));
    }

    private static FixedMemoryExporter Made(HostileArguments a) => new FixedMemoryExporter("bar", a.World.Machine, new PhysicalAddress(64 << 20), 1 + a.Below(65536));

    /// <summary>Frames that it never gave: none that anybody has.</summary>
    private static PfnBuffer NotIts(HostileArguments a)
    {
        var buffer = new PfnBuffer([new Pfn(1ul << 30), new Pfn((1ul << 30) + 7)], PageSize.Size4K);
        if (a.OneIn(3)) buffer.Dispose();
        return buffer;
    }
}
