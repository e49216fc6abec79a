using PfnBuffers;

namespace Conformance;

internal sealed class ImporterCaller : HostileCaller
{
    internal ImporterCaller()
        : base(typeof(Importer))
    {
        Add("Importer(MapperProfile)", a => new Importer(a.Maybe(a.Profile())));
        Add("Importer(Importer, MapperProfile)", a => new Importer(a.Maybe(a.Importer()), a.Maybe(a.Profile())));
        Add("set Access", a => new Importer(a.Profile()) { Access = a.Of<MemoryAccess>() });
        Add("set NeedsPages", a => new Importer(a.Profile()) { NeedsPages = a.Flag() });
        Add("set ZeroCopyOnly", a => new Importer(a.Profile()) { ZeroCopyOnly = a.Flag() });
        Add("set MapsWindows", a => new Importer(a.Profile()) { MapsWindows = a.Flag() });
        Add("set RawPfns", a => new Importer(a.Profile()) { RawPfns = a.Flag() });
        Add("set IsMovable", a => new Importer(a.Profile()) { IsMovable = a.Flag() });
        Add("set TakesTurns", a => new Importer(a.Profile()) { TakesTurns = a.Flag() });
    }
}
