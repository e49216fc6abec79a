using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class SystemMemoryExporterCaller : HostileCaller
{
    internal SystemMemoryExporterCaller()
        : base(typeof(SystemMemoryExporter), hasState: true)
    {
        Add("SystemMemoryExporter(string, EmulatedMachine, long)", a => new SystemMemoryExporter(a.Maybe(a.Text()), a.Maybe(a.World.Machine), a.Long()));
        Add("SystemMemoryExporter(string, IPhysicalMemory, FrameAllocator, long)", a => new SystemMemoryExporter(a.Maybe(a.Text()), a.Maybe(a.Memory()), a.Maybe(a.World.Machine.Frames), a.Long()));
        Add("set PageSize", a => new SystemMemoryExporter("ram", a.World.Machine, 4096) { PageSize = a.Size() });
        Add("CanBack(in PlacementDemand)", a => Made(a).CanBack(a.Demand()));
        Do("TryBack(in PlacementDemand, out PfnBuffer)", a =>
        {
            SystemMemoryExporter exporter = Made(a);
            bool backed = exporter.TryBack(a.Demand(), out PfnBuffer? backing);
            a.Require(backed == backing is not null, "there is a backing where it says so");
            if (backed) exporter.Release(backing!);
            else a.Refused();
        });
        Do("Release(PfnBuffer)", a =>
        {
            SystemMemoryExporter exporter = Made(a);
            exporter.Release(a.Maybe(NotIts(a)));
        });
        Add("get Length", a => Made(a));
    }

    private static SystemMemoryExporter Made(HostileArguments a) => new SystemMemoryExporter("ram", a.World.Machine, a.One<long>(1, 4096, 20_000, 1L << 32, (1L << 43) - 4096)) { PageSize = a.Size() };

    /// <summary>Frames that it never gave: none that anybody has.</summary>
    private static PfnBuffer NotIts(HostileArguments a)
    {
        var buffer = new PfnBuffer([new Pfn(1ul << 30), new Pfn((1ul << 30) + 7)], PageSize.Size4K);
        if (a.OneIn(3)) buffer.Dispose();
        return buffer;
    }
}
