using PfnBuffers;

namespace Conformance;

internal sealed class SharingStateCaller : HostileCaller
{
    internal SharingStateCaller()
        : base(typeof(SharingState))
    {
        Add("SharingState(IExporter, SharingPolicy)", a => new SharingState(a.Maybe(a.AnyExporter()), a.Maybe(a.Policy())));
        Add("set Backing", a => new SharingState(a.Exporter(), a.Policy()) { Backing = a.Maybe(PfnBufferCaller.Disposed(a, a.Buffer())) }.Exporter);
        Add("set Attached", a => new SharingState(a.Exporter(), a.Policy()) { Attached = a.Maybe(a.List(a.Importer)) });
        Add("set Holdings", a => new SharingState(a.Exporter(), a.Policy()) { Holdings = a.Maybe(a.List(() => new Holding("nic", HoldingKind.Mapping, a.Flag(), a.Flag()))) });
        Add("set Obstacle", a => new SharingState(a.Exporter(), a.Policy()) { Obstacle = a.Flag() ? default : MoveObstacle.MoveUnderWay });
    }
}
