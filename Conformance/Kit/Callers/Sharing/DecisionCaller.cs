using PfnBuffers;

namespace Conformance;

internal sealed class DecisionCaller : HostileCaller
{
    internal DecisionCaller()
        : base(typeof(Decision))
    {
        Add("AfterMove()", a => (a.OneIn(4) ? default : AttachDecision.Decide(a.State(), new Importer(a.Profile()))).AfterMove());
    }
}
