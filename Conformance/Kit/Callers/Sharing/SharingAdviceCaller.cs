using PfnBuffers;

namespace Conformance;

internal sealed class SharingAdviceCaller : HostileCaller
{
    internal SharingAdviceCaller()
        : base(typeof(SharingAdvice))
    {
        Add("For(IReadOnlyList<IExporter>, IReadOnlyList<Importer>, SharingPolicy)", a => a.Flag() ? SharingAdvice.For([a.Exporter()], [new Importer(a.Profile())]) : SharingAdvice.For(a.Maybe(a.List(a.AnyExporter)), a.Maybe(a.List(a.Importer)), a.Maybe(a.Policy())));
    }
}
