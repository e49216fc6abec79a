using System.Linq;
using PfnBuffers;

namespace Conformance;

internal sealed class MoveWayCaller : HostileCaller
{
    internal MoveWayCaller()
        : base(typeof(MoveWay))
    {
        Add("Candidates(SharingState, Importer, PlacementDemand)", a => MoveWay.Candidates(a.Maybe(a.State()), a.Maybe(a.Importer()), a.Demand()).Take(4).ToArray());
    }
}
