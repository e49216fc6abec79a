using PfnBuffers;

namespace Conformance;

internal sealed class DecisionCaller : HostileCaller
{
    internal DecisionCaller()
        : base(typeof(Decision))
    {
        Add("AfterMove()", a => (a.OneIn(4) ? default : AttachDecision.Decide(new SharingState(a.Exporter(), a.Policy()), new Importer(a.Profile()))).AfterMove());
    }
}
